"""Quantities against facts: each number or time must agree with a cited fact of the role it plays."""

from __future__ import annotations

import re
from dataclasses import replace

from anomalyst.agent.verifier.clauses import Clause
from anomalyst.agent.verifier.marks import unit_of
from anomalyst.agent.verifier.roles import P_KINDS, TIME_KINDS, role_of
from anomalyst.agent.verifier.scope import Report, Scope, describe_all, pronounce
from anomalyst.evidence.claims import Outcome
from anomalyst.evidence.facts import Fact, FactKind
from anomalyst.evidence.numbers import Quantity, agrees, agrees_elapsed, agrees_in_time, canonical_unit
from anomalyst.evidence.speech.scales import STEP, larger_units
from anomalyst.evidence.units import POINTS

N = r"«n\d+»"
NORMAL_QUANTILE = 95.0  # the quantile that `peak_ratio` is a multiple of: part of its name, not a measure
_QUANTILE = re.compile(r"^ ?(?:th|st)?-? ?(?:quantile|percentile)")
_BOUND = re.compile(
    r"(<=|≤|>=|≥|<|>|\b(?:at most|no more than|not more than|at least|no less than|less than|fewer than|more than|"
    r"greater than|smaller than|below|under|above|up to|exceed(?:s|ing)?))\s*$"
)
_BOUNDS = {
    "<=": "<=", "≤": "<=", "at most": "<=", "no more than": "<=", "not more than": "<=", "up to": "<=",
    ">=": ">=", "≥": ">=", "at least": ">=", "no less than": ">=",
    "<": "<", "less than": "<", "fewer than": "<", "smaller than": "<", "below": "<", "under": "<",
    ">": ">", "more than": ">", "greater than": ">", "above": ">", "exceed": ">", "exceeds": ">", "exceeding": ">",
}  # fmt: skip
# "At least 19" are needed is what 19 are, not any number below; "at most 2" are allowed is what 2 are.
_OWN_BOUNDS = ((("normals_needed",), ">="), (("false_alarms",), "<="))
_ALLOWED = re.compile(r"\bnormal data\b|\ballow(?:s|ed)?\b")
_WORDED_SIGN = re.compile(
    r"\b(?:above|below|higher|lower|more|less|greater|smaller|larger|over|under|brighter|darker|beyond|by|differ\w*|too|"
    r"off|away|rise|drop|fall|increase|decrease|excess|shortfall|gap)\b"
)
_P_IS = re.compile(r"^ (?:is|was|means|gives) (the (?!p\b|p-value|smallest|alarm)\w+|an? \w+)")
_UP, _DOWN = re.compile(r"\b(?:rises?|rose)\b"), re.compile(r"\b(?:falls?|fell|drops?|dropped)\b")
_HEAL = re.compile(
    r"\b(?:heal\w*|replac\w+|repair\w*|paint\w*|past\w+|swapp?\w*|after(?:wards)?|left out|leav\w+ out|without|"
    r"in place of)\b"
)

_HEALED_ID = re.compile(r"(?:heal\w*|replac\w+|repair\w*) «r\d+»|«r\d+» (?:is|was|has been) (?:heal|replac|repair)\w*")


def read_quantities(clause: Clause, scope: Scope, report: Report) -> None:
    """Check every quantity of the clause and take it, with the words that told its role, out of the text."""
    _read_ranges(clause, scope, report)
    _read_errors(clause, scope, report)
    for match in list(re.finditer(N, clause.text)):
        _read_one(clause, match, scope, report)


_ERROR = re.compile(rf"({N}) ?± ?({N})")


def _read_errors(clause: Clause, scope: Scope, report: Report) -> None:
    """ "−41 ± 6 nats": an amount of information and its error."""
    for match in list(_ERROR.finditer(clause.text)):
        value, error = clause.quantity(match[1]), clause.quantity(match[2])
        value = value if value.unit else value.with_unit(error.unit)
        judge(value, ("information",), scope, clause, report)
        judge(error, ("information_error",), scope, clause, report)
        clause.take(*match.span())


