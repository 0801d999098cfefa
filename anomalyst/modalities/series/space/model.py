"""What a series detector learns, and the profile of scores it gives to any series of the same channels.

One model holds the scaled normals, their windows at several lengths, and what scores each channel has at each length
among normals, so that lengths and channels are added in one unit, surprise (`space/profile.py`). A second one sees
their changes from step to step, which drift from the normals to the sample does not touch; it adds its readings.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from anomalyst.modalities.series.space.clock import Clock, find_clock
from anomalyst.modalities.series.space.coupled import Coupling, coupling, near
from anomalyst.modalities.series.space.cycle import Counts
from anomalyst.modalities.series.space.grid import Floats, Grid, channel_scale
from anomalyst.modalities.series.space.holes import Cut
from anomalyst.modalities.series.space.judged.moves import first_moves
from anomalyst.modalities.series.space.period import period
from anomalyst.modalities.series.space.plain import WIDTHS, Plain, plain, widths_in
from anomalyst.modalities.series.space.profile import (
    FLOOR,
    LIMIT,
    Profile,
    ScaledNormals,
    log_scores,
    numbers_of,
    pieces_of,
    pieces_of_series,
    scale_normals,
)
from anomalyst.modalities.series.space.scores import (
    Groups,
    Pieces,
    Scale,
    Store,
    build_scale,
    left_out_groups,
    profile,
    query_groups,
    starts_beside,
    starts_in,
)
from anomalyst.modalities.series.space.surprise import Level

LENGTHS = (32, 64, 128)  # steps
MIN_LENGTH = 4
SHARE = 6  # a window is at most this part of the normals,
LONGEST_SHARE = 8  # and this part of the longest of them: its rows must have calm ones beside them
ALONE_SHARE = 24  # the shortest window of a series that is its own reference is at most this part of it
WORK = 50_000_000  # distances per length, above which windows are taken at a wider stride
FOLDS = 5
LEAST_CHANGES = 16  # windows of changes


@dataclass(frozen=True)
class SeriesModel(ScaledNormals):
    """Scaled normals and their windows. `own`: they are the scored sample itself; `levels`: what each rule's scores are
    among the normals; `changes`: the same of their changes, whose `centre` and `scale` are of the scaled ones;
    `plain`: what is usual of single values, None where a series is judged by itself; `coupled`: how channels hold
    together, None where they do not or that is not known; `clock`: what is usual at each time of a cycle, None where
    there is none; `files`: where each normal series starts and stops,
    with what was cut out of it, while it is fitted; `first`: whether first moves are told, and `widths`: within how
    many steps stillness is, of detectors that were saved before not so and the first."""

    scales: tuple[Scale, ...]
    own: bool = False
    levels: dict[str, Level] = field(default_factory=dict)
    changes: SeriesModel | None = None
    plain: Plain | None = None
    coupled: Coupling | None = None
    clock: Clock | None = None
    files: Pieces = ()
    first: bool = False
    widths: tuple[int, ...] = WIDTHS[:1]

    @property
    def longest(self) -> int:
        """Steps of the longest window."""
        return max(s.length for s in self.scales)

    def held_out(self, rule: str, timed: bool, hidden: Tensor | None = None) -> tuple[SeriesModel, Profile]:
        """The model with this rule's levels, and the normals' own scores, each block of time scored by the others.
        `hidden`: cells (C, G) that are not told."""
        return self.levelled(self.left_out(rule, timed, hidden), rule, hidden=hidden)

    def left_out(self, rule: str, timed: bool, hidden: Tensor | None = None) -> tuple[Tensor, ...]:
        """The normals' own scores (lengths, C + 1, G), each block of time scored by the others; then of changes, and by
        the clock."""
        pieces, total = self.pieces, self.series.shape[1]

        def groups(scale: Scale) -> Groups:
            block = max(4 * scale.length, total // 25) if self.own else max(2 * self.longest, -(-total // FOLDS))
            return left_out_groups(starts_in(pieces, scale.length, self._stride(scale, total, rule)), scale, block)

        raw = self._raw(self.series, rule, timed, groups, hidden)
        if self.changes is None:
            return (raw,)
        found = (raw, *self.changes.left_out(rule, timed, _reached(hidden)))
        clock = self.clock
        return found if clock is None else (*found, clock.raw(self.series, clock.places, hidden, left_out=True))

    def levelled(
        self,
        raw: tuple[Tensor, ...],
        rule: str,
        kept: NDArray[np.bool_] | None = None,
        hidden: Tensor | None = None,
    ) -> tuple[SeriesModel, Profile]:
        """The model with the levels of what `left_out` gave, and the profile of it; `kept`: the steps (G,) that set
        the levels, of which sizes alone are then known, None: all."""
        logs = log_scores(raw[0] if kept is None else raw[0][..., torch.from_numpy(kept)])
        level = self._level(logs, edge=kept is not None)
        known, found = replace(self, levels={**self.levels, rule: level}), self.profile(raw[0], level, self.longest)
        if self.changes is None:
            return known, found
        changes, changed = self.changes.levelled(raw[1:2], rule, kept)
        together = None if self.own else coupling(self.series, self.found_switches(), kept)
        coupled, apart = (None, None) if together is None else together
        known = replace(known, changes=changes, coupled=coupled)
        clocked = None
        if self.clock is not None:
            clock = self.clock.levelled(raw[2], kept)
            known, clocked = replace(known, clock=clock), clock.sizes(raw[2], clock.places)
        if kept is not None and self.plain is not None:
            known = replace(known, plain=plain(self.series, self.found_switches(), self.widths, kept))
        found = found.beside(changed.sizes)
        return known, known._read_plainly(found, self.series, (clocked, apart), hidden)

    def _level(self, logs: Tensor, edge: bool) -> Level:
        """What is normal of log scores; `edge`: its threshold alone."""
        if self.own:
            return Level.of_bulk(logs)
        return Level.edge(logs) if edge else Level.fit(logs, self.longest)

    def score(
        self, series: Tensor, rule: str, timed: bool, hidden: Tensor | None = None, places: Counts | None = None
    ) -> Profile:
        """Scores of a scaled series (C, G). `hidden`: cells (C, G) that are not told; `places`: of its steps in the
        cycle (G,), where these are known."""
        whole = [(0, series.shape[1])]

        def groups(scale: Scale) -> Groups:
            stride = self._stride(scale, series.shape[1], rule)
            if hidden is None:
                return query_groups(starts_in(whole, scale.length, stride), scale)
            return query_groups(starts_beside(hidden, scale.length, stride), scale)

        found = self.profile(self._raw(series, rule, timed, groups, hidden), self.levels[rule], self.longest)
        if self.changes is None:
            return found
        changed = in_units(changes_of(series, whole), self.changes.centre, self.changes.scale)
        found = found.beside(self.changes.score(changed, rule, timed, _reached(hidden)).sizes)
        apart = None if self.coupled is None else self.coupled.sizes(series)
        clocked = None
        if self.clock is not None:
            clocked = self.clock.read(series, places, hidden)
        return self._read_plainly(found, series, (clocked, apart), hidden)

    def moves(self, grid: Grid) -> Floats | None:
        """How surprising first moves of a sample are (G, C); None where there are none."""
        if self.own or not self.first:
            return None
        known = self.scale if self.presence is None else np.where(self.presence.bridged < 0, 1.0, self.scale)
        return first_moves(grid, self.centre, known, self.series.shape[1], self.longest)

    def places(self, grid: Grid) -> Counts | None:
        """The place in the normals' cycle of each step of a sample (G,); None where it or they have none."""
        if self.clock is None or not (self.own or grid.day):
            return None
        return grid.ticks % self.clock.cycle.repeat

    def _read_plainly(
        self, found: Profile, series: Tensor, more: tuple[Tensor | None, Tensor | None], hidden: Tensor | None
    ) -> Profile:
        """A profile with the plain readings, where they are known; `more`: sizes (N, C, G) of how unusual channels are
        at their time, and (C, G) of how far apart they are."""
        clocked, apart = more
        plain = [] if self.plain is None else [self.plain.sizes(series, self.found_switches(), hidden)]
        if clocked is not None:
            plain.append(clocked)
        if apart is not None:
            plain.append((apart if hidden is None else apart.masked_fill(near(hidden).any(0), -torch.inf))[None])
        return (
            found.beside_plain(torch.cat(plain), apart is not None, 0 if clocked is None else len(clocked))
            if plain
            else found
        )

    def _stride(self, scale: Scale, steps: int, rule: str) -> int:
        """How far apart windows begin. Each step lies in four of them at least; in two, where a rule scores it by
        itself in each, not all of the window alike."""
        wanted = -(-scale.bank.shape[0] * scale.bank.shape[1] * steps // WORK)
        return max(1, scale.length // 8, min(wanted, scale.length // (4 if rule == "density" else 2)))

    def _raw(
        self,
        series: Tensor,
        rule: str,
        timed: bool,
        groups: Callable[[Scale], Groups],
        hidden: Tensor | None = None,
    ) -> Tensor:
        """Scores in standard deviations and their mean over channels (lengths, C + 1, G); a window longer than the
        series gives its normal median, and so do steps that no window tells of."""
        found = []
        for place, scale in enumerate(self.scales):
            if series.shape[1] >= scale.length:
                own = profile(series, scale, groups(scale), rule, timed, hidden) * scale.unit[:, None]
                if hidden is not None:
                    own = own.where(own.isfinite(), self._usual(own, place, rule))
                found.append(torch.cat([own, own[self.heard()].mean(0, keepdim=True)]))
            else:
                found.append(self._middle(place, rule).expand(-1, series.shape[1]))
        return torch.stack(found)

    def heard(self) -> Tensor:
        """Channels that readings of several go by: all; but switches only where normals tell how rarely each moves, or
        where there is nothing else: (C,) bool."""
        moving = ~self.found_switches()[:, 0]
        first = self.changes is None and self.switches is None
        return moving if self.own and not first and moving.any() else torch.ones_like(moving)

    def _middle(self, place: int, rule: str) -> Tensor:
        """The normal median of scores at one length: (C + 1, 1)."""
        middle = self.levels[rule].middle[place, :, None]
        return (2 * middle).exp().sub(FLOOR).clamp_min(0).sqrt()

    def _usual(self, own: Tensor, place: int, rule: str) -> Tensor:
        """The same of channels only, by what is known of own scores (C, G) where the levels are still to be learned:
        (C, 1)."""
        if rule in self.levels:
            return self._middle(place, rule)[:-1]
        return own.nanmedian(1, keepdim=True).values.nan_to_num()


def learn(  # noqa: PLR0913 - one keyword for each thing that is left out or added
    grids: Sequence[Grid],
    lengths: Sequence[int] | None,
    store: Store,
    *,
    own: bool = False,
    changes: bool = True,
    clock: bool = False,
    periodic: bool = False,
    holes: Cut | None = None,
    odd: Pieces = (),
) -> SeriesModel:
    """Scale the normals and store their windows; `own`: the one grid is the sample to be scored itself; `changes`:
    whether their changes are learned too; `clock`: whether what is usual at each time of a cycle is; `periodic`:
    whether, where it is not, windows of one period are stored, if it is longer than the default ones; `holes`: what was
    cut out of the normals; `odd`: steps of what is left, laid end to end, that are left out."""
    if holes is not None and not own:
        grids = holes.grids
    normals, whole_pieces = scale_normals(grids, odd), pieces_of(grids)
    if holes is not None and own:
        normals, whole_pieces = replace(normals, pieces=holes.pieces), holes.pieces
    chosen = possible_lengths(lengths or LENGTHS, whole_pieces)
    told = find_clock(normals, numbers_of(grids, odd), grids[0].day, own) if clock else None
    whole = period(normals.series, normals.pieces, LENGTHS[-1]) if periodic and told is None else None
    if whole is not None:
        chosen = possible_lengths((*chosen, whole), whole_pieces)
    if own and lengths is None:
        # Rows whose windows reach an anomaly all look abnormal: they must not be so many that they pass for usual.
        shortest = min(chosen[0], max(MIN_LENGTH, normals.series.shape[1] // ALONE_SHARE))
        chosen = (shortest, *chosen[1:])
    scales = tuple(build_scale(normals.series, normals.pieces, w, store) for w in chosen)
    presence = None if holes is None else holes.presence
    head = (normals.centre, normals.scale, normals.series, normals.pieces, scales, own)
    files = pieces_of_series(grids, range(len(grids)) if holes is None or own else holes.numbers, odd)
    widths = widths_in(normals.series.shape[1])
    model = SeriesModel(*head, presence=presence, files=files, clock=told, widths=widths)
    if not changes:
        return model
    return _with_plain(replace(model, changes=_changes(model, store), first=True))


def _with_plain(model: SeriesModel) -> SeriesModel:
    if model.own:
        return model
    switches = model.found_switches()
    together = coupling(model.series, switches)
    return replace(
        model, plain=plain(model.series, switches, model.widths), coupled=None if together is None else together[0]
    )


def _changes(model: SeriesModel, store: Store, units: Sequence[Tensor | None] | None = None) -> SeriesModel:
    """What the changes of a model's normals are; `units`: of its windows, None: measured."""
    steps = changes_of(model.series, model.pieces)
    centre, scale = channel_scale(steps.T.double().numpy(), np.ones(steps.T.shape, dtype=bool))
    series = in_units(steps, centre, scale)
    pairs = zip(model.scales, units or [None] * len(model.scales), strict=True)
    few = _coarse(store)
    scales = tuple(build_scale(series, model.pieces, s.length, few, unit) for s, unit in pairs)
    return SeriesModel(centre, scale, series, model.pieces, scales, model.own, switches=model.found_switches())


def _coarse(store: Store) -> Store:
    """Changes repeat themselves more than values do: half as many windows, at one noise level, tell what is usual."""
    return Store(max(LEAST_CHANGES, store.windows // 2), 1)


def _reached(hidden: Tensor | None) -> Tensor | None:
    """Which changes (C, G) are not told, as one of both values is hidden."""
    return None if hidden is None else hidden | torch.cat([hidden[:, :1], hidden[:, :-1]], 1)


def changes_of(series: Tensor, pieces: Pieces) -> Tensor:
    """A series' changes from step to step (C, G), 0 where a piece begins."""
    steps = torch.diff(series, dim=1, prepend=series[:, :1])
    steps[:, [start for start, _ in pieces]] = 0
    return steps


def in_units(series: Tensor, centre: Floats, scale: Floats) -> Tensor:
    """A series (C, G) about `centre` in units of `scale`, each (C,), cut off at LIMIT; 0 there counts as 1."""
    middle, unit = (torch.from_numpy(part).float()[:, None] for part in (centre, np.where(scale > 0, scale, 1.0)))
    return ((series - middle) / unit).clamp(-LIMIT, LIMIT)


def restore(
    head: SeriesModel, lengths: Sequence[int], units: Sequence[Tensor], store: Store, changes: Sequence[Tensor] | None
) -> SeriesModel:
    """A saved model with its windows stored again. `units`, `changes`: of the windows of values and of changes; None:
    they were not learned, as in detectors saved by the first version."""
    pairs = zip(lengths, units, strict=True)
    scales = tuple(build_scale(head.series, head.pieces, w, store, unit) for w, unit in pairs)
    model = replace(head, scales=scales)
    if changes is None:
        return model
    return _with_plain(replace(model, changes=_changes(model, store, changes)))


def possible_lengths(lengths: Sequence[int], pieces: Pieces) -> tuple[int, ...]:
    """The window lengths, shortened where the normals are too short for them."""
    room = min(max(b - a for a, b in pieces) // LONGEST_SHARE, sum(b - a for a, b in pieces) // SHARE)
    return tuple(sorted({min(w, max(MIN_LENGTH, room)) for w in lengths}))
