"""Series: are the events found that a person would find, and only those?

    python -m benchmarks.series_events --data ../shared/data [--split dev|test|all] [--sets nab smd] [--limit N]
                                       [--detector NAME] [--jobs 2] [--no-peers] [--calm]

A labelled event is found where a finding (detector, findings, tightened, as `explain` does) overlaps it; a finding
of which less than a tenth lies in labels is a false event. Labels are 1 % of the rows wider on each side (5 to 50),
and rows above a line that are as near are one event. Beside lines across scores stand those that peers draw themselves
(`series_lines`). Each series is judged with its normals and alone (where at most a
quarter of its rows is labelled). A long series is an excerpt: the ROWS rows that hold most events, the last ROWS of
its train part.

Series are "dev" or "test" by a hash of set and name: constants may be chosen on "dev" only. `--calm` scores the last
third of each train part by the first two instead: every finding is false.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from multiprocessing import Pool
from pathlib import Path

import numpy as np

from anomalyst.detectors.registry import detector_class
from anomalyst.modalities.registry import modality
from anomalyst.modalities.series.region import SeriesRegion
from anomalyst.modalities.series.runs import runs
from benchmarks.series import as_sample
from benchmarks.series_data import EVENT_SETS, Case, read_set
from benchmarks.series_event_tables import calm_table, curve_table, set_table, summary_table
from benchmarks.series_lines import CONTAMINATION, DEVIATIONS, DISCORDS, FACTORS, LINE_PEERS, SIGMAS, Scored
from benchmarks.series_matching import Interval, Outcome, compared

ROWS = 6_000
MOST_LABELLED = 0.25
ALPHA, FDR = 0.05, 0.05  # the defaults of `explain`
LEVELS = (0.0001, 0.001, 0.01, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5)
SPLITS = ("dev", "test", "all")


@dataclass(frozen=True)
class Row:
    """How one rule did on one series. `way`: "normals" or "alone"; `value`: where on its curve the rule was."""

    dataset: str
    case: str
    way: str
    method: str
    rule: str
    value: float
    outcome: Outcome
    alarm: bool
    per_day: float | None


def half_of(name: str) -> str:
    """Half of the data by a hash of a name."""
    return ("dev", "test")[hashlib.sha256(name.encode()).digest()[0] % 2]


def split_of(case: Case) -> str:
    """Half of the series by a hash of set and name."""
    return half_of(f"{case.dataset}/{case.name}")


def excerpt(case: Case, rows: int = ROWS) -> Case:
    """The rows that hold most whole events, of equals the first, and the last of the train part."""
    train = None if case.train is None else case.train[-rows:]
    if len(case.test) <= rows:
        return replace(case, train=train)
    events = runs(case.label.astype(bool))
    starts = [int(np.clip((a + b) // 2 - rows // 2, 0, len(case.test) - rows)) for a, b in events]
    start = max(starts, key=lambda s: sum(s <= a and b <= s + rows for a, b in events))
    part = slice(start, start + rows)
    return replace(
        case, train=train, test=case.test[part], label=case.label[part], start=max(0, case.start - start), causes=None
    )


def held_out(case: Case) -> Case | None:
    """The last third of the train part as what is judged, all of it normal."""
    if case.train is None:
        return None
    cut = 2 * len(case.train) // 3
    test = case.train[cut:]
    return replace(case, train=case.train[:cut], test=test, label=np.zeros(len(test), dtype=np.int64), start=0)


def ours(case: Case, name: str) -> tuple[Scored, Callable[[float, float], tuple[list[Interval], bool]]]:
    """The scores of rows, and what `explain` finds at an alarm level and a false-discovery rate."""
    detector = detector_class(name)()
    detector.fit([] if case.train is None else [as_sample(case.train)])
    sample = as_sample(case.test)
    score_map = detector.score(sample)
    judge = getattr(detector, "yardsticks_", {}).get(detector.card.family)
    highest = float(judge.judge.stretches.kept[-1]) if judge is not None else None

    def findings(alpha: float, fdr: float) -> tuple[list[Interval], bool]:
        regions = [f.region for f in modality("series").locate(sample, score_map, alpha, fdr).findings]
        said = [(r.start, r.stop) for r in regions if isinstance(r, SeriesRegion)]
        return said, bool(score_map.sample_p <= alpha)

    return Scored(np.asarray(score_map.scores, dtype=np.float64), highest), findings


def lines(scored: Scored) -> Iterator[tuple[str, float, list[Interval]]]:
    """What each line says: by the series' own scores, by the highest normal row."""
    for deviations in DEVIATIONS:
        yield "median + k MAD", deviations, scored.above_own(deviations)
    if scored.highest is not None:
        for factor in FACTORS:
            yield "k × highest normal", factor, scored.above_normal(factor)