def _read_one(clause: Clause, match: re.Match[str], scope: Scope, report: Report) -> None:
    quantity = clause.quantity(match.group())
    left, right = clause.whole[: match.start()], clause.whole[match.end() :]
    if quantity.value == NORMAL_QUANTILE and scope.find("peak_ratio") and (name := _QUANTILE.match(right)):
        return clause.take(match.start(), match.end() + name.end())
    bound = _BOUND.search(left)
    if bound and _may_bound(left[: bound.start()], bound[1]):
        quantity = replace(quantity, bound=_BOUNDS[bound[1]])
        left = left[: bound.start(1)]
        clause.take(bound.start(1), match.start())
    if re.search(r"\brows? $", left):
        quantity = quantity.with_unit("rows")
    kinds, cue = role_of(quantity, left, right)
    if kinds == ("false_alarms",):
        _check_allowed(quantity, clause, report)
    if (kinds, quantity.bound) in _OWN_BOUNDS:
        quantity = replace(quantity, bound="")
    clause.take(match.start(), match.end())
    if cue is not None:
        clause.take_cue(*cue, match.end())
    if kinds == P_KINDS and (named := _P_IS.match(right)):
        report.fails("unverifiable", f"a p-value is not {named[1]!r}; say 'p = {quantity.text}' and no more")
    if cue is not None and kinds == P_KINDS:
        _read_p_motion(clause, cue, quantity, scope, report)
    scoped = scope.at(clause.name_at(match.start(), scope.channel))
    return judge(quantity, _narrow(kinds, clause, left, scope), scoped, clause, report)


def _check_allowed(quantity: Quantity, clause: Clause, report: Report) -> None:
    """False alarms are what the alarm level allows at most on normal data; none was counted, and no finding is one."""
    if quantity.bound not in ("<=", "<") or "«r" in clause.whole or not _ALLOWED.search(clause.whole):
        reason = f"{quantity.text!r} is a limit: say that the alarm level allows at most so many on normal data"
        report.fails("unverifiable", reason)


def _read_p_motion(clause: Clause, span: tuple[int, int], printed: Quantity, scope: Scope, report: Report) -> None:
    """ "p rises to 0.4" and "p falls to 0.4": against the p-value of the sample."""
    cue = clause.whole[span[0] : span[1]]
    clause.take(*span)
    up, down = _UP.search(cue), _DOWN.search(cue)
    if printed.value is None or not (up or down):
        return
    if bool(up) != (printed.value > scope.evidence.sample_p) or bool(up) == bool(down):
        reason = f"{cue.strip()!r} {printed.text}: the p-value of the sample is {scope.evidence.sample_p:.2g}"
        report.fails("contradicted", reason)


def _may_bound(before: str, word: str) -> bool:
    """ "above 3 ms" after another number ("5 ms above 3 ms") compares with the expected value: it bounds nothing."""
    return not (word in ("above", "below", "under") and re.search(r"(?:»|higher|lower|just|rises?|rose) ?$", before))


def _narrow(kinds: tuple[FactKind, ...], clause: Clause, left: str, scope: Scope) -> tuple[FactKind, ...]:
    """Which p-value is meant; which time "at" means; a plain number of rows or pixels is the sample's size."""
    if kinds == P_KINDS:
        return _p_kinds(clause, left, scope)
    if kinds == TIME_KINDS:
        return ("start", "peak_at") if re.search(r"\bat (?:row |about |around )?$", left) else kinds
    return kinds


def _heals_some(clause: Clause, scope: Scope) -> bool:
    """Whether a finding is healed by its id, and not all of them are."""
    named = {mark for found in _HEALED_ID.findall(clause.context) for mark in re.findall(r"«r\d+»", found)}
    return 0 < len({clause.marked.meaning(mark) for mark in named}) < len(scope.evidence.findings)


def _p_kinds(clause: Clause, left: str, scope: Scope) -> tuple[FactKind, ...]:
    if _heals_some(clause, scope):
        return ("healed_region_p",)  # what healing one of several findings did to the sample was not measured
    if _HEAL.search(clause.context):
        if re.search(r"\brandom\w*|elsewhere|another (?:region|place)", clause.context):
            return ("random_healed_p",)
        if re.search(r"\balone\b", clause.context):
            return ("first_healed_p",)
        inside = re.search(r"smallest|lowest|inside|within|(?:region|place|«r\d+»)'s|element", left)
        return ("healed_region_p",) if inside else ("healed_p",)
    by_rule = clause.last_name is not None and scope.at(clause.last_name).find("rule_p")
    if by_rule or (re.search(r"\brule\b", clause.whole) and scope.find("rule_p")):
        return ("rule_p",)
    if re.search(r"\b(?:smallest|lowest|least)\b", left) and "«r" not in clause.whole and scope.find("smallest_p"):
        return ("smallest_p",)
    local = [m.start() for m in re.finditer(r"«r\d+»|region|place|element|peak|smallest|lowest|locally|point", left)]
    whole = [m.start() for m in re.finditer(r"sample|image|series|whole|overall|recording|picture", left)]
    if local or whole:
        return ("peak_p",) if max(local, default=-1) > max(whole, default=-1) else ("sample_p",)
    if scope.find("sample_p") and scope.find("peak_p"):
        return ("peak_p",) if "«r" in clause.whole else ("sample_p",)
    return ("sample_p",) if scope.find("sample_p") or not scope.find("peak_p") else ("peak_p",)


