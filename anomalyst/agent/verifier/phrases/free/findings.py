"""What a finding is, how many there are, which of them is the most so, and all, both or only one of them."""

from __future__ import annotations

import re

from anomalyst.agent.verifier.phrases.amounts import PART
from anomalyst.agent.verifier.phrases.free.about import About, Check, Facts
from anomalyst.agent.verifier.phrases.free.counts import fits_kind
from anomalyst.agent.verifier.phrases.free.fragments import Fragment
from anomalyst.agent.verifier.phrases.free.rates import rate_told
from anomalyst.agent.verifier.phrases.free.small import next_token
from anomalyst.agent.verifier.phrases.ranks import nth
from anomalyst.evidence.names import key


def kind(fragment: Fragment, at: int, about: About) -> Facts | None:
    """Every finding is of the kind, in every channel that is named."""
    says = fragment.tokens[at].says
    found: Facts = []
    if (
        "missing data" in says
        and fragment.has("values", "series", "any sample")
        and any(a.unit in ("%", PART) for a in fragment.amounts.values())
    ):
        return about.sample("missing_share") or None
    for region in about.regions:
        own = [f for f in about.kinds() if f.subject == region]
        fits = [f for f in own if fits_kind(says, str(f.value))]
        if not fits or (
            about.channels and len({f.qualifier for f in fits}) < len(about.channels) and fits[0].qualifier
        ):
            return None
        found += fits
    return found or None


def is_finding(fragment: Fragment, at: int, about: About) -> Facts | None:
    facts = about.facts("anomaly_kind", "peak_p")
    earlier = next((t for t in reversed(fragment.tokens[:at]) if not t.is_("neutral")), None)
    following = next_token(fragment, at)
    sided = earlier is not None and earlier.is_("high", "low", "than", "near") and not earlier.is_("finding")
    of_agent = fragment.has("agent") and not fragment.has(
        "finding", "findings", "series", "picture", "c", "r", "n", "kind"
    )
    if of_agent or sided or (following is not None and following.is_("range")) or (about.whole and about.told.tested):
        return None  # "3 MB above abnormal"
    if about.whole and not about.told.tested and about.evidence.verdict == "anomalous":
        return about.sample("verdict")
    named = all(about.takes_part(channel) for channel in about.channels)
    return facts[: len(about.regions)] if facts and named else None


def is_defective(fragment: Fragment, at: int, about: About) -> Facts | None:
    """A picture may show what is defective; of a recording nobody knows what is."""
    return is_finding(fragment, at, about) if about.facts("box") else None


def is_clean(fragment: Fragment, at: int, about: About) -> Facts | None:
    doubted = about.sample("normals_needed") or any(f.value != "none" for f in about.sample("doubt"))
    clean = not doubted and about.evidence.verdict == "normal" and not about.evidence.findings and not about.channels
    return about.sample("verdict") if clean else None


def rank(words: str) -> Check:
    """Which of all findings is the most so; of one finding alone nothing is."""

    def check(fragment: Fragment, at: int, about: About) -> Facts | None:
        found = nth(about.evidence, words)
        return list(found[1]) if found is not None and about.regions == (found[0],) else None

    return check


def first(fragment: Fragment, at: int, about: About) -> Facts | None:
    """The first finding, or the channel that moved first."""
    led = about.facts("moved_first")
    if len(about.channels) == 1 and led:
        return led if all(key(str(f.value)) == key(about.channels[0]) for f in led) else None
    return rank("first")(fragment, at, about)


def final(fragment: Fragment, at: int, about: About) -> Facts | None:
    """The last finding; before a length of time it is of the recording (`amounts`)."""
    return [] if fragment.tokens[at + 1 : at + 2] and at + 1 in fragment.amounts else rank("last")(fragment, at, about)


def second(fragment: Fragment, at: int, about: About) -> Facts | None:
    """ "The second finding", in time."""
    following = next_token(fragment, at)
    found = nth(about.evidence, "first", 1) if following is not None and following.is_("finding", "kind") else None
    return list(found[1]) if found is not None and about.regions == (found[0],) else None


def single(fragment: Fragment, at: int, about: About) -> Facts | None:
    return about.sample("finding_count") if len(about.evidence.findings) == 1 else None


