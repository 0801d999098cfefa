"""What each concept states, one line a statement: the word is licensed by the facts that a check returns.

None: the facts do not say so. An empty list: it states nothing by itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from anomalyst.agent.verifier.free.about import LACKING, SAID, About
from anomalyst.agent.verifier.free.amounts import Said, amount_role, fits_kind, is_expected, p_facts
from anomalyst.agent.verifier.free.fragments import Fragment
from anomalyst.agent.verifier.free.moments import day_told, time_told
from anomalyst.agent.verifier.free.rates import rate_told
from anomalyst.agent.verifier.free.tokens import Token
from anomalyst.agent.verifier.phrases.amounts import PART
from anomalyst.agent.verifier.phrases.checks.pictures import spans_picture
from anomalyst.agent.verifier.phrases.checks.times import span_of
from anomalyst.agent.verifier.phrases.ranks import nth, value_of
from anomalyst.agent.verifier.phrases.scaling import seconds
from anomalyst.agent.verifier.readings import place_key
from anomalyst.evidence.facts import Fact
from anomalyst.evidence.names import key
from anomalyst.modalities.registry import modality
from anomalyst.modalities.unit_names import unit_of

Facts = list[Fact]
Check = Callable[[Fragment, int, About], Facts | None]
_STILL = ("flat line", *LACKING)
_SLIGHT = 0.1  # of what is expected, up to which a difference is slight
_MARKED = 0.05  # likewise, from which on it is more than slight
_PLACES = {"low down": "lower", "high up": "upper", "heart": "centre", "leftmost": "left", "rightmost": "right"}
_ALIKE = 0.1  # of a share, by which another may differ and be equal to it


def _way(way: int, moves: bool) -> Check:
    """It lies, or moved, to that side of what is expected."""

    def check(fragment: Fragment, at: int, about: About) -> Facts | None:
        if fragment.has("p") and fragment.has("alarm level"):
            return _p_told(fragment, at, about)
        if _is_expectation(fragment, at) or (moves and not _says_what(fragment, about)):
            return None
        ways = about.ways()
        if ways and all(one == way for one, _ in ways):
            still = moves and any(f.value in _STILL for f in about.kinds())
            return None if still else [f for _, f in ways]
        said = [] if ways or about.channels else about.facts("direction")
        return said if said and all(SAID.get(str(f.value)) == way for f in said) else None

    return check


def _is_expectation(fragment: Fragment, at: int) -> bool:
    """ "The expected value is lower", "expected to stay high": of what is expected, not of what was seen."""
    for token in reversed(fragment.tokens[:at]):
        if token.is_("expected"):
            return True
        if not token.is_("neutral", "values", "last", "near"):
            return False
    return False


def _says_what(fragment: Fragment, about: About) -> bool:
    """Whether what moves is a channel: "the server crashed" and "the anomaly grows" say nothing of one."""
    named = about.channels or about.told.channels or fragment.has("quantity", "expected")
    return bool(named or fragment.amounts or any(r for r in fragment.regions) or not fragment.has("series", "picture", "any sample", "finding"))


def _tone(way: int) -> Check:
    """Darker or brighter, of a place in a picture."""

    def check(fragment: Fragment, at: int, about: About) -> Facts | None:
        facts = [] if about.channels else about.facts("direction")
        return facts if facts and all(SAID.get(str(f.value)) == way and f.value in ("brighter", "darker") for f in facts) else None

    return check


def _kind(fragment: Fragment, at: int, about: About) -> Facts | None:
    """Every finding is of the kind, in every channel that is named."""
    says = fragment.tokens[at].says
    found: Facts = []
    if "missing data" in says and fragment.has("values", "series", "any sample") and any(a.unit in ("%", PART) for a in fragment.amounts.values()):
        return about.sample("missing_share") or None
    for region in about.regions:
        own = [f for f in about.kinds() if f.subject == region]
        fits = [f for f in own if fits_kind(says, str(f.value))]
        if not fits or (about.channels and len({f.qualifier for f in fits}) < len(about.channels) and fits[0].qualifier):
            return None
        found += fits
    return found or None


def _is_finding(fragment: Fragment, at: int, about: About) -> Facts | None:
    facts = about.facts("anomaly_kind", "peak_p")
    earlier = next((t for t in reversed(fragment.tokens[:at]) if not t.is_("neutral")), None)
    following = _next(fragment, at)
    sided = earlier is not None and earlier.is_("high", "low", "than", "near") and not earlier.is_("finding")
    of_agent = fragment.has("agent") and not fragment.has("finding", "findings", "series", "picture", "c", "r", "n", "kind")
    if of_agent or sided or (following is not None and following.is_("range")) or (about.whole and about.told.tested):
        return None  # "3 MB above abnormal"
    if about.whole and not about.told.tested and about.evidence.verdict == "anomalous":
        return about.sample("verdict")
    named = all(about.takes_part(channel) for channel in about.channels)
    return facts[: len(about.regions)] if facts and named else None


def _is_defective(fragment: Fragment, at: int, about: About) -> Facts | None:
    """A picture may show what is defective; of a recording nobody knows what is."""
    return _is_finding(fragment, at, about) if about.facts("box") else None


def _is_clean(fragment: Fragment, at: int, about: About) -> Facts | None:
    doubted = about.sample("normals_needed") or any(f.value != "none" for f in about.sample("doubt"))
    clean = not doubted and about.evidence.verdict == "normal" and not about.evidence.findings and not about.channels
    return about.sample("verdict") if clean else None


def _place(fragment: Fragment, at: int, about: About) -> Facts | None:
    """Every word of the place is one of its place."""
    words = [_PLACES.get(t.text, t.text) for t in fragment.tokens if t.is_("place", "middle")] + list(about.told.places)
    said = place_key(" ".join(words))
    facts = about.facts("place")
    if not said or not facts or len(facts) != len(about.regions):
        return None
    cornered = any("corner" in t.text for t in fragment.tokens if t.is_("place"))
    for fact in facts:
        actual = place_key(str(fact.value))
        centred = said & {"centre", "middle"} and actual != said
        if not said <= actual or (centred and len(actual) > len(said)) or (cornered and not (actual & {"upper", "lower"} and actual & {"left", "right"})):
            return None
    return facts


def _series_place(word: str) -> Check:
    def check(fragment: Fragment, at: int, about: About) -> Facts | None:
        if word == "middle" and about.facts("box"):
            return _place(fragment, at, about)
        facts = about.facts("place")
        return facts if facts and all(str(f.value).removeprefix("in the ") == word for f in facts) else None

    return check


def _rank(words: str) -> Check:
    """Which of all findings is the most so; of one finding alone nothing is."""

    def check(fragment: Fragment, at: int, about: About) -> Facts | None:
        found = nth(about.evidence, words)
        return list(found[1]) if found is not None and about.regions == (found[0],) else None

    return check


def _first(fragment: Fragment, at: int, about: About) -> Facts | None:
    """The first finding, or the channel that moved first."""
    led = about.facts("moved_first")
    if len(about.channels) == 1 and led:
        return led if all(key(str(f.value)) == key(about.channels[0]) for f in led) else None
    return _rank("first")(fragment, at, about)


def _final(fragment: Fragment, at: int, about: About) -> Facts | None:
    """The last finding; before a length of time it is of the recording (`amounts`)."""
    return [] if fragment.tokens[at + 1 : at + 2] and at + 1 in fragment.amounts else _rank("last")(fragment, at, about)


def _second(fragment: Fragment, at: int, about: About) -> Facts | None:
    """ "The second finding", in time."""
    following = _next(fragment, at)
    found = nth(about.evidence, "first", 1) if following is not None and following.is_("finding", "kind") else None
    return list(found[1]) if found is not None and about.regions == (found[0],) else None


def _lag(fragment: Fragment, at: int, about: About) -> Facts | None:
    """The channel moved after the one that moved first."""
    facts = about.of_channels("lag") if about.channels else []
    return facts if facts and all(float(f.value) > 0 for f in facts) else None


def _together(fragment: Fragment, at: int, about: About) -> Facts | None:
    facts = about.facts("lag")
    return facts if len(facts) > 1 and len({f.value for f in facts}) == 1 else None


def _most(sign: int) -> Check:
    """The channel that differs the most, or the least, of all of the finding."""

    def check(fragment: Fragment, at: int, about: About) -> Facts | None:
        if len(about.channels) != 1 or len(about.regions) != 1:
            return None
        shares = (fragment.has("share") or about.told.shares) and about.facts("channel_share")
        facts = shares or [f for f in about.facts("difference") if f.qualifier != "brightness"]
        if len(facts) < 2 or len({f.unit for f in facts}) > 1:
            return None
        ranked = sorted(facts, key=lambda f: -sign * abs(float(f.value)))
        if abs(float(ranked[0].value)) == abs(float(ranked[1].value)) or key(ranked[0].qualifier) != key(about.channels[0]):
            return None
        return ranked[:1]

    return check


def _equal_shares(fragment: Fragment, at: int, about: About) -> Facts | None:
    facts = about.of_channels("channel_share") if len(about.channels) > 1 else about.facts("channel_share")
    shares = [float(f.value) for f in facts]
    return facts if len(shares) > 1 and max(shares) - min(shares) <= _ALIKE * max(shares) else None


def _carries(fragment: Fragment, at: int, about: About) -> Facts | None:
    """A channel carries the finding: it is to blame, or what share it has is told."""
    shares = about.of_channels("channel_share")
    tops = about.facts("top_channel")
    told = any(t.letter == "n" or t.is_("most", "equal", "least") for t in fragment.tokens)
    if told or not about.channels:
        return shares or None
    return tops if tops and {key(str(f.value)) for f in tops} == {key(c) for c in about.channels} else None


def _slight(fragment: Fragment, at: int, about: About) -> Facts | None:
    if about.told.shares and fragment.has("most", "least"):
        return _equal_shares(fragment, at, replace(about, channels=()))
    pairs = zip(about.of_channels("difference"), about.of_channels("expected"), strict=False)
    return _all_gaps(pairs, lambda share: share <= _SLIGHT)


def _marked(fragment: Fragment, at: int, about: About) -> Facts | None:
    pairs = zip(about.of_channels("difference"), about.of_channels("expected"), strict=False)
    return _all_gaps(pairs, lambda share: share >= _MARKED)


def _all_gaps(pairs: object, good: Callable[[float], bool]) -> Facts | None:
    found: Facts = []
    for gap, normal in pairs:  # type: ignore[attr-defined]
        size = abs(value_of(normal) or 0.0)
        share = abs(float(gap.value)) / size if size else float("inf")
        if not good(share):
            return None
        found.append(gap)
    return found or None


def _confidence(*levels: str) -> Check:
    def check(fragment: Fragment, at: int, about: About) -> Facts | None:
        facts = [] if fragment.regions or fragment.names else about.sample("confidence")
        return facts if facts and fragment.has("confidence") and all(f.value in levels for f in facts) else None

    return check


def _agree(fragment: Fragment, at: int, about: About) -> Facts | None:
    """The rules agree: all of them, unless a number says how many do."""
    facts = about.facts("rule_agreement")
    counts = [re.fullmatch(r"(\d+) of (\d+)", str(f.value)) for f in facts]
    every = all(m is not None and m[1] == m[2] for m in counts)
    return facts if facts and fragment.has("rules", "all", "single") and every else None


def _test(passed: bool) -> Check:
    """What the healing test gave, of whom the words are about."""

    def check(fragment: Fragment, at: int, about: About) -> Facts | None:
        if not (about.told.tested or about.told.healed):
            return None
        facts = tested(fragment, about)
        return facts if facts and all(_passed(f, about) == passed for f in facts) else None

    return check


def tested(fragment: Fragment, about: About) -> Facts:
    """The outcomes of the healing test that a part of a sentence may be about; all where it does not tell which."""
    if fragment.has("random") or about.told.healed == "random":
        return about.sample("random_healed_p")
    if about.whole and fragment.regions:
        return [*about.sample("do_test"), *about.facts("do_test")]
    if about.whole or fragment.has("alarm") or (about.told.healed == "all" and not fragment.regions and not fragment.has("each")):
        return about.sample("do_test")
    own = about.facts("do_test")
    if about.told.named or fragment.regions or fragment.names or fragment.has("finding", "findings", "itself"):
        return own
    return [*own, *about.sample("do_test")]


def _passed(fact: Fact, about: About) -> bool:
    if fact.kind == "random_healed_p":
        return float(fact.value) >= about.evidence.alpha
    return fact.value == "passed"


def _heals(fragment: Fragment, at: int, about: About) -> Facts | None:
    """Healing states nothing by itself: there must have been a test."""
    return [] if about.evidence.about("sample", "do_test") else None


def _until_end(start: bool) -> Check:
    def check(fragment: Fragment, at: int, about: About) -> Facts | None:
        whole = span_of(about.evidence)
        facts = about.facts("start" if start else "end")
        edge = None if whole is None else whole[0] if start else whole[1]
        return facts if edge is not None and facts and all(str(f.value)[:16] == edge.isoformat(" ")[:16] for f in facts) else None

    return check


def _single(fragment: Fragment, at: int, about: About) -> Facts | None:
    return about.sample("finding_count") if len(about.evidence.findings) == 1 else None


def _one(fragment: Fragment, at: int, about: About) -> Facts | None:
    """ "One": no number but before what is counted; there it is the only one."""
    following = _next(fragment, at)
    if fragment.has("faults", "planted") or (fragment.has("seen", "unseen") and not about.regions):
        return _one_fault(fragment, about)
    if at and fragment.tokens[at - 1].is_("other"):
        return [] if len(about.regions) == 1 else None
    if following is not None and following.is_("normals", "channels", "rules", "words"):
        return None
    if following is None or not following.is_("finding", "findings", "kind"):
        return []
    if not following.is_("kind"):
        return _single(fragment, at, about)
    found = {f.subject for f in about.evidence.facts if f.kind == "anomaly_kind" and fits_kind(following.says, str(f.value))}
    return about.sample("finding_count") if len(found) == 1 else None


def _one_fault(fragment: Fragment, about: About) -> Facts | None:
    """ "Missed one of the four planted faults"."""
    facts = about.sample("seen_faults")
    counts = [re.fullmatch(r"(\d+) of (\d+)", str(f.value)) for f in facts]
    some = [int(m[1]) if fragment.has("seen") else int(m[2]) - int(m[1]) for m in counts if m]
    return facts if some == [1] else None


def _nothing_else(fragment: Fragment, at: int, about: About) -> Facts | None:
    named = set(about.told.named) | set(about.told.regions) | set(about.regions)
    return about.sample("finding_count") if named and len(about.evidence.findings) == len(named) else None


def _only(fragment: Fragment, at: int, about: About) -> Facts | None:
    """ "Only" before a number bounds nothing; of a channel, that no other one is flagged."""
    following = [t for t in fragment.tokens[at + 1 :] if not t.is_("neutral", "near")]
    if following and following[0].letter == "n":
        return []
    if fragment.tokens[at].text in ("just", "simply", "merely") and not (following and following[0].is_("c", "finding", "kind", "one")):
        return []
    if about.told.tested and fragment.has("pass", "fail"):
        return _only_tested(about)
    if at and fragment.tokens[at - 1].letter == "c" and not following:
        following = [fragment.tokens[at - 1]]
    if following and following[0].letter == "c" and about.channels:
        kinds = [f for f in about.evidence.facts if f.kind == "anomaly_kind" and f.qualifier]
        flagged = {key(f.qualifier) for f in kinds}
        return kinds if flagged == {key(c) for c in about.channels} else None
    return _single(fragment, at, about) if following and following[0].is_("finding", "kind") else None


def _only_tested(about: About) -> Facts | None:
    """ "The only one that did not pass": all others did otherwise."""
    tests = [f for region in about.evidence.findings for f in about.evidence.about(region.id, "do_test")]
    mine = [f for f in tests if f.subject in about.regions]
    others = {str(f.value) for f in tests} - {str(f.value) for f in mine}
    alone = len(mine) == 1 and all(f.value != mine[0].value for f in tests if f is not mine[0])
    return tests if alone and others else None


def _group(fragment: Fragment, at: int, about: About) -> Facts | None:
    """ "All", "both", "each": of the findings or channels that the part is read about, or of what is counted."""
    if fragment.has("heal") and not fragment.has("findings", "finding"):
        return [] if set(about.regions) == {f.id for f in about.evidence.findings} else None
    if fragment.has("findings", "finding"):
        every = set(about.regions) == {f.id for f in about.evidence.findings} and len(about.regions) > 1
        return about.sample("finding_count") if every else None
    if fragment.has("channels") or len(about.channels) > 1:
        return [] if len(about.channels) > 1 else None
    if fragment.has("faults"):
        facts = about.sample("seen_faults")
        every = all(m and m[1] == m[2] for f in facts if (m := re.fullmatch(r"(\d+) of (\d+)", str(f.value))))
        counted = len(fragment.amounts) > 1 or not fragment.has("seen", "unseen")
        return facts if facts and (every or counted) else None
    return [] if fragment.has("rules") else None


def _each(fragment: Fragment, at: int, about: About) -> Facts | None:
    return [] if fragment.has("other") and len(about.regions) > 1 else _group(fragment, at, about)


def _both(fragment: Fragment, at: int, about: About) -> Facts | None:
    two = len(about.channels) == 2 or (len(about.regions) == 2 and not about.channels)
    return [] if two else None


def _faults(fragment: Fragment, at: int, about: About) -> Facts | None:
    told = any(t.letter == "n" or t.is_("all", "each", "one") for t in fragment.tokens)
    return [] if about.sample("seen_faults") and told else None


def _seen(fragment: Fragment, at: int, about: About) -> Facts | None:
    """ "Was caught": the findings are there; of planted faults, as the number beside it says."""
    planted = fragment.has("faults", "planted", "stain") or (fragment.tokens[at].is_("seen") and fragment.has("n")) or (not about.regions and fragment.has("one", "n"))
    return [] if planted or (about.regions and fragment.tokens[at].is_("seen")) else None


def _expected(fragment: Fragment, at: int, about: About) -> Facts | None:
    """What is expected is spoken of beside a number, a side, or what lies apart."""
    if fragment.has("heal"):
        return []
    beside = ("n", "up", "down", "high", "low", "off", "outside", "marked", "slight")
    return [] if about.of_channels("expected") and fragment.has(*beside) else None


def _outside(fragment: Fragment, at: int, about: About) -> Facts | None:
    for seen, normal in zip(about.of_channels("observed"), about.of_channels("expected"), strict=False):
        low, high = (normal.value if end is None else end for end in (normal.low, normal.high))
        if float(low) <= float(seen.value) <= float(high):
            return None
    return about.of_channels("observed") or None if fragment.has("expected", "range") else None


def _left_behind(fragment: Fragment, at: int, about: About) -> Facts | None:
    """ "Healing leaves a recording that passes"."""
    return [] if about.told.healed else None


def _sample(fragment: Fragment, at: int, about: About) -> Facts | None:
    """The sample, by a word for such things: a recording is no picture."""
    token = fragment.tokens[at]
    if token.is_("any sample"):
        return []
    own = "picture" if modality(about.evidence.modality).told.places == "plane" else "series"
    return [] if token.is_(own) else None


def _long(length: float) -> Check:
    """ "The fortnight", of a recording of about that length."""

    def check(fragment: Fragment, at: int, about: About) -> Facts | None:
        whole = span_of(about.evidence)
        days = (whole[1] - whole[0]).total_seconds() / 86400 if whole is not None else 0.0
        return [] if abs(days - length) <= 0.15 * length else None

    return check


def _wide(fragment: Fragment, at: int, about: About) -> Facts | None:
    facts = about.facts("box")
    return facts if facts and spans_picture(about.evidence, facts[0], fragment.tokens[at].is_("full width")) else None


def _extent(fragment: Fragment, at: int, about: About) -> Facts | None:
    """ "Forty pixels tall": of what has a box, and told in numbers or as all of the picture's."""
    told = any(a.unit for a in fragment.amounts.values()) or fragment.has("full width", "full height", "picture")
    return [] if about.facts("box") and told else None


