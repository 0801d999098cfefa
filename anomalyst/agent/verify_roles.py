"""The role each number or time plays in a clause, read from the words around it, and whether a fact of that role agrees."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from anomalyst.agent.verify_clauses import Clause
from anomalyst.agent.verify_marks import unit_of
from anomalyst.agent.verify_numbers import Quantity, agrees, agrees_in_time
from anomalyst.agent.verify_scope import Report, Scope, describe_all, pronounce
from anomalyst.tools.evidence import Fact, FactKind

N = r"«n\d+»"
_FILL = (
    r"(?:(?:an?|the|its|their|of|is|was|were|are|be|been|being|to|at|by|as|about|around|roughly|approximately|nearly|"
    r"almost|some|only|just|values?|levels?|mean|average|equals?|equal|stands|lies|in|for|there|«[cr]\d+»|[:=,(]|"
    r"row|rows|on|set)\s*)*$"
)
_NEAR = (
    r"(?:(?:an?|the|of|is|was|were|at|to|about|around|roughly|approximately|nearly|almost|some|only|just|[:=])\s*)*$"
)
_BE = r"^ ?(?:\((?:«a\d+»|[^)]*)\) )?(?:(?:is|was|were|are|would be|would have been|had been|would) )?(?:be )?(?:the |what (?:is|was) )?"
_SPOT = r"(?:regions?|findings?|places?|areas?|spots?|intervals?|stretch(?:es)?|anomal(?:y|ies)|segments?|patch(?:es)?)"
_AWAY = r"(?:above|below|higher|lower|more|less|greater|smaller|larger|over|under|brighter|darker|beyond)"
EXPECTED = r"(?:expect(?:ed|s|ation|ations)?|normal(?:ly)?|predict(?:ed|s|ion)?|usual(?:ly)?|typical(?:ly)?|forecast)"


@dataclass(frozen=True)
class Role:
    """Kinds of facts a quantity may state, if the words before (`left`) and after (`right`) it match."""

    kinds: tuple[FactKind, ...]
    left: str = ""
    right: str = ""
    where: str = ""  # only in clauses that match this
    unit: str = ""  # only for quantities of this unit; "time": of any unit of time, or rows


_P_FILL = (
    r"(?:(?:an?|the|its|of|in|for|at|to|is|was|are|by|about|around|roughly|only|just|becomes?|became|rises?|rose|falls?|fell|"
    r"stays?|stayed|remains?|remained|drops?|goes|went|back|reaches|lies|stands|then|still|sample|image|series|whole|region|"
    r"recording|smallest|value|values|equals|«[cr]\d+»|[:=,(])\s*)*$"
)
P_VALUE = Role(("sample_p", "peak_p"), left=rf"\bp(?:[- ]?values?)?(?![\w-]) ?{_P_FILL}")
ROLES: tuple[Role, ...] = (
    Role(("peak_ratio",), unit="times"),
    P_VALUE,
    Role(("alpha",), left=rf"(?:alpha|α|(?:alarm|significance) (?:level|threshold)|threshold|level α) ?{_FILL}"),
    Role(("alpha",), right=r"^ (?:alarm|significance) (?:level|threshold)"),
    Role(("fdr",), left=rf"(?:false[- ]discovery[- ]rate|fdr) ?{_FILL}"),
    Role(("fdr",), right=r"^ (?:false[- ]discovery[- ]rate|fdr)"),
    Role(("synthetic_auroc",), left=rf"(?:auroc|auc|area under (?:the )?(?:roc(?: curve)?|curve)) ?{_FILL}"),
    Role(("synthetic_auroc",), right=r"^ (?:auroc|auc)\b"),
    Role(("calibration_normals",), right=r"^ (?:held-out )?(?:\w+ )?(?:normals?\b|normal (?:image|sample|stretch|example|recording|series)\w*)"),
    Role(("calibration_normals",), right=r"^ (?:held-out )(?:image|sample|stretch|example|recording)\w*"),
    Role(("finding_count",), right=rf"^ (?:abnormal |anomalous |unusual |separate |flagged |distinct |suspicious )?{_SPOT}\b"),
    Role(("finding_count",), left=rf"(?:number|count) of {_SPOT} ?{_FILL}"),
    Role(("missing_share",), right=r"^ (?:of )?(?:all |the |its )*(?:values? |data |cells? |entries |rows? )?(?:(?:is|are|were|was) )?missing"),
    Role(("missing_share",), left=rf"missing(?: values| data)?(?: \w+)? ?{_FILL}", unit="%"),
    Role(("area",), right=r"^ (?:of )?(?:the |its )?(?:whole |entire |total )?(?:image|picture|area|frame|photo)", unit="%"),
    Role(("area",), left=rf"(?:cover\w*|area|occup\w+|takes? up|fills?) ?{_FILL}", unit="%"),
    Role(("channel_share",), right=r"^ (?:of )?(?:the |its |that )*(?:\w+ )?(?:anomaly )?(?:score|deviation)", unit="%"),
    Role(("channel_share",), left=rf"(?:contribut\w+|accounts? for|accounting for|carr\w+|shares?|responsible for) ?{_FILL}", unit="%"),
    Role(("channel_share",), right=r"^ (?:share|contribution)", unit="%"),
    Role(("channel_share",), right=r"^ (?:comes? )?(?:from|due to) «c\d+»", unit="%"),
    Role(("channel_share",), left=r"«c\d+» ?(?:\(|with|for|at|by|contributes?)? ?$", where=r"score|share|contribut|deviation", unit="%"),
    Role(("channel_share",), right=r"^ (?:for|by|from) «c\d+»", where=r"score|share|contribut|deviation", unit="%"),
    Role(("peak_ratio",), left=rf"(?:ratio|factor) ?{_FILL}"),
    Role(("duration",), unit="time", left=rf"(?:last(?:s|ed|ing)?|duration|for|over|spans?|spanning|long|takes?|length|within|goes on) ?{_NEAR}"),
    Role(("duration",), unit="time", right=r"^ ?-?(?:long|in length|in duration)"),
    Role(("difference",), right=rf"^ (?:too )?{_AWAY}(?!\w)"),
    Role(("difference",), right=r"^ (?:too )(?:high|low|bright|dark|much|little)"),
    Role(("difference",), right=r"^ (?:off|away)\b"),
    Role(("difference",), right=r"^ (?:(?:difference|deviation|gap|excess|shortfall|rise|drop|increase|decrease))"),
    Role(("difference",), left=rf"(?:\bby|differences?|deviations?|gap|excess|shortfall|(?:rise|drop|fall|increase|decrease) of) ?{_FILL}"),
    Role(("expected",), left=rf"(?:{EXPECTED}(?: (?:values?|would(?: have| be)*|been|level|range|reading|«c\d+»|here|there))*|should (?:be|have been)|would (?:be|have been)|rather than|instead of|against|compared (?:with|to)|versus|\bvs\.?|\bthan|(?:differ\w*|deviat\w+|depart\w*|away|apart) from) ?{_FILL}"),
    Role(("expected",), right=rf"{_BE}{EXPECTED}\b(?! ?(?:values? )?(?:is|was|of|to be|=|:)? ?{N})"),
    Role(("expected",), right=rf"^ as (?:the |its |an? )?{EXPECTED}"),
    Role(("start",), left=rf"(?:from|start(?:s|ed|ing)?|begin(?:s|ning)?|began|since|onset|sets in) ?{_FILL}"),
    Role(("end",), left=rf"(?:until|till|end(?:s|ed|ing)?|through|stops?|up to|over by) ?{_FILL}"),
    Role(("peak_at",), left=rf"(?:peak(?:s|ed|ing)?|highest(?: score)?|maximum|strongest|largest)(?: score| deviation| point)?(?: is| lies| was)? ?{_FILL}"),
)  # fmt: skip
_LEFT = tuple(re.compile(r.left) if r.left else None for r in ROLES)
_RIGHT = tuple(re.compile(r.right) if r.right else None for r in ROLES)
NORMAL_QUANTILE = 95.0  # the quantile that `peak_ratio` is a multiple of: part of its name, not a measure
_QUANTILE = re.compile(r"^ ?(?:th|st)?-? ?(?:quantile|percentile)")
TIME_UNITS = frozenset({"ns", "us", "ms", "s", "min", "h", "d", "rows"})
_TIME_KINDS: tuple[FactKind, ...] = ("start", "end", "peak_at")
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
_HEAL = re.compile(r"\b(?:heal\w*|replac\w+|repair\w*|paint\w*|past\w+|swapp?\w*|after(?:wards)?)\b")


def read_quantities(clause: Clause, scope: Scope, report: Report) -> None:
    """Check every quantity of the clause and take it, with the words that told its role, out of the text."""
    _read_ranges(clause, scope, report)
    for match in list(re.finditer(N, clause.text)):
        _read_one(clause, match, scope, report)


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
    kinds, spans = role_of(quantity, left, right)
    clause.take(match.start(), match.end())
    for start, end in spans:
        clause.take_cue(start, end, match.end())
        if kinds == P_VALUE.kinds:
            _read_p_motion(clause, (start, end), quantity, scope, report)
    scoped = scope.at(clause.name_at(match.start(), scope.channel))
    return judge(quantity, _narrow(kinds, clause, left, scope), scoped, clause, report)


_UP, _DOWN = re.compile(r"\b(?:rises?|rose)\b"), re.compile(r"\b(?:falls?|fell|drops?|dropped)\b")


def _read_p_motion(clause: Clause, span: tuple[int, int], printed: Quantity, scope: Scope, report: Report) -> None:
    """ "p rises to 0.4" and "p falls to 0.4": against the p-value of the sample."""
    cue = clause.whole[span[0] : span[1]]
    clause.take(*span)
    up, down = _UP.search(cue), _DOWN.search(cue)
    if printed.value is None or not (up or down):
        return
    if bool(up) != (printed.value > scope.evidence.sample_p) or bool(up) == bool(down):
        report.fails(
            "contradicted",
            f"{cue.strip()!r} {printed.text}: the p-value of the sample is {scope.evidence.sample_p:.2g}",
        )


def _may_bound(before: str, word: str) -> bool:
    """ "above 3 ms" after a number ("5 ms above 3 ms") or after "expected" compares with the expected value: no bound."""
    return not (word in ("above", "below", "under") and re.search(r"(?:»|higher|lower|just|rises?|rose) ?$", before))


def role_of(quantity: Quantity, left: str, right: str) -> tuple[tuple[FactKind, ...], list[tuple[int, int]]]:
    """Kinds of facts the quantity may state, and the spans of the cue words: (start, end) left, (−1, length) right."""
    for role, before, after in zip(ROLES, _LEFT, _RIGHT, strict=True):
        if not _may_play(role, quantity) or not re.search(role.where, left + right):
            continue
        hit_left, hit_right = before and before.search(left), after and after.search(right)
        if (before and not hit_left) or (after and not hit_right):
            continue
        spans = [(m.start(), m.end()) for m in [hit_left] if m] + [(-1, m.end()) for m in [hit_right] if m]
        return role.kinds, spans
    return (_TIME_KINDS if quantity.is_time or quantity.unit == "rows" else ("observed",)), []


def _may_play(role: Role, quantity: Quantity) -> bool:
    if quantity.is_time:
        return role.kinds[0] in _TIME_KINDS
    if role.unit == "time":
        return quantity.unit in TIME_UNITS
    return not role.unit or role.unit == quantity.unit


def _narrow(kinds: tuple[FactKind, ...], clause: Clause, left: str, scope: Scope) -> tuple[FactKind, ...]:
    """Which p-value is meant; which time "at" means; a plain number of rows or pixels is the sample's size."""
    if kinds == P_VALUE.kinds:
        return _p_kinds(clause, left, scope)
    if kinds == _TIME_KINDS:
        return ("start", "peak_at") if re.search(r"\bat (?:row |about |around )?$", left) else kinds
    return kinds