def one(fragment: Fragment, at: int, about: About) -> Facts | None:
    """ "One": no number but before what is counted; there it is the only one."""
    following = next_token(fragment, at)
    if fragment.has("faults", "planted") or (fragment.has("seen", "unseen") and not about.regions):
        return _one_fault(fragment, about)
    if at and fragment.tokens[at - 1].is_("other"):
        return [] if len(about.regions) == 1 else None
    if following is not None and following.is_("normals", "channels", "rules", "words"):
        return None
    if following is None or not following.is_("finding", "findings", "kind"):
        return []
    if not following.is_("kind"):
        return single(fragment, at, about)
    found = {
        f.subject for f in about.evidence.facts if f.kind == "anomaly_kind" and fits_kind(following.says, str(f.value))
    }
    return about.sample("finding_count") if len(found) == 1 else None


def _one_fault(fragment: Fragment, about: About) -> Facts | None:
    """ "Missed one of the four planted faults"."""
    facts = about.sample("seen_faults")
    counts = [re.fullmatch(r"(\d+) of (\d+)", str(f.value)) for f in facts]
    some = [int(m[1]) if fragment.has("seen") else int(m[2]) - int(m[1]) for m in counts if m]
    return facts if some == [1] else None


def nothing_else(fragment: Fragment, at: int, about: About) -> Facts | None:
    named = set(about.told.named) | set(about.told.regions) | set(about.regions)
    return about.sample("finding_count") if named and len(about.evidence.findings) == len(named) else None


def only(fragment: Fragment, at: int, about: About) -> Facts | None:
    """ "Only" before a number bounds nothing; of a channel, that no other one is flagged."""
    following = [t for t in fragment.tokens[at + 1 :] if not t.is_("neutral", "near")]
    if following and following[0].letter == "n":
        return []
    if fragment.tokens[at].text in ("just", "simply", "merely") and not (
        following and following[0].is_("c", "finding", "kind", "one")
    ):
        return []
    if about.told.tested and fragment.has("pass", "fail"):
        return _only_tested(about)
    if at and fragment.tokens[at - 1].letter == "c" and not following:
        following = [fragment.tokens[at - 1]]
    if following and following[0].letter == "c" and about.channels:
        kinds = [f for f in about.evidence.facts if f.kind == "anomaly_kind" and f.qualifier]
        flagged = {key(f.qualifier) for f in kinds}
        return kinds if flagged == {key(c) for c in about.channels} else None
    return single(fragment, at, about) if following and following[0].is_("finding", "kind") else None


def _only_tested(about: About) -> Facts | None:
    """ "The only one that did not pass": all others did otherwise."""
    tests = [f for region in about.evidence.findings for f in about.evidence.about(region.id, "do_test")]
    mine = [f for f in tests if f.subject in about.regions]
    others = {str(f.value) for f in tests} - {str(f.value) for f in mine}
    alone = len(mine) == 1 and all(f.value != mine[0].value for f in tests if f is not mine[0])
    return tests if alone and others else None


def group(fragment: Fragment, at: int, about: About) -> Facts | None:
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


def each(fragment: Fragment, at: int, about: About) -> Facts | None:
    return [] if fragment.has("other") and len(about.regions) > 1 else group(fragment, at, about)


def both(fragment: Fragment, at: int, about: About) -> Facts | None:
    two = len(about.channels) == 2 or (len(about.regions) == 2 and not about.channels)
    return [] if two else None


def faults(fragment: Fragment, at: int, about: About) -> Facts | None:
    told = any(t.letter == "n" or t.is_("all", "each", "one") for t in fragment.tokens)
    return [] if about.sample("seen_faults") and told else None


def seen(fragment: Fragment, at: int, about: About) -> Facts | None:
    """ "Was caught": the findings are there; of planted faults, as the number beside it says."""
    planted = (
        fragment.has("faults", "planted", "stain")
        or (fragment.tokens[at].is_("seen") and fragment.has("n"))
        or (not about.regions and fragment.has("one", "n"))
    )
    return [] if planted or (about.regions and fragment.tokens[at].is_("seen")) else None


def once(fragment: Fragment, at: int, about: About) -> Facts | None:
    """ "Shows up only once": one finding is of the channel."""
    if fragment.has("false alarm"):
        return rate_told(fragment, about.evidence)
    tops = [f for f in about.evidence.facts if f.kind == "top_channel"]
    mine = [f for f in tops if about.channels and key(str(f.value)) == key(about.channels[0])]
    return mine if len(mine) == 1 and len(about.channels) == 1 else None


def is_about(fragment: Fragment, at: int, about: About) -> Facts | None:
    return [] if str(fragment.tokens[at].meaning) in about.regions else None


def finding(fragment: Fragment, at: int, about: About) -> Facts | None:
    return [] if about.regions else None
