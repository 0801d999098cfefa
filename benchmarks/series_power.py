"""Series: how small an anomaly is seen, found where it lies and called what it is?

    python -m benchmarks.series_power --data ../shared/data [--split dev|test] [--sets ucr smd] [--limit N]
                                      [--normals 500 2000 0] [--minutes 15] [--quick]

The last third of each train part, at most ROWS rows of it, is a normal series; the rows before it are what is learned
from, the last N of them (0: all there are of an excerpt of 6,000 rows). Into it one fault at a time is planted, by the
code whose sizes a normal verdict quotes (`modalities/series/tried/planted.py`), at a random time of a random channel.
"seen": the series raises the alarm at the default level; "on it": a finding overlaps the fault; "named": of these, the
share whose kind is that of the fault in its channel. Series that raise the alarm without a fault are only counted.

Halves are those of `benchmarks.series_events`. A series is begun only while less than `--minutes` of processor time are
spent; sets take turns, so that each has its part.
"""

from __future__ import annotations

import argparse
import sys
import time
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, zip_longest
from pathlib import Path

import numpy as np

from anomalyst.detectors.contract import Detector
from anomalyst.detectors.registry import detector_class
from anomalyst.modalities.registry import modality
from anomalyst.modalities.series.region import SeriesRegion
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.tried.planted import LENGTH, Planted, anywhere
from anomalyst.modalities.series.units import channel_names
from benchmarks.series import as_sample
from benchmarks.series_data import Case
from benchmarks.series_events import ALPHA, FDR, chosen, excerpt, held_out