def _shaped(upright: bool) -> Check:
    def check(fragment: Fragment, at: int, about: About) -> Facts | None:
        facts = about.facts("box")
        found = [re.fullmatch(r"x (\d+)–(\d+), y (\d+)–(\d+)", str(f.value)) for f in facts]
        sizes = [(int(m[2]) - int(m[1]), int(m[4]) - int(m[3])) for m in found if m]
        return facts if sizes and all((high > 1.5 * wide) if upright else (wide > 1.5 * high) for wide, high in sizes) else None

    return check


def _text_fact(fragment: Fragment, at: int, about: About) -> Facts | None:
    """A quoted word is the one that does not fit, or the one that would, as the words beside it say."""
    said = fragment.tokens[at].meaning
    fitting = fragment.has("fitting")
    facts = about.facts("fitting_words" if fitting else "words")
    return facts if facts and all(key(str(f.value)) == key(str(said)) for f in facts) else None


def _unfit(fragment: Fragment, at: int, about: About) -> Facts | None:
    facts = about.sample("information")
    return facts if facts and all(float(f.value) < 0 for f in facts) else None


def _named(fragment: Fragment, at: int, about: About) -> Facts | None:
    """A channel that is named must have a part in the findings."""
    name = str(fragment.tokens[at].meaning)
    if about.facts("words", "fitting_words"):
        return _text_fact(fragment, at, about)
    if any(key(name) == key(c) for c in about.channels):
        return [] if about.takes_part(name) else None
    return None


