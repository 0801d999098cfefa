"""The verifier's own test: of true sentences, how many pass; of false ones made by rule, how many are caught.

    python -m benchmarks.verifier [--n 5000] [--seed 0] [--run DIR ...] [--show N] [--out FILE]

The sentences are those of `tests/helpers/verifier_trial.py`, over random evidence; the tests judge a few of them, this
many. Last, how many of as many fresh sentences (`tests/helpers/verifier_fresh.py`) pass with a part put at random.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

from anomalyst.evidence.facts import Evidence
from tests.helpers.verifier_fresh import coincidences
from tests.helpers.verifier_trial import WAYS, Tally, run


def main() -> None:
    """Run and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, default=5000, help="true sentences")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--run", type=Path, nargs="*", default=[], help="folders of real runs, used besides the random ones"
    )
    parser.add_argument("--show", type=int, default=0, help="print this many mistakes of each kind")
    parser.add_argument("--out", type=Path, help="also write the tables here")
    options = parser.parse_args()
    started = time.perf_counter()
    real = [Evidence.model_validate(json.loads((d / "report.json").read_text())["evidence"]) for d in options.run]
    tally, mistakes = run(options.n, options.seed, real)
    report = tables(tally, time.perf_counter() - started)
    passed, tried, texts = coincidences(options.n, options.seed)
    report += f"\n{passed} of {tried:,} true sentences with a part put at random pass: {100 * passed / tried:.2f} %."
    mistakes["uncited", "coincidence"] = texts
    print(report)
    for (way, kind), examples in mistakes.items():
        for example in examples[: options.show]:
            print(f"[{way}] {kind}: {example}")
    if options.out:
        options.out.write_text(report + "\n", encoding="utf-8")


def tables(tally: Tally, seconds: float) -> str:
    """The two tables in Markdown."""
    kinds = list(dict.fromkeys(kind for _, kind, _ in tally))
    true, false = [k for k in kinds if k.startswith("true")], [k for k in kinds if not k.startswith("true")]
    lines = ["| false sentences: what was changed | with citations: caught | of | no citations: caught | of |"]
    lines += ["|---|---:|---:|---:|---:|"]
    for kind in [*false, "all"]:
        chosen = false if kind == "all" else [kind]
        lines.append(_row(tally, kind, chosen))
    lines += [
        "",
        "| true sentences | with citations: refused | of | no citations: refused | of |",
        "|---|---:|---:|---:|---:|",
    ]
    for kind in [*true, "all"]:
        chosen = true if kind == "all" else [kind]
        lines.append(_row(tally, kind, chosen))
    judged = sum(tally.values())
    lines += ["", f"{judged:,} judgements in {seconds:.0f} s, {1000 * seconds / judged:.2f} ms each."]
    return "\n".join(lines)


def _row(tally: Tally, title: str, kinds: list[str]) -> str:
    """One row: share not passed and how many were judged, both ways."""
    cells = []
    for way in WAYS:
        refused = sum(tally[way, k, False] for k in kinds)
        total = refused + sum(tally[way, k, True] for k in kinds)
        cells += [f"{100 * refused / total:.2f} %" if total else "–", f"{total:,}"]
    return f"| {title.removeprefix('true: ')} | {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
