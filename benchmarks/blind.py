"""How the reader fares on sentences by writers who have not seen it: `tests/blind`, never mended against.

    python -m benchmarks.blind [--set a.json ...] [--show N]

Each set holds sentences on recorded evidence, each with its truth as its writer labelled it. Of the true ones it counts
which are supported, not understood and contradicted; of the false ones likewise.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from anomalyst.agent.verifier.verify import verify_text
from anomalyst.evidence.claims import Outcome
from anomalyst.evidence.facts import Evidence

FOLDER = Path(__file__).parents[1] / "tests" / "blind"
OUTCOMES: tuple[Outcome, ...] = ("supported", "unverifiable", "contradicted")
_WORST: dict[Outcome, int] = {"supported": 0, "unverifiable": 1, "contradicted": 2}


@dataclass(frozen=True)
class Judged:
    """One sentence with its truth and what the reader made of it."""

    text: str
    truth: bool
    outcome: Outcome
    why: str


@cache
def evidence_of(run: str) -> Evidence:
    """The evidence of a recorded run."""
    return Evidence.model_validate_json((FOLDER / "evidence" / f"{run}.json").read_text(encoding="utf-8"))


def judged(path: Path) -> Iterator[Judged]:
    """The sentences of a set, each judged; of several in one text the worst counts."""
    for entry in json.loads(path.read_text(encoding="utf-8"))["sentences"]:
        verdicts = [checked.verdict for checked in verify_text(entry["text"], evidence_of(entry["run"]))]
        worst = max(verdicts, key=lambda verdict: _WORST[verdict.outcome])
        yield Judged(entry["text"], entry["truth"], worst.outcome, "; ".join(worst.reasons))


def rows(sets: Iterable[tuple[str, list[Judged]]]) -> Iterator[str]:
    """The table in Markdown: shares of the true and of the false sentences by outcome."""
    yield "| set | true: supported | not understood | contradicted | false: supported | not understood | contradicted |"
    yield "|---|---:|---:|---:|---:|---:|---:|"
    everything: list[Judged] = []
    for name, found in sets:
        everything += found
        yield _row(name, found)
    yield _row("all", everything)


def _row(name: str, found: list[Judged]) -> str:
    cells = []
    for truth in (True, False):
        counts = Counter(one.outcome for one in found if one.truth is truth)
        total = sum(counts.values())
        cells += [f"{counts[outcome]} of {total}" for outcome in OUTCOMES]
    return f"| {name} | {' | '.join(cells)} |"


def main() -> None:
    """Judge the sets and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", nargs="*", type=Path, default=sorted(FOLDER.glob("*.json")))
    parser.add_argument("--show", type=int, default=0, help="print so many sentences of a set that were misjudged")
    options = parser.parse_args()
    sets = [(path.stem, list(judged(path))) for path in options.set]
    print("\n".join(rows(sets)))
    for name, found in sets:
        wrong = [one for one in found if one.outcome == ("contradicted" if one.truth else "supported")]
        for one in wrong[: options.show]:
            print(f"[{name}] {one.outcome} though {one.truth}: {one.text} ({one.why})")


if __name__ == "__main__":
    main()