def _once(fragment: Fragment, at: int, about: About) -> Facts | None:
    """ "Shows up only once": one finding is of the channel."""
    if fragment.has("false alarm"):
        return rate_told(fragment, about.evidence)
    tops = [f for f in about.evidence.facts if f.kind == "top_channel"]
    mine = [f for f in tops if about.channels and key(str(f.value)) == key(about.channels[0])]
    return mine if len(mine) == 1 and len(about.channels) == 1 else None


_MEASURES = {"pressure": ("bar", "mbar", "hPa", "kPa", "Pa", "MPa", "mmHg", "psi"), "temperature": ("°C", "°F", "K"),
             "heat": ("°C", "°F", "K"), "warmth": ("°C", "°F", "K"), "speed": ("rpm", "m/s", "km/h"), "power": ("W", "kW", "MW"),
             "flow": ("l/min", "l/h", "m³/h", "l/s"), "voltage": ("V", "mV", "kV"), "tension": ("V", "kV")}  # fmt: skip


def _quantity(fragment: Fragment, at: int, about: About) -> Facts | None:
    """ "The pressure", of channels measured in its unit; any quantity where there is only one channel."""
    units = {f.unit for f in about.of_channels("observed")}
    units |= {unit_of(channel) for channel in about.channels}
    alone = len({f.qualifier for f in about.evidence.facts if f.kind == "observed"}) == 1
    if fragment.tokens[at].text not in _MEASURES and (about.told.channels or about.told.named or about.channels):
        return []
    measured = units and units <= set(_MEASURES.get(fragment.tokens[at].text, ()))
    return [] if measured or (alone and fragment.tokens[at].text not in _MEASURES) else None