def _p_kinds(clause: Clause, left: str, scope: Scope) -> tuple[FactKind, ...]:
    if _HEAL.search(clause.whole):
        if re.search(r"\brandom\w*|elsewhere|another (?:region|place)", clause.whole):
            return ("random_healed_p",)
        inside = re.search(r"smallest|lowest|inside|within|(?:region|place|«r\d+»)'s|element", left)
        return ("healed_region_p",) if inside else ("healed_p",)
    by_rule = clause.last_name is not None and scope.at(clause.last_name).find("rule_p")
    if by_rule or (re.search(r"\brule\b", clause.whole) and scope.find("rule_p")):
        return ("rule_p",)
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
        cited = each.find(*kinds)
        hits = [f for f in cited if fits(quantity, f, clause.whole)]
        if hits:
            report.holds(*hits[:1])
            continue
        _explain(quantity, kinds, each, report)


def _explain(quantity: Quantity, kinds: tuple[FactKind, ...], scope: Scope, report: Report) -> None:
    cited, known = scope.find(*kinds), scope.known(*kinds)
    named = f"{quantity.text}" + (f" {quantity.unit}" if quantity.unit and quantity.unit not in quantity.text else "")
    if cited:
        report.fails("contradicted", f"the text says {named} for the {pronounce(kinds)}; {describe_all(cited)}", *cited)
    elif known:
        right = [f for f in known if fits(quantity, f, "")]
        outcome, todo = (
            ("unverifiable", "cite the fact it comes from") if right else ("contradicted", "it differs from the facts")
        )
        report.fails(outcome, f"{named} reads as {pronounce(kinds)}: {todo}: {describe_all(right or known)}", *known)  # type: ignore[arg-type]
    else:
        about = " and ".join(scope.regions) or "the sample; say which finding (R1, …) it is about"
        channel = f" ({scope.channel})" if scope.channel else ""
        report.fails(
            "unverifiable", f"{named} reads as {pronounce(kinds)}, but no fact gives that for {about}{channel}"
        )


