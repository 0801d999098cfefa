"""What one clause may speak from: the cited facts about its subject, and what is known besides."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from anomalyst.evidence.claims import Outcome
from anomalyst.evidence.facts import Evidence, Fact, FactKind, Finding
from anomalyst.evidence.names import key

# Kinds whose facts are told apart by their qualifier (channel, band, rule, candidate).
QUALIFIED: frozenset[str] = frozenset(
    {
        "observed",
        "expected",
        "difference",
        "channel_share",
        "rule_p",
        "synthetic_auroc",
        "direction",
        "anomaly_kind",
        "spike_seen",
        "spike_unseen",
        "spike_rows",
        "shift_seen",
        "shift_unseen",
        "shift_rows",
        "lag",
        "first_healed_p",
    }
)
ROLE_NAMES: dict[str, str] = {
    "sample_p": "p-value of the sample", "alpha": "alarm level", "fdr": "false-discovery rate",
    "false_alarms": "number of false alarms on normal data",
    "calibration_normals": "number of normals", "finding_count": "number of findings",
    "missing_share": "missing values", "synthetic_auroc": "AUROC on synthetic anomalies", "peak_p": "smallest p",
    "peak_ratio": "peak ratio", "channel_share": "share of the score", "rule_agreement": "agreement of the rules",
    "rule_p": "smallest p by rule", "information": "information",
    "information_error": "error of the information", "nearest_caption": "text of a similar pair",
    "healed_p": "p-value after healing",
    "healed_region_p": "smallest p in the healed region", "random_healed_p": "p-value after healing a random region",
    "moved_first": "channel that moved first", "lag": "time from the first move",
    "first_healed_p": "p-value after healing the first channel alone",
    "anomaly_kind": "kind of anomaly", "top_channel": "channel with the largest share", "do_test": "healing test",
    "choice_reason": "reason of the choice", "budget": "time budget", "estimated_time": "estimated time of the run",
    "within_budget": "number of detectors within the budget", "run_time": "time that the run took",
    "over_budget": "time over the budget", "sample_size": "size of the sample",
    "smallest_p": "smallest p-value that the normals can show", "normals_needed": "number of normals needed",
    "seen_faults": "planted faults that raised the alarm",
    "doubt": "reason why no verdict can be given", "unlike_normals": "difference from the normals",
    "stain_seen": "contrast of the faintest planted stain that raised the alarm",
    "stain_unseen": "contrast of the strongest planted stain that passed unnoticed",
    "stain_area": "share of the image under the planted stain",
    "spike_seen": "smallest planted spike that raised the alarm", "spike_rows": "length of the planted spikes",
    "spike_unseen": "largest planted spike that passed unnoticed",
    "shift_seen": "smallest planted level shift that raised the alarm",
    "shift_unseen": "largest planted level shift that passed unnoticed",
    "shift_rows": "length of the planted level shifts",
    "normals_as_extreme": "number of normals as extreme",
}  # fmt: skip


@dataclass(frozen=True)
class Problem:
    """Why a sentence is not supported, in words its writer can act on."""

    outcome: Outcome
    reason: str
    facts: tuple[str, ...] = ()


@dataclass
class Report:
    """What reading a sentence found: problems, the facts that support it, and how many statements it made."""

    problems: list[Problem] = field(default_factory=list)
    support: list[str] = field(default_factory=list)
    statements: int = 0

    def holds(self, *facts: Fact) -> None:
        """A statement is supported by these facts."""
        self.statements += 1
        self.support.extend(f.id for f in facts)

    def fails(self, outcome: Outcome, reason: str, *facts: Fact) -> None:
        """A statement is not supported."""
        self.statements += 1
        self.problems.append(Problem(outcome, reason, tuple(f.id for f in facts)))


@dataclass(frozen=True)
class Scope:
    """`cited`: facts the claim rests on; `regions`: findings the clause is about; `channel`: the name it is about."""

    evidence: Evidence
    cited: tuple[Fact, ...]
    regions: tuple[str, ...] = ()
    channel: str | None = None

    def at(self, channel: str | None) -> Scope:
        """The same scope, about one channel."""
        return replace(self, channel=channel)

    def of(self, region: str) -> Scope:
        """The same scope, about one region."""
        return replace(self, regions=(region,))

    def find(self, *kinds: FactKind) -> list[Fact]:
        """Cited facts of these kinds about the clause's subject and channel."""
        return [f for f in self.cited if f.kind in kinds and self._fits(f)]

    def known(self, *kinds: FactKind) -> list[Fact]:
        """The same, cited or not."""
        return [f for f in self.evidence.facts if f.kind in kinds and self._fits(f)]

    def _fits(self, fact: Fact) -> bool:
        if fact.subject.startswith("R") and fact.subject not in self.regions:
            return False
        if fact.kind not in QUALIFIED or not fact.qualifier or self.channel is None:
            return True
        return key(fact.qualifier) == key(self.channel)

    def finding(self, region: str) -> Finding | None:
        """The finding of this id."""
        return next((f for f in self.evidence.findings if f.id == region), None)

    @property
    def anomalous(self) -> bool:
        """The calibrated verdict on the whole sample."""
        return self.evidence.verdict == "anomalous"


def describe(fact: Fact) -> str:
    """A fact in words for a reason: `F12 (observed latency_ms in R1) is 8.2 ms`."""
    role = ROLE_NAMES.get(fact.kind, fact.kind.replace("_", " "))
    name = f" {fact.qualifier}" if fact.qualifier else ""
    subject = f" in {fact.subject}" if fact.subject.startswith("R") else ""
    value = f"{fact.value:.6g}" if isinstance(fact.value, float) else str(fact.value)
    span = f" ({fact.low:.6g} to {fact.high:.6g})" if fact.low is not None and fact.high is not None else ""
    return f"{fact.id} ({role}{name}{subject}) is {value}{' ' + fact.unit if fact.unit else ''}{span}"


def describe_all(facts: Iterable[Fact]) -> str:
    """Several facts in words; the first four."""
    return "; ".join(describe(f) for f in list(facts)[:4])


def pronounce(kinds: Iterable[FactKind]) -> str:
    """Kinds of facts in words."""
    return " or ".join(ROLE_NAMES.get(k, k.replace("_", " ")) for k in kinds)


def missing(scope: Scope, report: Report, what: str, *kinds: FactKind) -> None:
    """No cited fact supports a reading: say so, with the facts that could, or that speak against it."""
    known = scope.known(*kinds)
    hint = f"; known: {describe_all(known)}" if known else ""
    report.fails(
        "unverifiable",
        f"no cited fact says {what!r}: cite the {pronounce(kinds[:3])} or say only what is cited{hint}",
        *known,
    )


def judge(report: Report, what: str, facts: list[Fact], good: bool) -> None:
    """A reading that cited facts speak of: supported if `good`, else contradicted."""
    if good:
        report.holds(*facts)
    else:
        report.fails("contradicted", f"the text says {what!r}, but {describe_all(facts)}", *facts)


def judge_all(scope: Scope, report: Report, what: str, kind: FactKind, good: Callable[[Fact], bool]) -> None:
    """A reading that every cited fact of a kind must agree with; without one it is `missing`."""
    if facts := scope.find(kind):
        judge(report, what, facts, all(good(fact) for fact in facts))
    else:
        missing(scope, report, what, kind)


def each(scope: Scope) -> list[Scope]:
    """The scope once for each region it is about; itself if there is none."""
    return [scope.of(r) for r in scope.regions] or [scope]