def _next(fragment: Fragment, at: int, *over: str) -> Token | None:
    """The next token that says anything."""
    return next((t for t in fragment.tokens[at + 1 :] if not t.is_("neutral", "near", *over)), None)


def _before(*letters_and_concepts: str) -> Check:
    """A small word that must stand before what it binds: "until 14:05", "by 3 %"."""

    def check(fragment: Fragment, at: int, about: About) -> Facts | None:
        following = _next(fragment, at, "at", "before", "after")
        return [] if following is not None and following.is_(*letters_and_concepts) else None

    return check


def _by(fragment: Fragment, at: int, about: About) -> Facts | None:
    """ "By the end", of what lasts till then; never "by the start", which nothing tells."""
    following = _next(fragment, at)
    return None if following is not None and following.is_("begin", "end", "middle", "early", "late", "final") else []


def _side(fragment: Fragment, at: int, about: About) -> Facts | None:
    """ "Before noon", "after 30 seconds", never "before 30 seconds" or "before evening"."""
    following = _next(fragment, at)
    if following is None or following.is_("w"):
        return None
    return None if following.letter == "n" and fragment.tokens[at].is_("before") else []


def _in_time(fragment: Fragment, at: int, about: About) -> Facts | None:
    """Beginning and end are of what has a time: a picture has none."""
    if fragment.tokens[at].text == "over" and fragment.has("heal"):
        return []
    over = fragment.tokens[at].text == "over" and (not at or fragment.tokens[at - 1].text not in _ENDING)
    return None if over or about.facts("box") else []


