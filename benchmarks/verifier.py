"""The verifier's own test: of true sentences, how many pass; of false ones made by rule, how many are caught.

    python -m benchmarks.verifier [--n 5000] [--seed 0] [--run DIR ...] [--show N] [--out FILE]

True sentences: the built-in writer's and other phrasings (`verifier_truths`), over random evidence. False ones: each
true one changed by every rule of `verifier_lies` that applies, plus claims held against another sample's evidence.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

from anomalyst.agent.verifier.verify import verify_claim, verify_text
from anomalyst.agent.writer.write import every_claim
from anomalyst.evidence.claims import Claim
from anomalyst.evidence.facts import Evidence
from benchmarks.verifier_evidence import random_evidence
from benchmarks.verifier_lies import all_lies, is_false_uncited, says_otherwise
from benchmarks.verifier_truths import other_truths

WAYS = ("cited", "uncited")
SWAPPED = "another sample's evidence"
Tally = Counter[tuple[str, str, bool]]  # (way, kind, passed) → how many


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
    print(report)
    for (way, kind), examples in mistakes.items():
        for example in examples[: options.show]:
            print(f"[{way}] {kind}: {example}")
    if options.out:
        options.out.write_text(report + "\n", encoding="utf-8")


def run(n: int, seed: int, real: Sequence[Evidence] = ()) -> tuple[Tally, dict[tuple[str, str], list[str]]]:
    """Judge `n` true sentences and their lies, about `real` evidences and then random ones; how many passed, and the
    sentences judged wrongly."""
    tally: Tally = Counter()
    mistakes: dict[tuple[str, str], list[str]] = {}
    rng = Random(seed)
    before: Evidence | None = None
    done, waiting = 0, list(real)
    while done < n:
        evidence = waiting.pop(0) if waiting else random_evidence(rng)
        for source, claim in truths(evidence, rng):
            done += 1
            for kind, held, against, way in cases(source, claim, evidence, before, rng):
                passed = judge(held, against, way)
                tally[way, kind, passed] += 1
                if passed != kind.startswith("true"):
                    mistakes.setdefault((way, kind), []).append(f"{held.text} {held.cites}")
        before = evidence
    return tally, mistakes


def truths(evidence: Evidence, rng: Random) -> Iterator[tuple[str, Claim]]:
    """True sentences about the evidence with their source, a random half of them so that many evidences are seen."""
    for claim in every_claim(evidence):
        if rng.random() < 0.5:
            yield "true: built-in writer", claim
    for claim in other_truths(evidence, rng):
        if rng.random() < 0.5:
            yield "true: other phrasings", claim


def cases(
    source: str, claim: Claim, evidence: Evidence, before: Evidence | None, rng: Random
) -> Iterator[tuple[str, Claim, Evidence, str]]:
    """(kind, claim, evidence to hold it against, way): the true claim, its lies, the swap with the sample before."""
    for way in WAYS:
        yield source, claim, evidence, way
        if before is not None and says_otherwise(claim, evidence, before, cited=way == "cited"):
            yield SWAPPED, claim, before, way
    for kind, lie in all_lies(claim, evidence, rng):
        yield kind, lie, evidence, "cited"
        if is_false_uncited(kind, claim, lie, evidence):
            yield kind, lie, evidence, "uncited"


def judge(claim: Claim, evidence: Evidence, way: str) -> bool:
    """Whether the claim passes, by its citations or as anybody's text."""
    if way == "cited":
        return verify_claim(claim, evidence).outcome == "supported"
    return all(s.verdict.outcome == "supported" for s in verify_text(claim.text, evidence))


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
