"""Training on another device than the processor, which is emulated: every tensor is where it has to be, on any machine.

Each case runs in a process of its own kind, as torch is changed in it, and is compared with the processor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import torch
from torch import Tensor, nn

from anomalyst.detectors.contract import OnStep
from tests.helpers.second_device import Elsewhere, second_device

Case = Callable[[], None]
CLOSE = 1e-3  # convolutions of another layout round otherwise


@pytest.fixture(scope="module")
def process() -> Iterator[ProcessPoolExecutor]:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        yield pool


@contextmanager
def trained_on(device: str) -> Iterator[None]:
    """accelerate finds no other device than this one."""
    import accelerate

    class Found(accelerate.Accelerator):
        device = property(lambda self: torch.device(device))  # type: ignore[assignment]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accelerate, "Accelerator", Found)
        yield


def places(network: nn.Module) -> set[str]:
    return {p.device.type for p in (*network.parameters(), *network.buffers())}


def mixed() -> None:
    with second_device() as device:
        there, here = torch.ones(2, 3, device=device), torch.ones(2, 3)
        assert isinstance(there, Elsewhere) and there.device.type == device
        assert (there @ there.T).cpu().tolist() == [[3.0, 3.0], [3.0, 3.0]]
        assert there[torch.tensor([0])].cpu().tolist() == [[1.0, 1.0, 1.0]]
        index = torch.zeros(1, dtype=torch.long, device=device)
        for wrong in (
            lambda: there + here, lambda: torch.cat([here, there]), lambda: nn.Linear(3, 1)(there), lambda: here[index]
        ):  # fmt: skip
            with pytest.raises(RuntimeError, match="two devices"):
                wrong()
        with pytest.raises(RuntimeError, match="generator of the processor"):
            torch.rand(2, device=device, generator=torch.Generator())


def unet() -> None:
    from anomalyst.detectors.denoisers.neural import NeuralDenoiser
    from anomalyst.detectors.training.training import Training, train

    def killed(step: int, *_: object) -> None:
        if step == 7:
            raise KeyboardInterrupt

    def learned(
        shape: tuple[int, ...], device: str, folder: Path | None = None, on_step: OnStep | None = None
    ) -> list[float]:
        data = torch.randn(60, *shape, generator=torch.Generator().manual_seed(0))
        denoiser = NeuralDenoiser.for_data(data, sigma_min=0.05, sigma_max=10.0)
        settings = Training(steps=8, batch=8, trim=0.1, evaluations=2)
        with trained_on(device):
            history = train(denoiser, data[12:], data[:12], settings, folder=folder, on_step=on_step)
        assert places(denoiser) == {"cpu"}
        return history.losses

    with second_device() as device, TemporaryDirectory() as folder:
        for shape in ((4,), (2, 8, 8)):
            assert learned(shape, device) == pytest.approx(learned(shape, "cpu"), rel=CLOSE)
        with pytest.raises(KeyboardInterrupt):
            learned((4,), device, Path(folder), killed)
        assert learned((4,), device, Path(folder)) == pytest.approx(learned((4,), device), rel=CLOSE)


def diffusion_time() -> None:
    from anomalyst.detectors.methods.places.time_network import Kind, TimeEstimator, TimeSettings

    def scores(kind: Kind, device: str) -> Tensor:
        vectors = torch.randn(200, 8, generator=torch.Generator().manual_seed(0))
        with trained_on(device):
            estimator = TimeEstimator.fit(vectors, kind, TimeSettings(steps=20))
        assert places(estimator.net) == {"cpu"}
        return estimator.scores(vectors[:5])

    with second_device() as device:
        torch.testing.assert_close(scores("categorical", device), scores("categorical", "cpu"), atol=CLOSE, rtol=CLOSE)
        there, here = (scores("inverse_gamma", place) for place in (device, "cpu"))
        torch.testing.assert_close(there, here, atol=CLOSE, rtol=CLOSE)


def pictures_and_texts() -> None:
    from anomalyst.detectors.conditional.training import PairTraining, train_pairs
    from tests.detectors.conditional.test_pair_contrast import SETTINGS, tiny
    from tests.helpers.pair_data import coloured

    pictures, texts = coloured(48)
    false = [["a blue square", "a red circle"]] * len(texts)

    def losses(settings: PairTraining, device: str, folder: Path | None = None) -> list[float]:
        denoiser = tiny()
        with trained_on(device):
            found = train_pairs(denoiser, pictures, texts, settings, false_texts=false, folder=folder)
        assert places(denoiser) == {"cpu"}
        return found

    with second_device() as device, TemporaryDirectory() as folder:
        usual = replace(SETTINGS, steps=6, every=3, precision="float32")
        for settings in (usual, replace(usual, contrast=0.3, sketch_steps=5)):
            assert losses(settings, device) == pytest.approx(losses(settings, "cpu"), rel=CLOSE)
        losses(replace(usual, until=3), device, Path(folder))
        assert losses(usual, device, Path(folder)) == pytest.approx(losses(usual, device), rel=CLOSE)


def features_and_texts() -> None:
    from anomalyst.detectors.conditional import held as conditional_held
    from anomalyst.detectors.conditional.text import TextEncoder
    from anomalyst.detectors.conditional.training import PairTraining
    from anomalyst.modalities.pair.space import learning as pair_learning
    from anomalyst.modalities.pair.space.encoders import PairEncoder
    from anomalyst.modalities.pair.space.features import GRID
    from tests.helpers.pair_data import matching

    pairs = [matching(seed) for seed in range(60)]

    def reported(device: str, reader: str | None) -> list[float]:
        found: list[float] = []
        with trained_on(device), pytest.MonkeyPatch.context() as patch:
            patch.setattr(pair_learning, "PairTraining", partial(PairTraining, precision="float32"))
            patch.setattr(pair_learning, "EVERY", 2)
            patch.setattr(conditional_held, "DRAWS", 16)
            encoder = PairEncoder(grid=GRID, text_encoder=reader)
            denoiser = pair_learning.learn_features(pairs, encoder, 4, 0, lambda _, __, loss: found.append(loss))
        assert places(denoiser.denoiser) == {"cpu"}
        return found

    with second_device() as device, TemporaryDirectory() as folder:
        words = [word for pair in pairs for word in pair.text.split()]
        TextEncoder.of_words(words, width=16, layers=1).save_pretrained(folder)
        for reader in (None, folder):
            assert reported(device, reader) == pytest.approx(reported("cpu", reader), rel=CLOSE)


OF_PAIRS = (pictures_and_texts, features_and_texts)  # their loop is that of `unet`


@pytest.mark.parametrize(
    "case", [mixed, unet, diffusion_time, *(pytest.param(case, marks=pytest.mark.long) for case in OF_PAIRS)]
)
def test_training_on_a_second_device(case: Case, process: ProcessPoolExecutor) -> None:
    process.submit(case).result()