_ENDING = frozenset({"was", "is", "were", "are", "been", "be", "all", "already"})


def _gap(fragment: Fragment, at: int, about: About) -> Facts | None:
    apart = any(a.unit and seconds(a.unit) is None for a in fragment.amounts.values())
    return [] if apart or fragment.has("range", "slight") else None


def _as_low(fragment: Fragment, at: int, about: About) -> Facts | None:
    following = _next(fragment, at)
    return _way(-1, False)(fragment, at, about) if following is not None and following.letter == "n" else None


def _as_high(fragment: Fragment, at: int, about: About) -> Facts | None:
    following = _next(fragment, at)
    return _way(1, False)(fragment, at, about) if following is not None and following.letter == "n" else []


def _near(fragment: Fragment, at: int, about: About) -> Facts | None:
    """How near a number, a time or a number of things is meant; it bounds what follows."""
    following = next((t for t in fragment.tokens[at + 1 :] if not t.is_("neutral", "near", "at")), None)
    place = next((n for n in range(at + 1, len(fragment.tokens)) if fragment.tokens[n] is following), -1)
    if fragment.tokens[at].is_("high", "low") and place in fragment.amounts and is_expected(Said(fragment, place, about)):
        return None  # "below the 71 MB that were expected" is a side
    if fragment.tokens[at].text in ("about", "around") and (following is None or not following.letter):
        return []
    return [] if following is not None and (following.letter in "ndw" and following.letter or following.is_("equal", "once", "one")) else None


