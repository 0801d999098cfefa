"""The learned image detectors: a trained denoiser, asked by each method of the survey (Liu et al. 2025, 2501.11430)."""

from __future__ import annotations

from typing import Any, ClassVar, get_args

from anomalyst.detectors.contract import Card, Family
from anomalyst.detectors.methods.learner import Learner
from anomalyst.detectors.methods.methods import Tier
from anomalyst.detectors.methods.time import METHOD, TimeLearner
from anomalyst.detectors.methods.time_network import Kind, TimeSettings
from anomalyst.detectors.sampling.noises import Noise
from anomalyst.errors import require
from anomalyst.modalities.image.space.grid import Where
from anomalyst.modalities.image.trained import LearnedImageDetector

SIDE = 1  # cells of a neighbourhood whose diffusion time is estimated; wider ones blur the map


def _card(
    name: str, family: Family, summary: str, best_for: str, paper: str, *, scores: str, trains: str = "about a minute"
) -> Card:
    return Card(
        name=name,
        modality="image",
        family=family,
        summary=summary,
        cost=f"trains for {trains} on one core, then scores in {scores}",
        best_for=best_for,
        avoid_when="fewer than about 30 normal images are at hand, or time is short: image-density needs neither",
        paper=paper,
    )


class ImageDDPM(LearnedImageDetector):
    """Partial noising, then ancestral sampling."""

    method, wants_depth = "ddpm", True
    card: ClassVar[Card] = _card(
        "image-ddpm",
        "reconstruction",
        "Noises the image's features to a depth and draws them back by DDPM's random steps; the residual is the score.",
        "a second opinion from a trained model; the spread of its draws shows what could be normal",
        "Ho et al. 2020, arXiv 2006.11239; Wyatt et al. 2022, AnoDDPM",
        scores="about a quarter of a second for an image",
    )


class ImageDDIM(LearnedImageDetector):
    """Partial noising, then deterministic sampling."""

    method, wants_depth = "ddim", True
    card: ClassVar[Card] = _card(
        "image-ddim",
        "reconstruction",
        "Noises the image's features to a depth and denoises them by DDIM's deterministic steps; residual as score.",
        "reconstruction in few steps where normals are many and varied",
        "Song et al. 2021, arXiv 2010.02502",
        scores="about a fifth of a second for an image",
    )


class ImageSDE(LearnedImageDetector):
    """Partial noising, then the reverse stochastic differential equation."""

    method, wants_depth = "sde", True
    card: ClassVar[Card] = _card(
        "image-sde",
        "reconstruction",
        "Noises the image's features to a depth and solves the reverse SDE of the score back; residual as score.",
        "a second opinion that does not depend on one sampler",
        "Song et al. 2021, arXiv 2011.13456; Lu et al. 2022, arXiv 2211.01095",
        scores="about a quarter of a second for an image",
    )


class ImageSimplex(LearnedImageDetector):
    """Partial noising with simplex noise, then ancestral sampling with it, by a denoiser trained on it."""

    method, wants_depth = "simplex", True
    noise: ClassVar[Noise] = "simplex"
    card: ClassVar[Card] = _card(
        "image-simplex",
        "reconstruction",
        "AnoDDPM: noise with structure, simplex noise, hides whole regions and is drawn away again; residual as score.",
        "larger anomalies, which grainy noise leaves recognisable",
        "Wyatt et al. 2022, AnoDDPM (CVPR Workshops)",
        scores="about four tenths of a second for an image",
        trains="two to four minutes",
    )


class ImageConditioned(LearnedImageDetector):
    """Denoising that is pulled towards the input."""

    method, wants_depth = "conditioned", True
    card: ClassVar[Card] = _card(
        "image-conditioned",
        "reconstruction",
        "DDAD: denoises towards the input, so that normal detail is kept and only what is abnormal is changed.",
        "detailed objects whose normal variety a plain reconstruction would blur away",
        "Mousakhan et al. 2023, DDAD, arXiv 2305.15956",
        scores="about a fifth of a second for an image",
    )


