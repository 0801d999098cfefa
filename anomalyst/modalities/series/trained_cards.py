"""The learned time-series detectors: score methods of three families over one denoiser, trained on the normals."""

from __future__ import annotations

from typing import Any, get_args

from anomalyst.detectors.contract import Card, Family
from anomalyst.detectors.methods.learner import Learner
from anomalyst.detectors.methods.methods import Tier
from anomalyst.detectors.methods.time import METHOD, TimeLearner
from anomalyst.detectors.methods.time_network import Kind, TimeSettings
from anomalyst.errors import require
from anomalyst.modalities.series.trained import LearnedSeriesDetector

SIDE = 16  # steps of a neighbourhood whose diffusion time is estimated
WIDTH, BATCH = 128, 256  # of its small networks: one sees all channels, one a single channel


def _card(  # noqa: PLR0913 - a card is flat
    name: str,
    family: Family,
    summary: str,
    *,
    cost: str,
    best_for: str,
    avoid_when: str,
    paper: str,
    training: str = "about a minute",
) -> Card:
    return Card(
        name, "series", family, summary, f"{training} of training on one core, then {cost}", best_for, avoid_when, paper
    )


class SeriesDDPM(LearnedSeriesDetector):
    """Difference to a reconstruction drawn by DDPM's ancestral steps."""

    method, wants_depth = "ddpm", True
    card = _card(
        "series-ddpm",
        "reconstruction",
        "How far each value lies from series drawn from a trained diffusion model near it.",
        cost="less than a second per 1,000 rows",
        best_for="sharp deviations in channels that move together, with some thousand normal rows",
        avoid_when="there are fewer than about 1,000 normal rows, or an answer is needed at once",
        paper="Ho et al. 2020 (arXiv 2006.11239); Liu et al. 2025 (arXiv 2501.11430), reconstruction family",
    )


class SeriesDDIM(LearnedSeriesDetector):
    """Difference to a deterministic reconstruction by DDIM."""

    method, wants_depth = "ddim", True
    card = _card(
        "series-ddim",
        "reconstruction",
        "How far each value lies from its denoised self, by few deterministic steps of a trained diffusion model.",
        cost="less than a second per 1,000 rows",
        best_for="many channels that move together, where the exact rows and channels matter",
        avoid_when="there are fewer than about 1,000 normal rows, or the fault is a plausible shape at the wrong time",
        paper="Song et al. 2021 (arXiv 2010.02502)",
    )


class SeriesSDE(LearnedSeriesDetector):
    """Difference to a reconstruction by the reverse stochastic differential equation."""

    method, wants_depth = "sde", True
    card = _card(
        "series-sde",
        "reconstruction",
        "How far each value lies from series drawn by a trained model's reverse SDE from a noisy copy of it.",
        cost="less than a second per 1,000 rows",
        best_for="noisy channels, where drawn reconstructions show what varies anyway",
        avoid_when="there are fewer than about 1,000 normal rows, or an answer is needed at once",
        paper="Song et al. 2021 (arXiv 2011.13456); Lu et al. 2022 (arXiv 2211.01095)",
    )


class SeriesOneStep(LearnedSeriesDetector):
    """Difference to a reconstruction by one step at a fine noise level, guided by one at a rough level."""

    method, wants_depth = "one-step", True
    card = _card(
        "series-one-step",
        "reconstruction",
        "How far each value lies from its self denoised in one step, guided by a rougher step no anomaly survives.",
        cost="less than a second per 1,000 rows",
        best_for="fast answers of a trained model; spikes and level shifts",
        avoid_when="there are fewer than about 1,000 normal rows, or the fault is a plausible shape at the wrong time",
        paper="Zhang et al. 2023 (DiffusionAD, arXiv 2303.08730)",
    )