def _is_about(fragment: Fragment, at: int, about: About) -> Facts | None:
    return [] if str(fragment.tokens[at].meaning) in about.regions else None


def _nothing(fragment: Fragment, at: int, about: About) -> Facts | None:
    return []


def _finding(fragment: Fragment, at: int, about: About) -> Facts | None:
    return [] if about.regions else None


def _false_alarm(fragment: Fragment, at: int, about: About) -> Facts | None:
    return rate_told(fragment, about.evidence) or _from_amounts(fragment, about)


def _from_amounts(fragment: Fragment, about: About) -> Facts | None:
    """ "2.8 false alarms per day", as one amount."""
    facts = about.sample("false_alarms")
    told = [a for a in fragment.amounts.values() if any(a.states(float(f.value), f.unit) for f in facts)]
    return facts if told else None


def _p_told(fragment: Fragment, at: int, about: About) -> Facts | None:
    """A p-value is told as a number, or as on one side of the alarm level."""
    if not fragment.has("alarm level"):
        return [] if fragment.amounts else None
    facts = p_facts(fragment, about)
    below, above = fragment.has("low"), fragment.has("high")
    if not facts or below == above:
        return None
    return facts if all((float(f.value) < about.evidence.alpha) == below for f in facts) else None


def _inside(fragment: Fragment, at: int, about: About) -> Facts | None:
    """Inside the normal range; of anything else it states nothing."""
    if not fragment.has("range", "expected"):
        return []
    pairs = list(zip(about.of_channels("observed"), about.of_channels("expected"), strict=False))
    ends = [(s, n.value if n.low is None else n.low, n.value if n.high is None else n.high) for s, n in pairs]
    return [s for s, _, _ in ends] or None if all(float(lo) <= float(s.value) <= float(hi) for s, lo, hi in ends) else None