SETS = ("ucr", "smap_msl", "smd", "asd", "skab")  # those with a train part
ROWS = 1_000
NORMALS = (500, 2_000, 0)
FAULTS: tuple[tuple[str, float, int], ...] = (
    *(("spike", size, LENGTH) for size in (2, 4, 8, 16)),
    *(("level shift", size, LENGTH) for size in (1, 2, 4, 8)),
    *(("drift", size, LENGTH) for size in (2, 4, 8)),
    *(("noisy stretch", size, LENGTH) for size in (0.5, 1, 2)),
    *(("quiet stretch", size, LENGTH) for size in (4, 16)),
    *(("change of period", size, LENGTH) for size in (1.5, 2.5)),
    *(("flat line", 0.0, length) for length in (LENGTH, 4 * LENGTH)),
    *(("missing data", 0.0, length) for length in (LENGTH // 4, LENGTH)),
)  # kind, size as its maker takes it, rows


@dataclass(frozen=True)
class Row:
    """What came of one fault: `named`: what its finding is called in its channel, "" where none lies on it."""

    case: str
    normals: int
    fault: tuple[str, float, int]
    kind: str
    seen: bool
    named: str


def in_turns(cases: Sequence[Case]) -> Iterator[Case]:
    """One of each set, then the next of each."""
    sets = [[c for c in cases if c.dataset == name] for name in dict.fromkeys(c.dataset for c in cases)]
    yield from (case for case in chain.from_iterable(zip_longest(*sets)) if case is not None)


def named(sample: SeriesSample, score_map: object, fault: Planted) -> str:
    """What the first finding that overlaps the fault is called in its channel; "other channel" where it blames others
    only, "" where none overlaps it."""
    kind = modality("series")
    found = kind.locate(sample, score_map, ALPHA, FDR)  # type: ignore[arg-type]
    for finding in found.findings:
        region = finding.region
        if isinstance(region, SeriesRegion) and region.start < fault.stop and region.stop > fault.start:
            facts = [f for f in kind.finding_facts(sample, score_map, found, finding) if f.kind == "anomaly_kind"]  # type: ignore[arg-type]
            own = [str(f.value) for f in facts if f.qualifier == channel_names(sample)[fault.channel]]
            return own[0] if own else "other channel"
    return ""


def tried(detector: Detector, sample: SeriesSample, name: str) -> Iterator[Row]:
    """Every fault in a series whose detector is fitted."""
    kinds = list(dict.fromkeys(kind for kind, _, _ in FAULTS))
    for fault in FAULTS:
        kind, size, length = fault
        number = kinds.index(kind)  # seeds the place: every size lies at the same one
        planted = anywhere(sample, kind, size, number, length)
        if planted is None:
            continue
        faulty = planted.into(sample, number)
        score_map = detector.score(faulty)
        called = "dip" if kind == "spike" and planted.size < 0 else kind
        seen = bool(score_map.sample_p <= ALPHA)
        yield Row(name, 0, fault, called, seen, named(faulty, score_map, planted))


def judged(case: Case, name: str, learned: int) -> list[Row] | None:
    """All faults in the case's held-out normals, by the last `learned` rows before them; None where these raise the
    alarm as they are."""
    detector = detector_class(name)()
    detector.fit([as_sample(case.train[-learned:])])  # type: ignore[index]
    sample = as_sample(case.test[:ROWS])
    if detector.score(sample).sample_p <= ALPHA:
        return None
    return list(tried(detector, sample, f"{case.dataset}/{case.name}"))


def by_normals(case: Case, name: str, normals: Sequence[int], until: float) -> Iterator[tuple[int, list[Row] | None]]:
    """What comes of each number of normals, `until` a processor time in s; a part that has no more is judged once."""
    part = held_out(excerpt(case))
    known: dict[int, list[Row] | None] = {}
    for wanted in normals:
        if part is None or part.train is None:
            return
        learned = min(wanted or len(part.train), len(part.train))
        if learned not in known and time.process_time() > until:
            continue
        if learned not in known:
            known[learned] = judged(part, name, learned)
        found = known[learned]
        yield wanted, None if found is None else [replace(row, normals=wanted) for row in found]


def share(flags: Sequence[bool]) -> str:
    """A share of so many."""
    return f"{np.mean(flags):.2f}" if flags else "–"


def power_table(rows: Sequence[Row], normals: Sequence[int]) -> str:
    """Kinds and sizes down, numbers of normals across: seen, on it, named."""
    titles = [f"{n:,} normals" if n else "all normals" for n in normals]
    lines = [
        "| fault | size | rows | " + " | ".join(f"{t}: seen | on it | named" for t in titles) + " |",
        "|---" * (3 + 3 * len(normals)) + "|",
    ]
    for fault in FAULTS:
        cells = []
        for n in normals:
            mine = [r for r in rows if r.fault == fault and r.normals == n]
            found = [r for r in mine if r.named]
            cells += [
                share([r.seen for r in mine]),
                share([bool(r.named) for r in mine]),
                share([r.named == r.kind for r in found]),
            ]
        kind, size, length = fault
        title = "spike or dip" if kind == "spike" else kind
        lines.append(f"| {title} | {f'{size:g}' if size else '–'} | {length} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def named_table(rows: Sequence[Row]) -> str:
    """What the findings on each kind of fault are called, most often first."""
    lines = ["| planted | found | called |", "|---|---|---|"]
    for kind in dict.fromkeys(r.kind for r in rows):
        called = Counter(r.named for r in rows if r.kind == kind and r.named)
        words = ", ".join(f"{word} {count}" for word, count in called.most_common())
        lines.append(f"| {kind} | {sum(called.values())} | {words or '–'} |")
    return "\n".join(lines)


def main() -> None:
    """Read the options, run, print tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with timeseries/")
    parser.add_argument("--sets", nargs="*", default=SETS, choices=SETS)
    parser.add_argument("--split", choices=("dev", "test"), default="dev")
    parser.add_argument("--limit", type=int, default=2, help="at most this many series of each set")
    parser.add_argument("--normals", type=int, nargs="*", default=NORMALS, help="rows to learn from, 0 for all")
    parser.add_argument("--minutes", type=float, default=15.0, help="processor time after which no series is begun")
    parser.add_argument("--detector", default="series-density")
    parser.add_argument("--quick", action="store_true", help="one series of each set, 2,000 normals, three minutes")
    options = parser.parse_args()
    if options.quick:
        options.limit, options.normals, options.minutes = 1, [2_000], 3.0
    warnings.simplefilter("ignore", category=RuntimeWarning)  # channels and stretches without any value
    rows: list[Row] = []
    alarmed, done = Counter[int](), Counter[int]()
    for case in in_turns(list(chosen(options.data, options.sets, options.split, options.limit))):
        for normals, found in by_normals(case, options.detector, options.normals, 60 * options.minutes):
            print(f"{case.dataset}/{case.name}, {normals or 'all'}: {time.process_time():.0f} s", file=sys.stderr)
            done[normals] += 1
            alarmed[normals] += found is None
            rows += found or []
    counts = "; ".join(f"{n or 'all'}: {done[n]} series, {alarmed[n]} alarmed before" for n in options.normals)
    print(f"{options.split} half, normals {counts}\n")
    print(power_table(rows, options.normals))
    print("\n" + named_table(rows))


if __name__ == "__main__":
    main()