def judge(quantity: Quantity, kinds: tuple[FactKind, ...], scope: Scope, clause: Clause, report: Report) -> None:
    """Compare a quantity with the cited facts of its role, for each region the clause is about."""
    scopes = [scope.of(r) for r in scope.regions] if len(scope.regions) > 1 else [scope]
    for each in scopes:
        hits = [f for f in each.find(*kinds) if fits(quantity, f, clause.whole)]
        if hits and (owner := _wrong_owner(hits[0], clause)):
            report.fails("unverifiable", f"{quantity.text} was not measured {owner}; {describe_all(hits)}", *hits)
        elif hits:
            report.holds(*hits[:1])
        else:
            _explain(quantity, kinds, each, report)


def _wrong_owner(fact: Fact, clause: Clause) -> str | None:
    """Whom the words give the quantity to, if that is not whom the fact is about: a channel or the whole sample."""
    if fact.kind in _NOT_OF_CHANNELS and _OF_NAME.search(clause.whole):
        return f"for {clause.names[0]}"
    whole = _OF_WHOLE.search(PART_OF_WHOLE.sub("", clause.whole))
    if fact.kind in ("observed", "expected", "difference") and whole and "«r" not in clause.whole:
        return f"{whole.group()}: say in which finding (R1, …)"
    return None


def _explain(quantity: Quantity, kinds: tuple[FactKind, ...], scope: Scope, report: Report) -> None:
    cited, known = scope.find(*kinds), scope.known(*kinds)
    named = f"{quantity.text}" + (f" {quantity.unit}" if quantity.unit and quantity.unit not in quantity.text else "")
    if cited:
        report.fails("contradicted", f"the text says {named} for the {pronounce(kinds)}; {describe_all(cited)}", *cited)
    elif known:
        right = [f for f in known if fits(quantity, f, "")]
        outcome: Outcome = "unverifiable" if right else "contradicted"
        todo = "cite the fact it comes from" if right else "it differs from the facts"
        report.fails(outcome, f"{named} reads as {pronounce(kinds)}: {todo}: {describe_all(right or known)}", *known)
    else:
        about = " and ".join(scope.regions) or "the sample; say which finding (R1, …) it is about"
        channel = f" ({scope.channel})" if scope.channel else ""
        reason = f"{named} reads as {pronounce(kinds)}, but no fact gives that for {about}{channel}"
        report.fails("unverifiable", reason)


def fits(quantity: Quantity, fact: Fact, whole: str) -> bool:
    """Whether a printed quantity states a fact's value: number or time, unit and sign."""
    if quantity.is_time and fact.unit == "s" and not isinstance(fact.value, str):
        return agrees_elapsed(quantity, float(fact.value))
    if quantity.is_time:
        return isinstance(fact.value, str) and agrees_in_time(quantity, fact.value)
    value, quantity = _as_number(fact), _in_its_unit(quantity, fact)
    if value is None or not _unit_fits(quantity, fact):
        return False
    if fact.kind == "difference" and _unsigned(whole):
        return not quantity.signed and agrees(quantity, abs(value))
    return agrees(quantity, value)


def _in_its_unit(quantity: Quantity, fact: Fact) -> Quantity:
    """A number printed in a larger unit of the fact's ladder (13.7 MB/s of 13,700 kB/s), in the fact's own."""
    above = [canonical_unit(unit) for unit in larger_units(fact.unit)]
    if quantity.value is None or quantity.unit not in above:
        return quantity
    steps = above.index(quantity.unit) + 1
    value, decimals = quantity.value * STEP**steps, quantity.decimals - 3 * steps
    return replace(quantity, value=value, decimals=decimals, unit=unit_of(fact))


def _unsigned(whole: str) -> bool:
    """Whether words give the difference its sign, or leave it open, so that the number has none."""
    return bool(_WORDED_SIGN.search(whole))


def _as_number(fact: Fact) -> float | None:
    if isinstance(fact.value, bool):
        return None
    if isinstance(fact.value, (int, float)):
        return float(fact.value)
    try:
        return float(fact.value)
    except ValueError:
        return None


