"""The denoiser of features that starts from a Gaussian prior: exact where all is Gaussian; a detector of few pairs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from anomalyst.detectors.conditional.denoiser import ConditionalConfig, ConditionalDenoiser
from anomalyst.detectors.conditional.held import HeldPairs
from anomalyst.detectors.conditional.information import Levels, conditioned_errors, gain, under_texts
from anomalyst.detectors.conditional.prior import FOLDS, TextPrior, fit_prior
from anomalyst.detectors.conditional.text import TextEncoder
from anomalyst.detectors.conditional.training import PairTraining, train_pairs
from anomalyst.detectors.registry import load_detector
from anomalyst.errors import InputError, ModelError
from anomalyst.modalities.pair.sample import PairSample
from anomalyst.modalities.pair.scores import pair_scores
from anomalyst.modalities.pair.space.encoders import PairEncoder
from anomalyst.modalities.pair.space.features import GRID
from anomalyst.modalities.pair.space.information import PairInformation
from anomalyst.modalities.pair.space.joint import Whitening
from anomalyst.modalities.pair.space.learning import held_out, learn_features
from tests.helpers.pair_data import matching, square, wrong

WORDS = ("red", "green", "blue", "round", "flat", "tall")
SHAPE = (2, 4, 4)
AXES = 6


def text_encoder() -> TextEncoder:
    return TextEncoder.of_words(WORDS, width=16, layers=1).eval()


def told(count: int, noise: float = 0.5) -> tuple[Tensor, list[str], Tensor]:
    """Vectors (count, 32) that texts of three words shift along six directions; texts; folds."""
    generator = torch.Generator().manual_seed(3)
    has = (torch.rand(count, len(WORDS), generator=generator) < 0.5).float()
    has[:, 0] = (has.sum(1) == 0).float() + has[:, 0] * (has.sum(1) > 0)
    directions = torch.linalg.qr(torch.randn(32, AXES, generator=generator)).Q
    coordinates = has - 0.5 + noise * torch.randn(count, AXES, generator=generator)
    texts = [" ".join(w for w, h in zip(WORDS, row, strict=True) if h) for row in has.tolist()]
    return coordinates @ directions.T, texts, torch.arange(count) % FOLDS


@pytest.fixture(scope="module")
def fitted() -> tuple[ConditionalDenoiser, Tensor, list[str], Tensor]:
    """A denoiser at its prior, latents, texts and folds."""
    vectors, texts, folds = told(400)
    encoder = text_encoder()
    whitening = Whitening.fit(vectors, AXES)
    white = whitening.apply(vectors)
    prior = fit_prior(whitening.basis, white, encoder(encoder.read(texts)), False, folds)
    config = ConditionalConfig(SHAPE[1:], (16,), (True,), channels=SHAPE[0], patch=1, prior=prior.size)
    denoiser = ConditionalDenoiser(config, encoder)
    denoiser.prior = prior
    return denoiser.eval(), prior.outward(white, torch.Size((400, *SHAPE))), texts, folds


def prior_of(denoiser: ConditionalDenoiser) -> TextPrior:
    assert denoiser.prior is not None
    return denoiser.prior


def test_latents_are_white_and_of_variance_one(fitted: tuple[ConditionalDenoiser, Tensor, list[str], Tensor]) -> None:
    denoiser, latents, *_ = fitted
    z = prior_of(denoiser).inward(latents)
    torch.testing.assert_close(z.T @ z / len(z), torch.eye(AXES), atol=1e-4, rtol=0)
    assert float(latents.square().mean()) == pytest.approx(1, abs=1e-3)


def test_texts_are_trusted_as_far_as_they_tell_of_pairs_left_out(
    fitted: tuple[ConditionalDenoiser, Tensor, list[str], Tensor],
) -> None:
    prior = prior_of(fitted[0])
    # a word moves a coordinate by 1, noise by 0.5: half of the variance (0.25 of 0.5) remains unknown
    assert float(prior.spread.mean()) == pytest.approx(0.5, abs=0.07)
    vectors, texts, folds = told(400)
    strange = [texts[(k * 7 + 3) % len(texts)] for k in range(len(texts))]
    encoder = text_encoder()
    whitening = Whitening.fit(vectors, AXES)
    lost = fit_prior(whitening.basis, whitening.apply(vectors), encoder(encoder.read(strange)), False, folds)
    assert float(lost.spread.mean()) > 0.97


@torch.no_grad()
def test_the_prior_denoises_as_the_gaussian_it_is(
    fitted: tuple[ConditionalDenoiser, Tensor, list[str], Tensor],
) -> None:
    denoiser, latents, texts, _ = fitted
    prior = prior_of(denoiser)
    said, noise = denoiser.given([texts[0], ""]), torch.tensor([3.0, 3.0])
    x = latents[:1].expand(2, *SHAPE) + 3.0 * torch.randn(2, *SHAPE, generator=torch.Generator().manual_seed(0))
    found = prior.inward(denoiser(x, noise, said))
    z, s = prior.inward(x), 9.0 / prior.power
    covariance = prior.turn @ torch.diag(prior.spread) @ prior.turn.T
    mean = prior.mean(said)[0]
    exact = mean + covariance @ torch.linalg.inv(covariance + s * torch.eye(AXES)) @ (z[0] - mean)
    torch.testing.assert_close(found[0], exact, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(found[1], z[1] / (1 + s), atol=1e-4, rtol=1e-4)  # nothing said: the mean of all


@torch.no_grad()
def test_information_by_quadrature_is_that_of_the_gaussian(
    fitted: tuple[ConditionalDenoiser, Tensor, list[str], Tensor],
) -> None:
    denoiser, latents, texts, _ = fitted
    prior = prior_of(denoiser)
    covariance = (prior.turn @ torch.diag(prior.spread) @ prior.turn.T).double()
    levels = Levels(mean=0.8, spread=1.2, least=-4.0, most=7.0)
    for row in (0, 1):
        asked = under_texts(denoiser, denoiser.text.read(["", texts[row]]))
        generator = torch.Generator().manual_seed(row)
        found = gain(conditioned_errors(asked, 2, latents[row], levels, 64, 32, generator), 0, 1)
        z = prior.inward(latents[row : row + 1])[0].double()
        off = z - prior.mean(denoiser.given([texts[row]]))[0].double()
        exact = 0.5 * (z.square().sum() - off @ torch.linalg.inv(covariance) @ off - torch.logdet(covariance))
        assert found.nats == pytest.approx(float(exact), abs=4 * found.error + 0.05)
        assert float(found.map.sum()) == pytest.approx(found.nats, abs=1e-2)


def test_a_denoiser_with_a_prior_is_saved_whole(
    fitted: tuple[ConditionalDenoiser, Tensor, list[str], Tensor], tmp_path: Path
) -> None:
    denoiser, latents, texts, _ = fitted
    denoiser.save_pretrained(tmp_path, half=True)
    again = ConditionalDenoiser.from_pretrained(tmp_path)
    sigma = torch.full((2,), 2.0)
    with torch.no_grad():
        one, two = (d(latents[:2], sigma, d.given(texts[:2])) for d in (denoiser, again))
    torch.testing.assert_close(one, two, atol=0.02, rtol=0.02)


def learner(fitted: tuple[ConditionalDenoiser, Tensor, list[str], Tensor]) -> ConditionalDenoiser:
    made = ConditionalDenoiser(fitted[0].settings, text_encoder())
    made.load_own_state(fitted[0].own_state())
    return made


def held_loss(denoiser: ConditionalDenoiser, latents: Tensor, texts: list[str], folds: Tensor) -> float:
    held = folds == 0
    tokens = denoiser.text.read(texts).rows(held)
    return HeldPairs(latents[held], tokens, folds[held], denoiser).loss(denoiser.eval())


def test_training_never_leaves_a_denoiser_worse_than_its_prior(
    fitted: tuple[ConditionalDenoiser, Tensor, list[str], Tensor],
) -> None:
    _, latents, texts, folds = fitted
    wild = PairTraining(steps=40, batch=8, every=5, learning_rate=0.3, warm_up=1, patience=3, precision="float32")
    denoiser = learner(fitted)
    before = held_loss(denoiser, latents, texts, folds)
    losses = train_pairs(denoiser, latents, texts, wild, folds=folds)
    assert len(losses) < 8  # stopped, as it only got worse
    assert held_loss(denoiser, latents, texts, folds) == pytest.approx(before, rel=1e-5)


def test_a_training_with_held_out_pairs_goes_on_after_a_kill(
    fitted: tuple[ConditionalDenoiser, Tensor, list[str], Tensor], tmp_path: Path
) -> None:
    _, latents, texts, folds = fitted
    settings = PairTraining(steps=12, batch=8, every=4, precision="float32")
    straight, resumed = learner(fitted), learner(fitted)
    train_pairs(straight, latents, texts, settings, folds=folds)
    train_pairs(learner(fitted), latents, texts, replace(settings, until=8), folds=folds, folder=tmp_path)
    train_pairs(resumed, latents, texts, settings, folds=folds, folder=tmp_path)
    for one, two in zip(straight.parameters(), resumed.parameters(), strict=True):
        torch.testing.assert_close(one, two)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A small BERT that reads the words of the squares, saved as a text encoder to be taken as it is."""
    folder = tmp_path_factory.mktemp("reader")
    words = [word for seed in range(16) for word in matching(seed).text.split()]
    TextEncoder.of_words([*words, "unheard"], width=16, layers=1).save_pretrained(folder)
    return str(folder)


