"""Whether a sentence is proved word by word: every token of every part licensed, of whom the part is about.

It can prove, never refute. Where two names, findings or numbers of one sort stand in a part, words beside them must
decide which is which (`amounts`, `moments`); a part that names two that are not joined is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from anomalyst.agent.verifier.phrases.free.about import About, Facts, Told
from anomalyst.agent.verifier.phrases.free.counts import fits_kind
from anomalyst.agent.verifier.phrases.free.fragments import COMPARED, Fragment, cut, written_plainly
from anomalyst.agent.verifier.phrases.free.licences import SILENT, licence
from anomalyst.agent.verifier.phrases.free.order import follows
from anomalyst.agent.verifier.phrases.free.tokens import NEUTRAL, Token, tokens
from anomalyst.agent.verifier.phrases.located import located
from anomalyst.evidence.facts import Evidence
from anomalyst.evidence.names import key

_MOST_TRIED = 400  # parts read about someone, of one sentence


# Advice, guesses and causes are no statements of what was measured; nor are names between quotes that nobody has, or a
# year that no stamp has.
_GUESSES = re.compile(
    r"\b(?:consider|recommend\w*|advis\w*|must|may|might|could|because|possibly|perhaps|probably|likely|"
    r"due to|caused?|as a result)\b|, as expected\b"
    r"|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w* (?!20\d\d\b)\d{4}\b",
    re.I,
)
_ADDS = frozenset({"but", "and", "while", "whereas", "although", "though", "yet", ",", ";"})
_QUOTED = re.compile(r"""(?<!\w)['"`‘“]\w+['"`’”](?!\w)""")


@dataclass(frozen=True)
class Proof:
    """The facts that prove a sentence, and the findings it is about."""

    facts: tuple[str, ...]
    regions: tuple[str, ...]


def prove(sentence: str, evidence: Evidence, before: tuple[str, ...] = ()) -> Proof | None:
    """The proof of a normalised sentence; None where it has none. `before`: what the sentence before was about."""
    if _GUESSES.search(sentence):
        return None
    made = located(sentence, evidence, "free")
    written_plainly(made)
    if _QUOTED.search(made.text):
        return None
    found = tokens(made)
    if found is None or made.turned:
        return None
    fragments = _with_denials(cut(found, made))
    if fragments is None or not fragments or not _are_known(fragments, evidence):
        return None
    if any(_says_twice(fragment) for fragment in fragments):
        return None
    tested = any(f.has("heal", "test") for f in fragments)
    state = Told(regions=before, tested=tested, healed=_healed(fragments, evidence))
    proof = _Search(evidence).run(fragments, state)
    if proof is None or not proof[0]:
        return None
    return Proof(tuple(dict.fromkeys(f.id for f in proof[0])), proof[1].named or proof[1].regions)


def _are_known(fragments: list[Fragment], evidence: Evidence) -> bool:
    """Whether there are all findings that are named, and no name stands twice in a part."""
    ids = {finding.id for finding in evidence.findings}
    twice = any(len(f.names) < sum(t.letter == "c" for t in f.tokens) for f in fragments)
    return not twice and all(set(f.regions) <= ids for f in fragments)


def _healed(fragments: list[Fragment], evidence: Evidence) -> str:
    """Of what healing is spoken of, where it is spoken of before it is told what was healed."""
    where = [f for f in fragments if f.has("heal")]
    several = any(f.has("findings", "all") and not f.regions for f in where)
    return "" if not where else "all" if several and len(evidence.findings) > 1 else "one"


def _says_twice(fragment: Fragment) -> bool:
    """ "No values are missing": a denial within what is missing already."""
    lacks = [token for token in fragment.tokens if token.is_("missing data")]
    return len(lacks) > 1 and any(token.text.split()[0] in ("no", "not", "nothing", "none", "never") for token in lacks)