def _moment(fragment: Fragment, at: int, about: About) -> Facts | None:
    """ "At that hour", never "for hours"."""
    if fragment.has("false alarm"):
        return rate_told(fragment, about.evidence)
    before = fragment.tokens[at - 1].text if at else ""
    return [] if before in ("the", "that", "this", "same", "very", "which", "what") else None


def _alarm(fragment: Fragment, at: int, about: About) -> Facts | None:
    return about.sample("verdict") if about.evidence.verdict == "anomalous" else None


def _of_test(fragment: Fragment, at: int, about: About) -> Facts | None:
    return [] if about.told.healed or fragment.has("heal") else None


def _none_expected(fragment: Fragment, at: int, about: About) -> Facts | None:
    facts = about.of_channels("expected")
    return facts if facts and all(float(f.value) == 0 for f in facts) else None


LICENCES: dict[str, Check] = {
    "up": _way(1, True), "down": _way(-1, True), "high": _way(1, False), "low": _way(-1, False),
    "bright": _tone(1), "dark": _tone(-1), "kind": _kind, "flagged": _is_finding, "clean": _is_clean, "defective": _is_defective,
    "place": _place, "early": _series_place("early"), "late": _series_place("late"), "middle": _series_place("middle"),
    "longest": _rank("longest"), "shortest": _rank("shortest"), "strongest": _rank("strongest"),
    "weakest": _rank("weakest"), "first": _first, "final": _final, "largest": _rank("largest"),
    "smallest": _rank("smallest"), "lag": _lag, "runner up": _second, "simultaneous": _together, "alarm": _alarm, "most": _most(1), "least": _most(-1),
    "equal": _equal_shares, "share": _carries, "slight": _slight, "marked": _marked,
    "confidence": _nothing, "very high": _confidence("very high"), "high level": _confidence("high"),
    "moderate": _confidence("moderate"), "low level": _confidence("low", "very low"), "agree": _agree,
    "pass": _test(True), "fail": _test(False), "heal": _heals, "random": _of_test, "test": _heals, "until end": _until_end(False),
    "from start": _until_end(True), "single": _single, "once": _once, "quantity": _quantity, "near": _near, "one": _one, "nothing else": _nothing_else, "only": _only, "all": _group, "each": _each,
    "both": _both, "neither": _both, "faults": _faults, "planted": _faults, "seen": _seen, "unseen": _seen, "expected": _expected,
    "range": _expected, "outside": _outside, "left behind": _left_behind, "none expected": _none_expected, "picture": _sample, "series": _sample, "any sample": _sample,
    "day long": _long(1), "week long": _long(7), "fortnight long": _long(14), "month long": _long(30.4),
    "full width": _wide, "full height": _wide, "wide": _extent, "tall": _extent, "upright": _shaped(True), "lying": _shaped(False), "unfit": _unfit,
    "until": _before("d", "w", "begin", "end"), "by": _by,
    "before": _side, "after": _side, "begin": _in_time, "end": _in_time, "gap": _gap, "as low": _as_low, "as high": _as_high,
    "false alarm": _false_alarm, "p": _p_told, "inside": _inside, "moment": _moment, "c": _named, "t": _text_fact, "r": _is_about, "finding": _finding, "findings": _finding, "off": _marked,
    "n": lambda fragment, at, about: amount_role(Said(fragment, at, about)),
    "d": time_told, "w": day_told,
}  # fmt: skip
_OUTCOMES = {"pass": "pass", "fail": "fail", "flagged": "fail", "clean": "pass"}  # what healing leaves
_OF_ALARMS = {"last": "fail", "end": "pass", "still": "fail", "missing data": "pass", "down": "pass"}  # an alarm that lasts after healing, or is over
LEVELS = frozenset({"very high", "high level", "moderate", "low level"})
# Words that give others their role, or bind them, and state nothing.
SILENT = frozenset({
    "neutral", "still", "from", "to", "at", "of", "than", "between", "instead", "against", "peak", "and", "joint", "rules", "channels", "normals", "values", "words", "text", "agent", "every", "area", "later", "behind", "itself", "itself", "together", "whole", "limit", "alarm level", "last", "fitting", "other", "use", "stain",
})  # fmt: skip