@pytest.fixture(scope="module")
def detector(reader: str) -> PairInformation:
    """Learned from features of squares: colours alone, as no backbone is given."""
    made = PairInformation(steps="one", train_steps=20, text_encoder=reader)
    return made.fit([matching(seed) for seed in range(160)])


def test_few_pairs_teach_which_word_is_false(detector: PairInformation) -> None:
    false = [wrong(seed) for seed in range(200, 216)]
    found = [detector.score(pair) for pair, _ in false]
    true = [detector.score(matching(seed)).sample_score for seed in range(200, 216)]
    assert np.mean([f.sample_score > t for f in found for t in true]) > 0.9
    least = [min(pair_scores(f).words, key=lambda w: w.information).text for f in found if pair_scores(f) is not None]
    assert np.mean([word == said for word, (_, said) in zip(least, false, strict=True)]) > 0.8


def test_the_word_points_to_the_square(detector: PairInformation) -> None:
    hits = []
    for seed in range(300, 308):
        pair, said = wrong(seed)
        x0, y0, x1, y1 = square(seed, "red")[1]  # the place depends on the seed alone
        found = pair_scores(detector.score(pair))
        assert found is not None
        number = next(k for k, word in enumerate(found.words) if word.text == said)
        row, column = np.unravel_index(int(found.word_maps[number].argmax()), (GRID, GRID))
        x, y = (column + 0.5) * 48 / GRID, (row + 0.5) * 48 / GRID
        hits.append(x0 - 6 <= x <= x1 + 6 and y0 - 6 <= y <= y1 + 6)
    assert np.mean(hits) >= 0.75