def _unit_fits(quantity: Quantity, fact: Fact) -> bool:
    unit = unit_of(fact)
    if fact.kind in TIME_KINDS and unit in ("", "rows"):
        return quantity.unit in ("", "rows")
    if fact.kind in ("peak_ratio", "speed_ratio"):
        return quantity.unit in ("", "times")
    if fact.kind == "difference" and unit == "%":  # as runs recorded it before differences were in percentage points
        return quantity.unit in (unit, POINTS)
    return quantity.unit == unit


_RANGE_CUE = re.compile(
    r"(?:\b(?:expected|normally|predicted) )?(?:\b(?:in the |a )?(?:range|band|interval) )?"
    r"(?:\b(?:is|was|of|would be|to be|lie) )*(?:\b(?:from|between) )?(?:\brows? )?$"
)
_BAND_NAME = re.compile(r"\b(?:normal|expected|usual) (?:range|band|interval|values?)\b")
_NOT_OF_CHANNELS = frozenset(
    {"sample_p", "peak_p", "peak_ratio", "speed_ratio", "finding_count", "calibration_normals", "healed_p"}
)
_OF_NAME = re.compile(r"\b(?:of|for|in|by) (?:the )?«c\d+»")
_OF_WHOLE = re.compile(r"\b(?:of|in|across|throughout|over) the (?:\w+ )?(?:image|series|sample|recording|picture)\b")
PART_OF_WHOLE = re.compile(  # the size of a place, or a place
    rf"(?:{N}|\bmost) of the (?:image|picture|series)\b|\b(?:(?:early|late) in|(?:start|middle|end) of) the series\b"
)
_EXPECTED = re.compile(r"\b(?:expected|normally|predicted)\b")
_BETWEEN = re.compile(r"\bbetween (?:(?:about|around|roughly|some|the|rows) )*$")
_RANGE = re.compile(rf"({N}) ?(-|to|and|until|till|through|up to) ?({N})")


def _read_ranges(clause: Clause, scope: Scope, report: Report) -> None:
    for match in list(_RANGE.finditer(clause.text)):
        left = clause.whole[: match.start()]
        first, last = clause.quantity(match[1]), clause.quantity(match[3])
        if match[2] == "and" and not _BETWEEN.search(left):
            continue
        if not first.unit:
            first = first.with_unit(last.unit)
        if last.clock and last.date is not None and " on " in last.text.lower() and first.date is None:
            first = replace(first, date=last.date)  # "from 11:20 to 14:40 on 21 March": both lie on that day
        if re.search(r"\brows? $", left):
            first, last = first.with_unit("rows"), last.with_unit("rows")
        _judge_range(clause, match, (first, last), scope, report)


def _judge_range(
    clause: Clause, match: re.Match[str], ends: tuple[Quantity, Quantity], scope: Scope, report: Report
) -> None:
    first, last = ends
    scoped = scope.at(clause.name_at(match.start(), scope.channel))
    if first.is_time or first.unit == "rows" or _is_interval(scoped, first):
        judge(first, ("start",), scoped, clause, report)
        judge(last, ("end",), scoped, clause, report)
    elif _HEAL.search(clause.whole):
        judge(first, ("sample_p",), scoped, clause, report)
        judge(last, _p_kinds(clause, "", scoped), scoped, clause, report)
    else:
        _judge_band(first, last, scoped, report)
        for word in _EXPECTED.finditer(clause.whole[: match.start()]):
            clause.take(*word.span())
    for name in _BAND_NAME.finditer(clause.whole[: match.start()]):
        clause.take(*name.span())
    cue = _RANGE_CUE.search(clause.whole[: match.start()])
    clause.take(match.start() if cue is None else cue.start(), match.end())


def _is_interval(scope: Scope, first: Quantity) -> bool:
    """Whether a range without units is the time interval of a finding, whose axis has plain numbers."""
    return not first.unit and any(fits(first, f, "") for f in scope.find("start"))


def _judge_band(first: Quantity, last: Quantity, scope: Scope, report: Report) -> None:
    bands = [f for f in scope.find("expected") if f.low is not None and f.high is not None]
    text = f"{first.text} to {last.text}"
    for fact in bands:
        low, high = float(fact.low or 0), float(fact.high or 0)
        one, other = _in_its_unit(first, fact), _in_its_unit(last, fact)
        units_fit = one.unit == other.unit == unit_of(fact)
        if units_fit and agrees(one, low) and agrees(other, high):
            return report.holds(fact)
    if bands:
        return report.fails("contradicted", f"the text says {text}; {describe_all(bands)}", *bands)
    return report.fails("unverifiable", f"no cited fact gives the range {text}")