class SeriesImDiffusion(LearnedSeriesDetector):
    """Difference between masked values and what a trained model draws for them from the others."""

    method = "masked"
    card = _card(
        "series-imdiffusion",
        "imputation",
        "How far each value lies from what a trained model fills in for it, by complementary masks along time.",
        cost="less than a second per 1,000 rows",
        best_for="short faults that break how values follow one another, in channels that depend on each other",
        avoid_when="the fault is longer than a window, or there are fewer than about 1,000 normal rows",
        paper="Chen et al. 2023 (ImDiffusion, arXiv 2307.00754)",
    )


class SeriesFlow(LearnedSeriesDetector):
    """Negative log-likelihood of windows by the probability flow."""

    method = "flow"
    card = _card(
        "series-flow",
        "density",
        "How unlikely each window of all channels is: its log-likelihood under a trained model, in nats.",
        cost="less than a second per 1,000 rows",
        best_for="windows that are unlikely as a whole though no value is far out; few channels",
        avoid_when="time is short, or there are fewer than about 1,000 normal rows",
        paper="Song et al. 2021 (arXiv 2011.13456), Sec. 4.3",
    )


class SeriesScore(LearnedSeriesDetector):
    """Length of the score vector over several noise levels."""

    method = "score"
    card = _card(
        "series-score",
        "density",
        "How strongly a trained model pulls each value towards normal, over several noise levels.",
        cost="less than a second per 1,000 rows",
        best_for="a first learned opinion: nothing is drawn, and fine and coarse deviations count alike",
        avoid_when="there are fewer than about 1,000 normal rows",
        paper="Song & Ermon 2019 (arXiv 1907.05600); Micorek et al. 2024 (MULDE, arXiv 2403.14497)",
    )


class SeriesInversion(LearnedSeriesDetector):
    """Length of the noise into which DDIM inversion turns windows."""

    method = "inversion"
    card = _card(
        "series-inversion",
        "hybrid",
        "Turns windows into noise by a few steps of DDIM inversion; abnormal values end far from standard noise.",
        cost="about a second per 1,000 rows",
        training="some minutes",
        best_for="density in few steps, without reconstruction; nothing is drawn",
        avoid_when="there are fewer than about 1,000 normal rows",
        paper="Song et al. 2021 (arXiv 2010.02502), Sec. 4.3",
    )


class SeriesTime(LearnedSeriesDetector):
    """Estimated diffusion time of the rows around each row, of all channels together and of each by itself.

    `estimator`: "categorical" (a softmax over bins of log σ) or "inverse_gamma"; `train_steps`: of its training; the
    other options are those of all learned series detectors.
    """

    method = METHOD
    card = _card(
        "series-time",
        "density",
        "DTE: a small network guesses how much noise the rows around each row carry: much where they are abnormal.",
        cost="less than a second per 1,000 rows",
        training="about half a minute",
        best_for="a learned density at the least cost; short faults, in one channel or in how channels go together",
        avoid_when="there are fewer than about 1,000 normal rows",
        paper="Livernoche et al. 2024 (DTE, arXiv 2305.18593)",
    )

    def __init__(
        self,
        window: int = 64,
        estimator: Kind = "categorical",
        steps: Tier = "few",
        train_steps: int = 1500,
        samples: int = 8,
        seed: int = 0,
    ) -> None:
        super().__init__(window, steps, train_steps=train_steps, samples=samples, seed=seed)
        require(estimator in get_args(Kind), "estimator", estimator, f"one of {', '.join(get_args(Kind))}")
        self.estimator: Kind = estimator

    @property
    def learner(self) -> Learner:
        """Estimators of diffusion time."""
        settings = TimeSettings(width=WIDTH, steps=self.train_steps, batch=BATCH, seed=self.seed)
        return TimeLearner(self.estimator, settings, SIDE, apart=True)

    def config(self) -> dict[str, Any]:
        """The constructor's arguments as JSON values."""
        shared = ("window", "steps", "train_steps", "samples", "seed")
        return {"estimator": self.estimator} | {k: v for k, v in super().config().items() if k in shared}