class ImageOneStep(LearnedImageDetector):
    """One call at a fine depth, guided by one at a rough depth."""

    method, wants_depth = "one-step", True
    card: ClassVar[Card] = _card(
        "image-one-step",
        "reconstruction",
        "DiffusionAD: one denoising call at a rough noise level guides one at a fine level; no sampling at all.",
        "many images, little time, a trained model at hand",
        "Zhang et al. 2023, DiffusionAD, arXiv 2303.08730",
        scores="about a tenth of a second for an image",
    )


class ImageMasked(LearnedImageDetector):
    """Masked cells drawn from the posterior given the others."""

    method = "masked"
    card: ClassVar[Card] = _card(
        "image-masked",
        "imputation",
        "Hides a chequerboard of cells, draws them from the others, then the other way round; several maskings.",
        "parts that do not fit their surroundings although each is normal by itself",
        "Lugmayr et al. 2022, RePaint, arXiv 2201.09865; Chen et al. 2023, arXiv 2307.00754",
        scores="about a quarter of a second for an image",
    )


class ImageFlow(LearnedImageDetector):
    """Likelihood by the probability flow."""

    method = "flow"
    card: ClassVar[Card] = _card(
        "image-flow",
        "density",
        "The exact likelihood of the trained model, cell by cell, by its probability-flow ODE.",
        "a likelihood in nats; texture that is too busy",
        "Song et al. 2021, arXiv 2011.13456",
        scores="under half a second for an image",
    )


class ImageScore(LearnedImageDetector):
    """Length of the score over several noise levels."""

    method = "score"
    card: ClassVar[Card] = _card(
        "image-score",
        "density",
        "How strongly the trained model's score pulls at each cell, over several noise levels; nothing is drawn.",
        "textures with many normals; quick and free of chance",
        "Micorek et al. 2024, MULDE, arXiv 2403.14497; Vincent 2011, denoising score matching",
        scores="about a quarter of a second for an image",
    )


class ImageInversion(LearnedImageDetector):
    """Length of the noise into which DDIM inversion turns the features."""

    method = "inversion"
    card: ClassVar[Card] = _card(
        "image-inversion",
        "hybrid",
        "Turns the features into noise by a few steps of DDIM inversion; abnormal cells end far from standard noise.",
        "feature-space density in few steps, without reconstruction",
        "Song et al. 2021, arXiv 2010.02502, Sec. 4.3",
        scores="about a quarter of a second for an image",
    )


class ImageTime(LearnedImageDetector):
    """Estimated diffusion time of the neighbourhood of each cell: no denoiser, one call of a small network.

    `estimator`: "categorical" (a softmax over bins of log σ) or "inverse_gamma"; `train_steps`: of its training; the
    other options are those of all learned image detectors.
    """

    method = METHOD
    card: ClassVar[Card] = _card(
        "image-time",
        "density",
        "DTE: a small network guesses how much noise the surroundings of each cell carry: much where abnormal.",
        "a learned density at the least cost: nothing is sampled, and the network is small",
        "Livernoche et al. 2024, DTE, arXiv 2305.18593",
        scores="about a seventh of a second for an image",
        trains="about half a minute",
    )

    def __init__(  # noqa: PLR0913 - the config of a detector is flat
        self,
        backbone: str | None = None,
        space: Where | None = None,
        size: int = 256,
        estimator: Kind = "categorical",
        steps: Tier = "few",
        train_steps: int = 1500,
        samples: int = 4,
        seed: int = 0,
    ) -> None:
        super().__init__(backbone, space, size, steps, train_steps=train_steps, samples=samples, seed=seed)
        require(estimator in get_args(Kind), "estimator", estimator, f"one of {', '.join(get_args(Kind))}")
        self.estimator: Kind = estimator

    @property
    def learner(self) -> Learner:
        """An estimator of diffusion time."""
        return TimeLearner(self.estimator, TimeSettings(steps=self.train_steps, seed=self.seed), SIDE)

    def config(self) -> dict[str, Any]:
        """The constructor's arguments as JSON values."""
        shared = ("backbone", "space", "size", "steps", "train_steps", "samples", "seed")
        return {"estimator": self.estimator} | {k: v for k, v in super().config().items() if k in shared}
