"""Information of text and picture, exact on a mixture whose label is the text; the conditional denoiser."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from anomalyst.detectors.conditional.denoiser import ConditionalConfig, ConditionalDenoiser
from anomalyst.detectors.conditional.information import (
    Levels,
    conditioned_errors,
    gain,
    text_information,
    variants,
)
from anomalyst.detectors.conditional.text import TextEncoder
from anomalyst.detectors.conditional.training import PairTraining, leave_out, train_pairs
from anomalyst.errors import InputError, ModelError
from tests.helpers.exact import GaussianMixture
from tests.helpers.pair_data import coloured

WORDS = ("a", "blue", "circle", "left", "of", "red", "square")
MIXTURE = GaussianMixture(
    torch.tensor([[-1.5, 0.5], [1.0, -0.5], [0.5, 1.5]]),
    torch.tensor([[[0.2, 0.1], [0.1, 0.3]], [[0.4, -0.2], [-0.2, 0.2]], [[0.1, 0.0], [0.0, 0.1]]]),
    torch.tensor([0.3, 0.5, 0.2]),
)
WIDE = Levels(mean=-0.5, spread=1.2, least=math.log(0.005), most=math.log(100.0))


def part(labels: list[int]) -> GaussianMixture:
    """x given that its label is one of these."""
    return GaussianMixture(MIXTURE.means[labels], MIXTURE.covariances[labels], MIXTURE.weights[labels])


def tiny(seed: int = 0) -> ConditionalDenoiser:
    config = ConditionalConfig((8, 8), (16, 16), patch=2, mean=0.45, deviation=0.1, seed=seed)
    return ConditionalDenoiser(config, TextEncoder.of_words(WORDS, width=16, layers=1))


def test_information_of_nested_labels_is_the_log_ratio_within_its_error() -> None:
    # Texts: nothing, "first or third" and "first": the second is the third with a word left out.
    known = [part([0, 1, 2]), part([0, 2]), part([0])]

    def asked(x: Tensor, sigma: Tensor, which: Tensor) -> Tensor:
        out = torch.empty_like(x)
        for k, denoiser in enumerate(known):
            out[which == k] = denoiser(x[which == k].flatten(1), sigma[which == k]).reshape(-1, 2, 1)
        return out

    generator, zero = torch.Generator().manual_seed(0), torch.zeros(1)
    root = torch.linalg.cholesky(MIXTURE.covariances[0])
    misses: list[float] = []
    for _ in range(25):
        x = MIXTURE.means[0] + root @ torch.randn(2, generator=generator)
        errors = conditioned_errors(asked, 3, x[:, None], WIDE, 32, 24, generator)
        density = [float(denoiser.log_density(x[None], zero)) for denoiser in known]
        for without, given in ((0, 2), (1, 2), (0, 1)):
            found = gain(errors, without, given)
            assert float(found.map.sum()) == pytest.approx(found.nats, abs=1e-3)
            misses.append((found.nats - (density[given] - density[without])) / found.error)
        # The chain rule holds exactly, as the noise is common.
        assert gain(errors, 0, 2).nats == pytest.approx(gain(errors, 0, 1).nats + gain(errors, 1, 2).nats, abs=1e-3)
    got = torch.tensor(misses)
    assert float((got.abs() < 3).float().mean()) > 0.93
    assert float(got.std()) < 1.6


def test_common_noise_and_importance_make_the_error_small() -> None:
    one = part([0])

    def asked(x: Tensor, sigma: Tensor, which: Tensor) -> Tensor:
        both = torch.stack([MIXTURE(x.flatten(1), sigma), one(x.flatten(1), sigma)])
        return both[which, torch.arange(len(x))].reshape(x.shape)

    x, generator = MIXTURE.means[0][:, None], torch.Generator().manual_seed(0)
    common = conditioned_errors(asked, 2, x, WIDE, 16, 64, generator)
    apart = common[torch.randperm(64, generator=generator), 0] - common[:, 1]
    assert float(apart.sum((1,)).std()) > 3 * gain(common, 0, 1).error * 8
    far = Levels(mean=3.5, spread=0.5, least=WIDE.least, most=WIDE.most)
    missed = conditioned_errors(asked, 2, x, far, 16, 64, generator)
    assert gain(missed, 0, 1).error > 1.5 * gain(common, 0, 1).error


def test_levels_weigh_every_part_of_the_axis_once() -> None:
    generator = torch.Generator().manual_seed(0)
    draws = [WIDE.draw(64, generator) for _ in range(50)]
    totals = torch.stack([counts.sum() for _, counts in draws])
    assert float(totals.mean()) == pytest.approx(WIDE.most - WIDE.least, rel=0.02)
    halves = torch.stack([counts[sigmas.log() < 0].sum() for sigmas, counts in draws])
    assert float(halves.mean()) == pytest.approx(-WIDE.least, rel=0.03)


def test_one_word_is_left_out_and_the_null_text_is_the_empty_one() -> None:
    denoiser = tiny()
    whole = denoiser.text.read(["a red square"])
    rows = variants(denoiser, whole, [1, 2])
    read = [denoiser.text.tokenizer.convert_ids_to_tokens(row) for row in rows.ids]
    assert read[0] == ["[CLS]", "[SEP]", "[PAD]", "[PAD]", "[PAD]"]
    assert read[1] == ["[CLS]", "a", "red", "square", "[SEP]"]
    assert read[2] == ["[CLS]", "a", "[MASK]", "square", "[SEP]"]
    assert read[3] == ["[CLS]", "a", "red", "[MASK]", "[SEP]"]
    assert [word.unknown for word in denoiser.text.words("a red zebra")] == [False, False, True]


def test_training_leaves_out_the_shares_that_it_says() -> None:
    denoiser, settings = tiny(), PairTraining(no_text=0.2, no_word=0.3, no_words=0.0)
    tokens = denoiser.text.read(["a red square left of a blue circle"] * 2000)
    told = leave_out(denoiser, tokens, settings, torch.Generator().manual_seed(0))
    masked = (told.ids == denoiser.text.tokenizer.mask_token_id).sum(1)
    assert float((told.mask.sum(1) == 2).float().mean()) == pytest.approx(0.2, abs=0.03)
    assert float((masked == 1).float().mean()) == pytest.approx(0.3, abs=0.03)
    assert int(masked.max()) == 1


def test_padding_tells_nothing_and_each_sample_is_its_own() -> None:
    denoiser = tiny().eval()
    torch.nn.init.normal_(denoiser.unet.conv_out.weight)  # type: ignore[union-attr,arg-type]
    x, sigma = torch.randn(2, 3, 8, 8), torch.tensor([0.5, 5.0])
    together = denoiser(x, sigma, denoiser.given(["a red square", "a red square left of a blue circle"]))
    alone = denoiser(x[:1], sigma[:1], denoiser.given(["a red square"]))
    torch.testing.assert_close(together[:1], alone, atol=1e-5, rtol=1e-4)
    other = denoiser(x[:1], sigma[:1], denoiser.given(["a blue square"]))
    assert float((other - alone).detach().abs().max()) > 1e-4


def test_saved_and_loaded_it_answers_alike(tmp_path: Path) -> None:
    denoiser = tiny(3).eval()
    denoiser.save_pretrained(tmp_path)
    again = ConditionalDenoiser.from_pretrained(tmp_path)
    x, sigma = torch.randn(1, 3, 8, 8), torch.tensor([2.0])
    condition = "a red square"
    assert torch.equal(denoiser(x, sigma, denoiser.given([condition])), again(x, sigma, again.given([condition])))
    (tmp_path / "denoiser.safetensors").write_bytes(b"not weights")
    with pytest.raises(ModelError, match="train it again"):
        ConditionalDenoiser.from_pretrained(tmp_path)


def test_training_learns_the_text_and_information_finds_the_false_word() -> None:
    denoiser = tiny()
    pictures, texts = coloured(64)
    settings = PairTraining(steps=100, batch=16, warm_up=10, ema=0.9, learning_rate=5e-3, every=50)
    losses = train_pairs(denoiser, pictures, texts, settings)
    assert losses[-1] < losses[0]
    levels = Levels(1.5, 0.9, 0.0, 4.0)
    true, false = (
        text_information(denoiser, pictures[0].float() / 255, text, levels, strata=8, draws=4) for text in texts[:2]
    )
    # The truth tells ln 2 nats at most; a falsehood may speak against the picture without bound.
    assert -1 < true.pair.nats < 2 and false.pair.nats < -3
    assert max(false.against) > max(true.against)
    assert false.least_word is not None and false.least_word.word.text == "blue"
    assert false.pair.error > 0 and false.pair.map.shape == (8, 8)
    # Unknown words are told apart, and get no verdict.
    assert [word.word.text for word in text_information(denoiser, pictures[0] / 255, "a red zebra", levels).words] == [
        "red"
    ]


def test_false_texts_push_apart_what_is_said_of_a_picture() -> None:
    pictures, texts = coloured(16)
    plain, pushed = tiny(), tiny()
    settings = PairTraining(steps=30, batch=16, warm_up=5, ema=0.5, learning_rate=5e-3, every=30)
    train_pairs(plain, pictures, texts, settings)
    train_pairs(pushed, pictures, texts, replace(settings, contrast=1.0), false_texts=[[text] for text in texts[::-1]])
    levels = Levels(1.5, 0.9, 0.0, 4.0)
    gaps = [
        text_information(denoiser, pictures[0] / 255, texts[1], levels).against[1]
        - text_information(denoiser, pictures[0] / 255, texts[0], levels).against[1]
        for denoiser in (plain, pushed)
    ]
    assert gaps[1] > gaps[0]
    with pytest.raises(InputError, match="some for each picture"):
        train_pairs(tiny(), pictures, texts, replace(settings, contrast=1.0))


def test_a_training_killed_in_between_ends_as_an_uninterrupted_one(tmp_path: Path) -> None:
    pictures, texts = coloured(16)
    settings = PairTraining(steps=6, batch=8, every=2)
    straight, killed = tiny(), tiny()
    train_pairs(straight, pictures, texts, settings)

    def kill(step: int, loss: float, seconds: float) -> None:
        if step == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_pairs(killed, pictures, texts, settings, folder=tmp_path, on_report=kill)
    resumed = tiny()
    losses = train_pairs(resumed, pictures, texts, settings, folder=tmp_path)
    assert len(losses) == 3
    for one, other in zip(straight.parameters(), resumed.parameters(), strict=True):
        torch.testing.assert_close(one, other, atol=1e-6, rtol=1e-5)
    with pytest.raises(InputError, match="other data or settings"):
        train_pairs(tiny(), pictures, texts[::-1], settings, folder=tmp_path)


def test_a_frozen_encoder_from_a_folder_conditions_and_stays_as_it_was(tmp_path: Path) -> None:
    TextEncoder.of_words(WORDS, width=16, layers=1, seed=5).save_pretrained(tmp_path)
    encoder = TextEncoder.from_pretrained(tmp_path)
    before = [value.clone() for value in encoder.parameters()]
    denoiser = ConditionalDenoiser(ConditionalConfig((8, 8), (16, 16), patch=2), encoder)
    pictures, texts = coloured(8)
    first = denoiser.unet.conv_in.weight.clone()  # type: ignore[union-attr,operator]
    train_pairs(denoiser, pictures, texts, PairTraining(steps=2, batch=4, every=2))
    assert all(torch.equal(one, other) for one, other in zip(before, encoder.parameters(), strict=True))
    assert not torch.equal(first, denoiser.unet.conv_in.weight)  # type: ignore[union-attr,arg-type]
    with pytest.raises(ModelError, match="hub name"):
        TextEncoder.from_pretrained(tmp_path / "nothing")


def test_what_cannot_be_used_is_refused() -> None:
    denoiser = tiny()
    with pytest.raises(InputError, match="one text for each"):
        train_pairs(denoiser, torch.zeros(2, 3, 8, 8), ["a", "a"])
    with pytest.raises(InputError, match="pictures of shape"):
        denoiser.centred(torch.zeros(1, 3, 4, 8))
    with pytest.raises(InputError, match="sentence by sentence"):
        denoiser.text.read(["a " * 40])
    with pytest.raises(InputError, match="multiples of"):
        ConditionalConfig(shape=(30, 30))
    with pytest.raises(InputError, match="2 or more"):
        conditioned_errors(lambda x, s, w: x, 2, torch.zeros(2, 1), WIDE, 1, 4, None)
