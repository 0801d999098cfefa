"""Training against false texts, in bfloat16, within a time limit; the sketch of what a text leads one to expect."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from anomalyst.detectors.conditional.contrast import FalseTexts, odds_loss, unsaid, with_gaps
from anomalyst.detectors.conditional.denoiser import ConditionalConfig, ConditionalDenoiser
from anomalyst.detectors.conditional.text import TextEncoder, Tokens
from anomalyst.detectors.conditional.training import PairTask, PairTraining, train_pairs
from anomalyst.errors import InputError
from tests.helpers.launched import run_script
from tests.helpers.pair_data import coloured

WORDS = ("a", "above", "below", "blue", "circle", "left", "of", "red", "right", "square")
SETTINGS = PairTraining(steps=60, batch=16, warm_up=10, ema=0.9, learning_rate=5e-3, every=60)


def tiny() -> ConditionalDenoiser:
    config = ConditionalConfig((8, 8), (16, 16), patch=2, mean=0.45, deviation=0.1)
    return ConditionalDenoiser(config, TextEncoder.of_words(WORDS, width=16, layers=1))


def spelt(text: TextEncoder, tokens: Tokens) -> list[str]:
    return [" ".join(text.tokenizer.convert_ids_to_tokens(row)[1:]).split(" [SEP]")[0] for row in tokens.ids.tolist()]


def test_what_true_and_false_texts_share_stays_and_what_differs_is_left_out() -> None:
    text = tiny().text
    true = text.read(["a red square left of a blue circle", "a red square"])
    false = text.read(["a red square right of a blue circle", "a blue circle", "a red square left of a blue circle"])
    silent, gone = unsaid(text, true, false.rows(slice(2)))
    assert spelt(text, silent) == ["a red square [MASK] of a blue circle", "a [MASK] [MASK]"]
    assert gone.sum(1).tolist() == [1, 2]


def test_a_gap_is_another_word_than_the_false_one() -> None:
    text = tiny().text
    true, false = (
        text.read(["a red square left of a blue circle"] * 200),
        text.read(["a red square right of a blue circle"] * 200),
    )
    _, gone = unsaid(text, true, false)
    said = spelt(text, with_gaps(text, false, gone, 0.5, torch.Generator().manual_seed(0)))
    assert all("right" in one and one.count("[MASK]") <= 1 for one in said)
    assert 60 < sum("[MASK]" in one for one in said) < 140
    assert len(set(said)) == 8  # whole, or without one of the seven others


def test_each_picture_meets_its_own_false_texts() -> None:
    text = tiny().text
    given = [["a red circle"], ["a blue circle", "a blue square"]]
    false = FalseTexts.of(text.read([one for own in given for one in own]), given)
    generator = torch.Generator().manual_seed(0)
    said = [spelt(text, false.draw(torch.tensor([0, 1]), generator)) for _ in range(30)]
    assert {pair[0] for pair in said} == {"a red circle"}
    assert {pair[1] for pair in said} == set(given[1])
    with pytest.raises(InputError, match="false text"):
        FalseTexts.of(text.read(["a"]), [["a"], []])


def test_the_odds_fall_with_what_the_false_text_costs() -> None:
    sigma, true = torch.tensor([2.0]), torch.tensor([10.0])
    even, better, worse = (float(odds_loss(true, true + more, sigma, 1.0)) for more in (0.0, 8.0, -8.0))
    assert even == pytest.approx(0.6931, abs=1e-3) and better < even < worse
    assert worse - better == pytest.approx(2.0, abs=1e-4)  # softplus(a) − softplus(−a) = a = 8 / σ²


def test_the_sketch_learns_what_a_text_leads_one_to_expect() -> None:
    denoiser, (pictures, texts) = tiny(), coloured(64)
    train_pairs(denoiser, pictures, texts, replace(SETTINGS, steps=1, every=1, sketch_steps=400))
    red, blue = denoiser.sketched(denoiser.given(["a red square", "a blue square"]))
    seen = denoiser.centred(pictures.float() / 255)
    assert float((red - seen[0::2].mean(0)).square().mean()) < 0.1 * float((blue - seen[0::2].mean(0)).square().mean())


def test_words_stay_apart_while_a_denoiser_is_trained() -> None:
    denoiser, (pictures, texts) = tiny(), coloured(64)
    train_pairs(
        denoiser, pictures, texts, replace(SETTINGS, contrast=0.3), false_texts=[[t] for t in texts[1:] + texts[:1]]
    )
    tokens = denoiser.given(["a red square", "a blue square"]).tokens
    assert float((tokens[0, 2] - tokens[1, 2]).norm()) > 0.2 * float(tokens[0, 2].norm())


def test_bfloat16_learns_as_float32_does() -> None:
    pictures, texts = coloured(64)
    losses = [
        train_pairs(tiny(), pictures, texts, replace(SETTINGS, precision=precision))[-1]
        for precision in ("float32", "bfloat16")
    ]
    assert losses[1] == pytest.approx(losses[0], rel=0.05)
    assert losses[1] != losses[0]


def test_a_time_limit_ends_training() -> None:
    pictures, texts = coloured(16)
    reports: list[int] = []
    settings = replace(SETTINGS, steps=100_000, every=100_000, time_limit=0.5)
    losses = train_pairs(tiny(), pictures, texts, settings, on_report=lambda step, loss, seconds: reports.append(step))
    assert len(losses) == 1 and 0 < reports[0] < 100_000


@pytest.mark.parametrize("contrast", [0.0, 0.3])
def test_the_shares_of_two_processes_are_half_each_and_tell_the_whole(contrast: float) -> None:
    pictures, texts = coloured(32)
    settings = replace(SETTINGS, batch=8, contrasted=4, contrast=contrast, precision="float32")
    asked: list[int] = []

    def loss(process: int, processes: int) -> float:
        accelerator: Any = SimpleNamespace(process_index=process, num_processes=processes, device=torch.device("cpu"))
        denoiser = tiny()
        torch.nn.init.normal_(denoiser.unet.conv_out.weight)  # type: ignore[union-attr,arg-type]
        denoiser.register_forward_pre_hook(lambda module, given: asked.append(len(given[0])))
        false = [[text] for text in texts[1:] + texts[:1]] if contrast else None
        return float(PairTask(denoiser, pictures, texts, false, settings, accelerator)(3).detach())

    torch.manual_seed(0)
    whole = loss(0, 1)
    shares = []
    for process in range(2):
        torch.manual_seed(0)
        shares.append(loss(process, 2))
    assert sum(shares) / 2 == pytest.approx(whole, rel=1e-5) and shares[0] != shares[1]
    assert asked == ([16, 8, 8] if contrast else [8, 4, 4])


SCRIPT = """
import os, sys
from dataclasses import replace
from safetensors.torch import save_file
from anomalyst.detectors.conditional.training import train_pairs
from tests.helpers.pair_data import coloured
from tests.detectors.conditional.test_pair_contrast import SETTINGS, tiny

