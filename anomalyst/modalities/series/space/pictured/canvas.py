"""What normal would have been: expected values and posterior samples of a series, from the same empirical denoiser.

Where the sample is unflagged, expected is D(x; σ) of its own windows: close to the data. A flagged interval is masked:
the posterior over stored normal stretches comes from the observed steps on both sides only (imputation), so that the
anomaly does not leak in; what the surroundings' level differs from the normals' is carried across linearly.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor
from torch.nn import functional

from anomalyst.detectors.denoisers.empirical import draw, squared_distances
from anomalyst.modalities.series.space.cycle import Timed
from anomalyst.modalities.series.space.scores import Pieces, starts_in

MAX_STRETCH = 1024  # steps of a flagged interval that are filled from one set of neighbours
CANDIDATES = 1000
MAX_CELLS = 4_000_000  # candidate values held at once
EDGE = 8  # observed steps on each side whose mean error is carried across
ABOUT = 5  # steps that tell how much normals of the same time scatter at one
SHARED = 10  # normals that share the weight
PART = 24  # of a cycle, that much of it on each side tells which of the same time are like it

Interval = tuple[int, int]


@dataclass(frozen=True)
class Normals:
    """Scaled normal series laid end to end. `series`: (C, G); `pieces`: where each one starts and stops;
    `own`: they are the sample itself; `barred`: its intervals that must not serve as normal; `fade`: steps within which
    the error of rows on one side only ceases to tell of masked ones, None: never; `together`: all channels are taken
    from the same stretch, as they go together; `timed`: which are of the same time of a cycle, None: none has one."""

    series: Tensor
    pieces: Pieces
    own: bool = False
    barred: tuple[Interval, ...] = ()
    fade: int | None = None
    together: bool = False
    timed: Timed | None = None


@dataclass(frozen=True)
class Expectation:
    """`mean`: (C, G); `samples`: (K, C, G), all scaled."""

    mean: Tensor
    samples: Tensor


def expect(
    series: Tensor,
    normals: Normals,
    flagged: list[Interval],
    length: int,
    count: int,
    seed: int,
    hidden: Tensor | None = None,
) -> Expectation:
    """Expected values of a scaled series (C, G): its denoised self by tiles of `length`, imputation where flagged;
    cells that are `hidden` (C, G) tell nothing."""
    generator = torch.Generator().manual_seed(seed)
    drawn = itself(series, count)
    length = min(length, series.shape[1], _longest(normals))
    bank, starts = candidates(normals, length)
    for first in [*range(0, series.shape[1] - length, length), series.shape[1] - length]:
        outer = (first, first + length)
        free = _free(bank, normals, starts, outer)
        found = _impute(series, outer, (outer[1], outer[1]), replace(normals, series=free), count, generator, hidden)
        drawn.mean[:, first : outer[1]], drawn.samples[:, :, first : outer[1]] = found
    put_flagged(drawn, series, normals, flagged, length, generator, hidden)
    return drawn


def itself(series: Tensor, count: int) -> Expectation:
    """A scaled series (C, G), as what is expected of it."""
    return Expectation(series.clone(), series.expand(count, -1, -1).clone())


def put_flagged(
    drawn: Expectation,
    series: Tensor,
    normals: Normals,
    flagged: list[Interval],
    length: int,
    generator: torch.Generator,
    hidden: Tensor | None = None,
) -> None:
    """Put imputation where it is flagged into the expectation of a scaled series (C, G)."""
    length, longest = min(length, series.shape[1], _longest(normals)), max(1, min(MAX_STRETCH, _longest(normals) // 3))
    for start, stop in (part for masked in flagged for part in _split(masked, longest)):
        guess, draws = impute(series, normals, (start, stop), length, drawn.samples.shape[0], generator, hidden)
        drawn.mean[:, start:stop], drawn.samples[:, :, start:stop] = guess, draws


def impute(
    series: Tensor,
    normals: Normals,
    masked: Interval,
    margin: int,
    count: int,
    generator: torch.Generator,
    hidden: Tensor | None = None,
) -> tuple[Tensor, Tensor]:
    """Mean (C, n) and draws (count, C, n) of the n masked steps, given `margin` or n observed steps on either side; or
    fewer, where the sample is its own reference and no stretch as long is clear of what is masked. Channels that have a
    cycle get them from normals of the same time."""
    if normals.timed is not None:
        free, cyclic = replace(normals, timed=None), normals.timed.cycle.channels[:, None]
        found = _at_same_time(series, normals, masked, count, generator, hidden)
        if found is None or not cyclic.all():
            others = impute(series, free, masked, margin, count, generator, hidden)
            found = others if found is None else (found[0].where(cyclic, others[0]), found[1].where(cyclic, others[1]))
        return found
    start, stop = masked
    room = (_longest(normals) - (stop - start)) // 2
    if room < 1 and stop - start > 1:
        return _in_turn(series, normals, masked, margin, count, generator)
    lead = max(1, min(max(margin, stop - start), room))
    outer = _around(masked, lead, series.shape[1])
    while normals.own and lead > 1 and not _any_clear(normals, outer):
        lead //= 2
        outer = _around(masked, lead, series.shape[1])
    length = outer[1] - outer[0]
    bank, starts = candidates(normals, length)
    bank = _free(bank, normals, starts, outer)
    guess, drawn = _impute(series, outer, masked, replace(normals, series=bank), count, generator, hidden)
    inner = slice(start - outer[0], stop - outer[0])
    return guess[:, inner], drawn[:, :, inner]


def _at_same_time(
    series: Tensor,
    normals: Normals,
    masked: Interval,
    count: int,
    generator: torch.Generator,
    hidden: Tensor | None,
) -> tuple[Tensor, Tensor] | None:
    """The same from the normals of the same time of their cycle, EDGE steps or more about it; None where none is clear
    of what is masked."""
    if normals.timed is None:
        return None
    outer = _around(masked, max(EDGE, normals.timed.cycle.steps // PART), series.shape[1])
    length = outer[1] - outer[0]
    starts = starts_in(normals.pieces, length, 1)
    starts = starts[normals.timed.same(starts, outer[0])]
    starts = starts[_clear(normals, starts, length, outer)]
    if not len(starts):
        return None
    bank = normals.series[:, _some(starts, normals, length)[:, None] + torch.arange(length)]
    guess, drawn = _impute(series, outer, masked, replace(normals, series=bank), count, generator, hidden)
    inner = slice(masked[0] - outer[0], masked[1] - outer[0])
    return guess[:, inner], drawn[:, :, inner]


def _in_turn(
    series: Tensor, normals: Normals, masked: Interval, margin: int, count: int, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """The same of more steps than the normals are long: by parts, each beside what was drawn before it."""
    series, found = series.clone(), []
    for start, stop in _split(masked, max(1, _longest(normals) // 2)):
        seen = series if stop == masked[1] else series[:, :stop]
        found.append(impute(seen, normals, (start, stop), margin, count, generator))
        series[:, start:stop] = found[-1][1][0]
    return torch.cat([mean for mean, _ in found], -1), torch.cat([drawn for _, drawn in found], -1)


def _around(masked: Interval, lead: int, steps: int) -> Interval:
    return max(0, masked[0] - lead), min(steps, masked[1] + lead)


def _any_clear(normals: Normals, outer: Interval) -> bool:
    """Whether a normal stretch as long as `outer` is clear of it and of all that is barred."""
    length = outer[1] - outer[0]
    return bool(_clear(normals, starts_in(normals.pieces, length, 1), length, outer).any())


def _longest(normals: Normals) -> int:
    return max(b - a for a, b in normals.pieces)


def _split(masked: Interval, most: int) -> list[Interval]:
    """An interval in parts of at most `most` steps."""
    start, stop = masked
    return [(a, min(a + most, stop)) for a in range(start, stop, most)]


def candidates(normals: Normals, length: int) -> tuple[Tensor, Tensor]:
    """Normal stretches of `length` steps, unpooled: (C, N, length) and their starts (N,)."""
    starts = _some(starts_in(normals.pieces, length, 1), normals, length)
    return normals.series[:, starts[:, None] + torch.arange(length)], starts


def _some(starts: Tensor, normals: Normals, length: int) -> Tensor:
    """Starts of stretches of `length` steps, evenly spread where there are many."""
    room = max(10, min(CANDIDATES, MAX_CELLS // (length * normals.series.shape[0])))
    return starts if len(starts) <= room else starts[torch.linspace(0, len(starts) - 1, room).long()]


def _free(bank: Tensor, normals: Normals, starts: Tensor, outer: Interval) -> Tensor:
    """The candidates (C, N, length) that may be used: not the sample's own part in question, nor one that is barred."""
    length = bank.shape[-1]
    free = _clear(normals, starts, length, outer)
    if not free.any() and normals.own:  # everything is barred: at least not the part in question
        free = (starts + length <= outer[0]) | (starts >= outer[1])
    return bank[:, free] if free.any() and not free.all() else bank