class _Search:
    """Tries whom each part may be about, in order, and goes on with the parts after it."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence, self.tried = evidence, 0

    def run(self, fragments: list[Fragment], told: Told) -> tuple[Facts, Told] | None:
        """The facts that license all parts, and what they were about at last."""
        if not fragments:
            return [], told
        for about in readings(fragments[0], self.evidence, told):
            self.tried += 1
            if self.tried > _MOST_TRIED:
                return None
            facts = license_part(fragments[0], about)
            if facts is None or not _is_said(fragments[0], facts, about) or not follows(fragments[0], about):
                continue
            facts = facts or _of_joint(fragments[0], about)
            rest = self.run(fragments[1:], _after(fragments[0], about, bool(facts)))
            if rest is not None:
                return [*facts, *rest[0]], rest[1]
        return None


def _of_joint(fragment: Fragment, about: About) -> Facts:
    """The facts that a comparison alone states."""
    joint = fragment.joint
    return (
        about.facts("duration", "area", "start")
        if joint is not None and joint.is_("before", "after", *COMPARED)
        else []
    )


def license_part(fragment: Fragment, about: About) -> Facts | None:
    """The facts that license all tokens of a part; None where one has no licence."""
    found: Facts = []
    for at in range(len(fragment.tokens)):
        facts = licence(fragment, at, about)
        if facts is None:
            return None
        found += facts
    return found


def _is_said(fragment: Fragment, facts: Facts, about: About) -> bool:
    """Whether a part says something of each channel and finding that it names, or leads in what does."""
    joint = fragment.joint
    if (
        not facts
        and joint is not None
        and joint.text in _ADDS
        and fragment.has("picture", "series", "any sample", "whole")
    ):
        return False  # "…, but the image as a whole did"
    if joint is not None and joint.is_(*COMPARED) and not facts:
        return True  # what is compared with: `order` has judged it
    if about.told.named or about.told.channels or joint is not None or facts:
        told = {key(text) for f in facts for text in (f.qualifier, str(f.value)) if text}
        told |= {key(str(f.value)) for f in about.facts("top_channel")} if facts else set()
        named = bool(facts) or not (fragment.names or fragment.regions)
        return named and (not about.channels or all(key(name) in told for name in fragment.names))
    return True


def readings(fragment: Fragment, evidence: Evidence, told: Told) -> Iterator[About]:
    """Whom a part may be about, the likeliest first."""
    ids = tuple(f.id for f in evidence.findings)
    whole = fragment.has("picture", "series", "any sample", "whole") and not fragment.has("until end", "from start")
    for channels in _channels(fragment, evidence, told):
        for regions in _regions(fragment, ids, told, evidence):
            yield About(evidence, regions, channels, whole and (not fragment.regions or fragment.has("heal")), told)
    if not ids:
        yield About(evidence, (), (), True, told)


def _channels(fragment: Fragment, evidence: Evidence, told: Told) -> list[tuple[str, ...]]:
    if evidence.about("sample", "information"):
        return [()]
    if fragment.names:
        return [fragment.names]
    if fragment.has("channels") and fragment.has("all", "both", "n"):
        own = {f.qualifier: None for f in evidence.facts if f.kind in ("observed", "anomaly_kind") and f.qualifier}
        return [tuple(name for name in own if name != "brightness")]
    return [told.channels, ()] if told.channels else [()]


def _regions(fragment: Fragment, ids: tuple[str, ...], told: Told, evidence: Evidence) -> list[tuple[str, ...]]:
    if fragment.regions:
        return [fragment.regions]
    if told.regions and (told.leads or (fragment.joint is not None and fragment.joint.text == ":")):
        return [told.regions]
    if fragment.has("one") and told.several and not fragment.names:
        return [(one,) for one in ids]
    if fragment.has("other"):
        return [tuple(one for one in ids if one not in told.named)] if told.named else []
    if fragment.has("findings") and _speaks_of_all(fragment):
        return [ids]
    if fragment.has("all", "neither", "each", "every") and (fragment.has("heal") or fragment.has("finding")):
        return [ids]
    if fragment.has("kind") and (fragment.has("all", "both") or fragment.amounts):
        group = _of_kind(fragment, ids, evidence)
        if len(group) > 1:
            return [group, *((one,) for one in ids)]
    singles = [(one,) for one in ids]
    if told.regions and not fragment.names:
        return [told.regions, *([] if told.named else singles)]
    return list(dict.fromkeys([*([told.regions] if told.regions else []), *singles])) or [()]


def _of_kind(fragment: Fragment, ids: tuple[str, ...], evidence: Evidence) -> tuple[str, ...]:
    """ "Both flat lines": the findings of the kind that is named."""
    says = fragment.find("kind")[0].says
    return tuple(r for r in ids if any(fits_kind(says, str(f.value)) for f in evidence.about(r, "anomaly_kind")))


def _places(fragment: Fragment) -> tuple[str, ...]:
    return tuple(token.text for token in fragment.tokens if token.is_("place"))


def _speaks_of_all(fragment: Fragment) -> bool:
    """ "All findings", "the four findings", but not "the first of the four findings"."""
    counts = [at for at in fragment.amounts if fragment.next_to(fragment.right(at), "findings")]
    several = [
        at
        for at in counts
        if not fragment.tokens[at - 1 : at] or not fragment.next_to(fragment.left(at), "of", "among", "than")
    ]
    return fragment.has("all", "both", "each") or bool(several)


def _after(fragment: Fragment, about: About, stated: bool) -> Told:
    told = about.told
    named = fragment.regions or (about.regions if fragment.names or fragment.has("kind", "first", "other") else ())
    healed = told.healed
    if fragment.has("heal"):
        every = len(about.regions) == len(about.evidence.findings) > 1 and not fragment.regions
        healed = "random" if fragment.has("random") else "all" if every or told.healed == "all" else "one"
    return Told(
        about.regions or told.regions, tuple(dict.fromkeys((*told.named, *named))),
        fragment.names or (told.channels if not fragment.regions else ()), healed, told.tested,
        several=told.several or len(about.regions) > 1, shares=told.shares or fragment.has("share"),
        places=_places(fragment) if not told.named or about.regions == told.regions else (),
        leads=(stated and len(about.regions) == 1 and not told.named and not named)
        or (bool(fragment.regions) and not stated),
    )  # fmt: skip


_DENIED = {
    "pass": "fail", "fail": "pass", "flagged": "clean", "clean": "flagged", "seen": "unseen", "unseen": "seen",
    "first": "simultaneous", "most": "simultaneous",
}  # fmt: skip


def _with_denials(fragments: list[Fragment]) -> list[Fragment] | None:
    """Each denial with what it denies as one token; None where it denies what has no opposite here."""
    found = []
    for fragment in fragments:
        tokens_ = list(fragment.tokens)
        for place in [n for n, token in enumerate(tokens_) if token.is_("not")]:
            neither = tokens_[place].text in ("neither", "none", "none of")
            nothing = ("picture", "series", "any sample") if tokens_[place].text == "nothing" else ()
            passed = (
                NEUTRAL,
                "near",
                *nothing,
                *(("quantity", "channels", "c", "of", "finding", "findings", "n") if neither else ()),
            )
            target = next((n for n in range(place + 1, len(tokens_)) if not tokens_[n].is_(*passed)), None)
            if target is not None and _lacks(tokens_, place, target):
                tokens_[place] = replace(tokens_[place], says=frozenset({"missing data"}))
                continue
            opposite = None if target is None else _opposite(tokens_[target].says)
            if target is None or not opposite or (any(t.letter == "n" for t in tokens_) and not neither):
                return None
            tokens_[target] = replace(tokens_[target], says=opposite)
            tokens_[place] = replace(tokens_[place], says=frozenset({_left_of(tokens_, place, target)}))
        found.append(replace(fragment, tokens=tuple(tokens_)))
    return found


def _left_of(tokens_: list[Token], place: int, target: int) -> str:
    """What is left of a denial that has turned what it denies: "neither spot passes" is said of both."""
    of_findings = any(t.is_("finding", "findings") for t in tokens_[place + 1 : target])
    return (
        {"neither": "neither", "none": "all", "none of": "all"}.get(tokens_[place].text, NEUTRAL)
        if of_findings
        else NEUTRAL
    )


def _lacks(tokens_: list[Token], place: int, target: int) -> bool:
    """ "No feed flow for ten minutes": nothing else is said than of what, when and how long."""
    others = [t for n, t in enumerate(tokens_) if n not in (place, target) and not t.is_(*SILENT)]
    return (
        tokens_[target].letter == "c"
        and tokens_[place].text == "no"
        and all(t.letter in "ndw" and t.letter for t in others)
    )


def _opposite(says: frozenset[str]) -> frozenset[str]:
    return frozenset(_DENIED[one] for one in says if one in _DENIED)