def _is_outcome(fragment: Fragment, at: int) -> bool:
    """Whether a word stands where what healing gave is told: not before what is healed."""
    if not fragment.has("heal"):
        return True
    following = _next(fragment, at, "joint")
    healed = next(n for n, token in enumerate(fragment.tokens) if token.is_("heal"))
    return at > healed and not (following is not None and following.is_("finding", "findings", "kind", "r", "c"))


def licence(fragment: Fragment, at: int, about: About) -> Facts | None:
    """The facts that license a token: those of the first of its concepts of which all parts hold."""
    says = fragment.tokens[at].says
    if fragment.has("confidence") and says & LEVELS:
        says = says & LEVELS
    if about.told.healed and _is_outcome(fragment, at):
        outcomes = {_OUTCOMES[one] for one in says if one in _OUTCOMES}
        says = frozenset(outcomes) or says
    if about.told.tested and fragment.has("alarm"):
        says = frozenset(_OF_ALARMS.get(one, one) for one in says)
    for concept in sorted(says, key=lambda one: one in SILENT):
        found: Facts | None = []
        for part in concept.split("+"):
            facts = _part(part, fragment, at, about)
            found = None if found is None or facts is None else [*found, *facts]
        if found is not None:
            return found
    return None


def _part(part: str, fragment: Fragment, at: int, about: About) -> Facts | None:
    if part in SILENT:
        return []
    return LICENCES.get(part, _kind)(fragment, at, about)