pictures, texts = coloured(32)
batch = int(sys.argv[3])
settings = replace(SETTINGS, steps=8, every=4, batch=batch, precision="float32")
if sys.argv[2] == "contrast":
    settings = replace(settings, contrast=0.3, contrasted=batch // 2, sketch_steps=4)
denoiser, rank = tiny(), os.environ.get("RANK", "0")
false = [[text] for text in texts[1:] + texts[:1]]
report = lambda step, loss, seconds: print("report", rank, step, f"{loss:.4f}", flush=True)
train_pairs(denoiser, pictures, texts, settings, false_texts=false, on_report=report)
save_file({name: value.contiguous() for name, value in denoiser.state_dict().items()}, f"{sys.argv[1]}.{rank}")
"""


@pytest.mark.slow
@pytest.mark.long  # two processes of the loop that `test_diffusion_training` runs in two, too
@pytest.mark.parametrize("kind", ["plain", "contrast"])
def test_two_processes_do_what_one_does(kind: str, tmp_path: Path) -> None:
    """A batch of seven becomes one of eight, four samples for each."""
    both = run_script(SCRIPT, tmp_path, str(tmp_path / "both"), kind, "7", processes=2)
    assert both.returncode == 0, both.stderr
    one = run_script(SCRIPT, tmp_path, str(tmp_path / "one"), kind, "8")
    assert one.returncode == 0, one.stderr
    reports = [line for line in both.stdout.splitlines() if line.startswith("report")]
    assert [line.split()[1:3] for line in reports] == [["0", "4"], ["0", "8"]]  # the first process tells
    losses = [[float(line.split()[3]) for line in run.stdout.splitlines() if "report" in line] for run in (both, one)]
    assert losses[0] == pytest.approx(losses[1], rel=1e-3)
    first, second, alone = (load_file(tmp_path / name) for name in ("both.0", "both.1", "one.0"))
    before = tiny().state_dict()
    assert not torch.equal(alone["unet.conv_out.weight"], before["unet.conv_out.weight"])
    for name, value in alone.items():  # sums in another order: equal but for rounding, which training enlarges
        assert torch.equal(first[name], second[name]), name
        torch.testing.assert_close(first[name], value, rtol=1e-2, atol=1e-3)