def test_a_word_that_was_not_learned_is_reported_as_such(detector: PairInformation) -> None:
    found = pair_scores(detector.score(PairSample(square(0, "red")[0], "Acme red unheard plate")))
    assert found is not None
    assert {w.text: w.known for w in found.words} == {"Acme": True, "red": True, "unheard": False, "plate": True}


def test_it_is_saved_without_its_encoders_and_loads_to_equal_scores(detector: PairInformation, tmp_path: Path) -> None:
    pair, _ = wrong(7)
    detector.save_pretrained(tmp_path / "saved")
    again, found = load_detector(tmp_path / "saved").score(pair), detector.score(pair)
    assert again.sample_score == pytest.approx(found.sample_score, rel=0.05, abs=0.05)
    assert pair_scores(again) is not None and pair_scores(found) is not None
    assert [w.text for w in pair_scores(again).words] == [w.text for w in pair_scores(found).words]


def test_without_a_text_encoder_it_learns_the_words_itself() -> None:
    pairs = [matching(seed) for seed in range(80)]
    found = learn_features(pairs, PairEncoder(grid=GRID), 4, 0, None)
    assert found.text.trainable and "red" in found.text.vocabulary
    latents = found.centred(torch.rand(2, 3, 224, 224))
    assert latents.shape[2:] == (GRID, GRID) and bool(latents.isfinite().all())


def test_a_text_encoder_that_is_none_says_what_to_give(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="text encoder"):
        PairInformation(text_encoder=str(tmp_path / "none")).fit([matching(seed) for seed in range(40)])


def test_the_name_of_a_two_tower_model_is_all_it_takes(tmp_path: Path) -> None:
    from transformers import CLIPConfig, CLIPModel, CLIPTextConfig, CLIPVisionConfig

    tokenizer = TextEncoder.of_words([word for seed in range(16) for word in matching(seed).text.split()]).tokenizer
    torch.manual_seed(0)
    text = CLIPTextConfig(
        vocab_size=len(tokenizer), hidden_size=16, intermediate_size=32, num_hidden_layers=1, num_attention_heads=2,
        max_position_embeddings=32, pad_token_id=0, bos_token_id=2, eos_token_id=3,
    )  # fmt: skip
    vision = CLIPVisionConfig(
        hidden_size=16, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2, image_size=224, patch_size=32
    )
    CLIPModel(CLIPConfig(text_config=text.to_dict(), vision_config=vision.to_dict(), projection_dim=8)).save_pretrained(
        tmp_path
    )
    tokenizer.save_pretrained(tmp_path)
    made = PairInformation(backbone=str(tmp_path), steps="one", train_steps=1).fit([matching(k) for k in range(60)])
    found = made.score(matching(70))
    assert not made.denoiser_.text.trainable and made.denoiser_.text.width == 16
    assert pair_scores(found) is not None and len(pair_scores(found).words) == 4 and np.isfinite(found.scores).all()


def test_captions_of_one_image_are_never_on_both_sides() -> None:
    one_each = [matching(seed) for seed in range(30)]
    pairs = [PairSample(pair.image, f"{pair.text} {k}", pair.name) for pair in one_each for k in range(3)]
    held, others = held_out(pairs, 20, 0)
    assert 20 <= len(held) <= 22 and len(held) + len(others) == len(pairs)
    assert not {pair.name for pair in held} & {pair.name for pair in others}
    with pytest.raises(InputError, match="different images"):
        held_out(pairs[:3], 1, 0)


def test_a_text_in_another_language_is_refused_not_called_anomalous(detector: PairInformation) -> None:
    with pytest.raises(InputError, match="has not learned most of these words"):
        detector.score(PairSample(square(0, "red")[0], "ein rotes Quadrat auf einer Platte"))