def own_lines(scored: Scored) -> Iterator[tuple[str, float, list[Interval]]]:
    """What the lines say that peers draw themselves (`series_lines`)."""
    yield "contamination", CONTAMINATION, scored.by_contamination()
    yield "mean + k sd", SIGMAS, scored.by_deviations()
    yield "discords", DISCORDS, scored.discords()


def judged(case: Case, way: str, name: str, peers: bool) -> list[Row]:
    """All rules on one series, those of peers where they are asked for."""
    rows = []

    def add(method: str, rule: str, value: float, said: list[Interval], alarm: bool) -> None:
        outcome = compared(said, case.label, case.start)
        rows.append(Row(case.dataset, case.name, way, method, rule, value, outcome, alarm, case.per_day))

    scored, findings = ours(case, name)
    for level in LEVELS:
        add(name, "findings", level, *findings(level, min(level, FDR) if level < ALPHA else level))
    others = LINE_PEERS if peers else {}
    for method, one in [(name, scored), *((peer, run(case)) for peer, run in others.items())]:
        for rule, value, said in (*lines(one), *(own_lines(one) if method != name else ())):
            add(method, rule, value, said, bool(said))
    return rows


def both_ways(case: Case, name: str, calm: bool, peers: bool) -> list[Row]:
    """A series with its normals, and alone."""
    case = excerpt(case)
    if calm:
        part = held_out(case)
        alone = None if part is None else replace(part, train=None)
        return (
            []
            if part is None or alone is None
            else judged(part, "normals", name, peers) + judged(alone, "alone", name, peers)
        )
    rows = [] if case.train is None else judged(case, "normals", name, peers)
    if case.label.mean() <= MOST_LABELLED:
        rows += judged(replace(case, train=None), "alone", name, peers)
    return rows


def chosen(data: Path, sets: list[str], split: str, limit: int | None) -> Iterator[Case]:
    """The series of a split, at most `limit` of each set."""
    for dataset in sets:
        cases = (c for c in read_set(data, dataset, "all") if split in ("all", split_of(c)))
        yield from islice(cases, limit)


def main() -> None:
    """Read the options, run, print tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with timeseries/")
    parser.add_argument("--sets", nargs="*", default=EVENT_SETS, choices=EVENT_SETS)
    parser.add_argument("--split", choices=SPLITS, default="dev")
    parser.add_argument("--limit", type=int, default=8, help="at most this many series of each set")
    parser.add_argument("--detector", default="series-density")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--no-peers", action="store_true", help="only the detector and lines across its scores")
    parser.add_argument("--calm", action="store_true", help="judge held-out normals instead of labelled series")
    options = parser.parse_args()
    cases = list(chosen(options.data, options.sets, options.split, options.limit))
    with Pool(options.jobs) as pool:
        work = partial(both_ways, name=options.detector, calm=options.calm, peers=not options.no_peers)
        rows = [row for found in pool.imap(work, cases) for row in found]
    if options.calm:
        print(calm_table(rows, ALPHA))
        return
    print(summary_table(rows, options.detector, ALPHA))
    print("\n" + set_table(rows, options.detector, ALPHA))
    print("\n" + curve_table(rows))


if __name__ == "__main__":
    main()