def _clear(normals: Normals, starts: Tensor, length: int, outer: Interval) -> Tensor:
    clear = torch.ones(len(starts), dtype=torch.bool)
    for start, stop in (*normals.barred, *([outer] if normals.own else [])):
        clear &= (starts + length <= start) | (starts >= stop)
    return clear


def _impute(
    series: Tensor,
    outer: Interval,
    masked: Interval,
    stored: Normals,
    count: int,
    generator: torch.Generator,
    hidden: Tensor | None,
) -> tuple[Tensor, Tensor]:
    """Mean and draws over `outer` by weights from its steps outside `masked` that are not `hidden`; `stored`: normals
    whose series are stretches as long as it (C, N, L)."""
    bank, fade = stored.series, stored.fade
    query = series[:, None, outer[0] : outer[1]]
    observed = torch.ones(query.shape[-1])
    observed[masked[0] - outer[0] : masked[1] - outer[0]] = 0
    seen = observed if hidden is None else observed * ~hidden[:, None, outer[0] : outer[1]]
    guess, drawn = weighed(query * seen, bank * seen, bank, count, generator, stored.together)
    if masked[0] < masked[1]:
        share = _calmer(bank, observed) if stored.timed is not None else 1.0
        guess = guess + share * _carry(query[:, 0] - guess, observed, fade)
        drawn = drawn + share * _carry(query[:, 0] - drawn, observed, fade)
    return guess, drawn