def fits(quantity: Quantity, fact: Fact, whole: str) -> bool:
    """Whether a printed quantity states a fact's value: number or time, unit and sign."""
    if quantity.is_time:
        return isinstance(fact.value, str) and agrees_in_time(quantity, fact.value)
    value = _as_number(fact)
    if value is None or not _unit_fits(quantity, fact):
        return False
    if fact.kind == "difference" and _unsigned(whole):
        return not quantity.signed and agrees(quantity, abs(value))
    return agrees(quantity, value)


def _unsigned(whole: str) -> bool:
    """Whether words give the difference its sign, or leave it open, so that the number has none."""
    return bool(
        re.search(
            rf"\b(?:{_AWAY}|by|differ\w*|too|off|away|rise|drop|fall|increase|decrease|excess|shortfall|gap)\b", whole
        )
    )


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
    if fact.kind in _TIME_KINDS and unit in ("", "rows"):
        return quantity.unit in ("", "rows")
    if fact.kind == "peak_ratio":
        return quantity.unit in ("", "times")
    return quantity.unit == unit


_RANGE_CUE = re.compile(
    r"(?:\b(?:expected|normally|predicted) )?(?:\b(?:in the |a )?(?:range|band|interval) )?(?:\b(?:is|was|of|would be|to be|lie) )*"
    r"(?:\b(?:from|between) )?$"
)
_RANGE = re.compile(rf"({N}) ?(-|to|and|until|till|through|up to) ?({N})")


