"""Why a detector was chosen, and how its options did on synthetic anomalies, one against another."""

from __future__ import annotations

import re

from anomalyst.agent.verifier.phrases.matched import UNKNOWN, Judged, Matched, both, states
from anomalyst.agent.verifier.phrases.ranks import value_of
from anomalyst.evidence.facts import Fact
from anomalyst.evidence.names import key

CLOSE = 0.05  # of an area under ROC, within which one option is "slightly" better than another
_REASONS = (
    (r"many", "many values are missing"), (r"reads|uses|looks", "reads only the observed"),
    (r"accura|best", "most accurate"), (r"quick|fast", "quickest"), (r"only one", "it is the only one"),
    (r"no other option|clearly better", "no other option was clearly better"),
    (r"highest|area under|auroc|auc", "highest area under ROC"),
)  # fmt: skip


def _scores(said: Matched) -> list[Fact]:
    return said.evidence.about("choice", "synthetic_auroc")


def _of(said: Matched, name: str | None) -> Fact | None:
    return next((f for f in _scores(said) if name and key(f.qualifier) == key(name)), None)


def _chosen(said: Matched) -> str | None:
    fact = next(iter(said.evidence.about("choice", "detector_option")), None)
    return str(fact.value) if fact is not None else None


def _pair(said: Matched) -> tuple[Fact, Fact] | None:
    """The option spoken of, and the one that it is compared with: by name, or "the one in use"."""
    names: list[str | None] = list(dict.fromkeys(said.names))
    if len(names) == 1:
        mine = (
            said.about.channel if said.about.chosen and key(said.about.channel or "") != key(names[0] or "") else None
        )
        text, place = said.text, said.text.find("«c")
        used = re.search(r"option used|one used|in use|chosen one", text)
        names = [_chosen(said), *names] if used and used.start() < place else [*names, _chosen(said)] if used else [
            mine, *names]  # fmt: skip
    if not names or names == [None]:
        names = [said.about.channel if said.about.chosen else None, _chosen(said)]
    if len(names) != 2:
        return None
    one, two = _of(said, names[0]), _of(said, names[1])
    return (one, two) if one is not None and two is not None and one is not two else None


def auroc_more(said: Matched) -> Judged:
    """ "short windows scored better than long ones, 0.81 against 0.62", "by 0.01"."""
    pair = _pair(said)
    if pair is None:
        return UNKNOWN
    gap = float(pair[0].value) - float(pair[1].value)
    better = said.group("rel") not in ("worse", "lower", "behind", "poorer", "trailed", "below", "weaker")
    holds = gap > 0 if better else gap < 0
    if re.search(r"slightly|hair|touch|little|marginally|bit|whisker|nothing", said.text):
        holds = holds and abs(gap) <= CLOSE
    if re.search(r"far|clearly|much|well|easily", said.text):
        holds = holds and abs(gap) > CLOSE
    amounts = said.amounts
    if len(amounts) == 1:
        by = amounts[0]
        return both(Judged(holds, pair), Judged(by.is_(abs(round(gap, 9))), pair, (by,)))
    told = [states(said, amount, [fact]) for amount, fact in zip(amounts, pair, strict=False)]
    return both(Judged(holds, pair), *told)


def auroc_close(said: Matched) -> Judged:
    """ "between the aligned and the global option there was next to nothing to choose"."""
    pair = _pair(said)
    return Judged(abs(float(pair[0].value) - float(pair[1].value)) <= CLOSE / 2, pair) if pair else UNKNOWN


def auroc_used(said: Matched) -> Judged:
    """ "the option used got 0.598"."""
    mine = _of(said, _chosen(said))
    return states(said, said.amounts[-1], [mine]) if mine is not None else UNKNOWN


def reason(said: Matched) -> Judged:
    """ "… because many values are missing": as the run recorded it."""
    facts = [*said.evidence.about("choice", "choice_reason"), *said.evidence.about("choice", "detector_reason")]
    wanted = next((part for word, part in _REASONS if re.search(word, said.text)), "")
    hits = [f for f in facts if wanted and wanted in str(f.value)]
    return Judged(bool(hits), tuple(hits or facts)) if facts and wanted else UNKNOWN


def options(said: Matched) -> Judged:
    """ "of the three options tried on the 18 synthetic anomalies"."""
    scores = _scores(said)
    if not said.amounts:
        return Judged(len(scores) > 1, tuple(scores)) if scores else UNKNOWN
    count, *rest = said.amounts
    told = next(iter(said.evidence.about("choice", "detector_reason")), None)
    tried = re.search(r"(\d+) synthetic", str(told.value)) if told is not None else None
    if not scores or count.unit:
        return UNKNOWN
    holds = count.value == len(scores) and all(tried is not None and a.value == float(tried[1]) for a in rest)
    return Judged(holds, tuple(scores))


def rules(said: Matched) -> Judged:
    """ "of the three rules"."""
    own = said.evidence.about(said.about.region or "", "rule_p")
    return Judged(said.amounts[0].value == len(own), tuple(own)) if own and not said.amounts[0].unit else UNKNOWN


def rule_least(said: Matched) -> Judged:
    """ "the smallest of their p-values, 2.9e-05, comes from the density rule"."""
    ps = {key(f.qualifier): f for f in said.evidence.about(said.about.region or "", "rule_p")}
    name = said.names[-1] if said.names else said.about.channel if said.about.chosen else None
    mine = ps.get(key(name)) if name else None
    counts = [a for a in said.amounts if a.value == len(ps) - 1 and not a.unit and " other «" in said.text]
    if mine is None or len(ps) < 2:
        return UNKNOWN
    others = [value_of(f) or 0.0 for f in ps.values() if f is not mine]
    least = said.group("rel") not in ("largest", "highest", "biggest", "weakest", "higher", "larger")
    own = value_of(mine) or 0.0
    holds = all(own < v if least else own > v for v in others)
    return both(Judged(holds, tuple(ps.values())), *(states(said, a, [mine]) for a in said.amounts if a not in counts))


CHECKS = {
    "auroc-more": auroc_more, "auroc-close": auroc_close, "auroc-used": auroc_used, "reason": reason,
    "options": options, "rule-least": rule_least, "rules": rules,
}  # fmt: skip