def _calmer(bank: Tensor, observed: Tensor) -> Tensor:
    """How much less stretches of the same time (C, N, L) scatter in and about each step than in the EDGE of observed
    ones beside the masked, at most 1: what an evening is off by says as much less of the night. (C, L)."""
    spread = bank.var(1, correction=0)
    about = functional.avg_pool1d(spread, ABOUT, 1, ABOUT // 2, count_include_pad=False)
    inside = torch.nonzero(observed == 0)[:, 0]
    first, last = int(inside[0]), int(inside[-1]) + 1
    beside = torch.cat([spread[:, max(0, first - EDGE) : first], spread[:, last : last + EDGE]], 1)
    if not beside.shape[1]:
        return torch.ones_like(about)
    edge = beside.mean(1, keepdim=True)
    return torch.where(edge > 0, (about / edge).sqrt(), 1.0).clamp_max(1.0)


def weighed(
    query: Tensor, known: Tensor, bank: Tensor, count: int, generator: torch.Generator, together: bool = False
) -> tuple[Tensor, Tensor]:
    """Mean (C, L) and draws (count, C, L) of `bank` (C, N, L), each of it weighed by the distance of what is `known` of
    it to the query (C, 1, L); `together`: drawn for all channels at once."""
    squared = squared_distances(query, known)
    scaled = squared / _width(squared).square()
    share = torch.softmax(scaled / -2, -1)
    if together:
        picked = draw(scaled.sum(0, keepdim=True), 1.0, count, generator)[:, 0].expand(len(bank), -1)
    else:
        picked = draw(scaled, 1.0, count, generator)[:, 0]
    drawn = bank.gather(1, picked[:, :, None].expand(-1, -1, bank.shape[-1])).transpose(0, 1)
    return (share @ bank)[:, 0], drawn


def _width(squared: Tensor) -> Tensor:
    """σ of each query at which its SHARED-th nearest normal still weighs 1/e of the nearest: (…, 1)."""
    nearest = squared.topk(min(SHARED, squared.shape[-1]), largest=False).values
    return ((nearest[..., -1:] - nearest[..., :1]) / 2).sqrt().clamp_min(1e-3)


def _carry(error: Tensor, observed: Tensor, fade: int | None) -> Tensor:
    """The error of the observed steps next to the masked ones, carried linearly across, or from the only side that is
    observed to nothing within `fade` steps: same shape as `error`."""
    hidden = torch.nonzero(observed == 0)[:, 0]
    first, last = int(hidden[0]), int(hidden[-1]) + 1
    left, right = error[..., max(0, first - EDGE) : first], error[..., last : last + EDGE]
    if not left.shape[-1] and not right.shape[-1]:
        return torch.zeros_like(error)
    before = (left if left.shape[-1] else right).mean(-1, keepdim=True)
    after = (right if right.shape[-1] else left).mean(-1, keepdim=True)
    steps = torch.arange(error.shape[-1])
    if fade is not None and not (left.shape[-1] and right.shape[-1]):
        away = (steps - first if left.shape[-1] else last - 1 - steps).clamp_min(0)
        return before * (1 - away / fade).clamp_min(0)
    place = ((steps - first) / max(1, last - first)).clamp(0, 1)
    return before + (after - before) * place