def _read_ranges(clause: Clause, scope: Scope, report: Report) -> None:
    for match in list(_RANGE.finditer(clause.text)):
        left = clause.whole[: match.start()]
        first, last = clause.quantity(match[1]), clause.quantity(match[3])
        between = re.search(rf"\bbetween {_NEAR}", left)
        if match[2] == "and" and not between:
            continue
        if not first.unit:
            first = first.with_unit(last.unit)
        if re.search(r"\brows? $", left):
            first, last = first.with_unit("rows"), last.with_unit("rows")
        _judge_range(clause, match, (first, last), scope, report)


def _judge_range(
    clause: Clause, match: re.Match[str], ends: tuple[Quantity, Quantity], scope: Scope, report: Report
) -> None:
    first, last = ends
    scoped = scope.at(clause.name_at(match.start(), scope.channel))
    if first.is_time or first.unit == "rows" or scope.evidence.modality == "series" and _is_interval(scoped, first):
        judge(first, ("start",), scoped, clause, report)
        judge(last, ("end",), scoped, clause, report)
    elif _HEAL.search(clause.whole):
        judge(first, ("sample_p",), scoped, clause, report)
        judge(last, _p_kinds(clause, "", scoped), scoped, clause, report)
    else:
        _judge_band(first, last, scoped, report)
    for name in re.finditer(
        r"\b(?:normal|expected|usual) (?:range|band|interval|values?)\b", clause.whole[: match.start()]
    ):
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
        units_fit = first.unit == last.unit == unit_of(fact)
        if units_fit and agrees(first, low) and agrees(last, high):
            return report.holds(fact)
    if bands:
        return report.fails("contradicted", f"the text says {text}; {describe_all(bands)}", *bands)
    return report.fails("unverifiable", f"no cited fact gives the range {text}")
