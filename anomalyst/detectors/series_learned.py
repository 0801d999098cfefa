"""The learned time-series detectors: score methods of three families over one denoiser, trained on the normals."""

from __future__ import annotations

from anomalyst.detectors.base import Card, Rule
from anomalyst.detectors.learned_series_detector import LearnedSeriesDetector

_COST = "about a minute of training on one core, then "


def _card(name: str, family: Rule, summary: str, *, cost: str, best_for: str, avoid_when: str, paper: str) -> Card:
    return Card(name, "series", family, summary, _COST + cost, best_for, avoid_when, paper)


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
