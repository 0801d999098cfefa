"""Whether a sentence is proved word by word: every token of every part licensed, of whom the part is about.

It can prove, never refute. Where two names, findings or numbers of one sort stand in a part, words beside them must
decide which is which (`amounts`, `moments`); a part that names two that are not joined is not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from anomalyst.agent.verifier.free.about import About, Told
from anomalyst.agent.verifier.free.fragments import Fragment, cut, written_plainly
from anomalyst.agent.verifier.free.licences import SILENT, Facts, licence
from anomalyst.agent.verifier.free.order import follows
from anomalyst.agent.verifier.free.tokens import NEUTRAL, tokens
from anomalyst.agent.verifier.phrases.located import located
from anomalyst.evidence.facts import Evidence

_MOST_TRIED = 400  # parts read about someone, of one sentence


@dataclass(frozen=True)
class Proof:
    """The facts that prove a sentence, and the findings it is about."""

    facts: tuple[str, ...]
    regions: tuple[str, ...]


def prove(sentence: str, evidence: Evidence, before: tuple[str, ...] = ()) -> Proof | None:
    """The proof of a normalised sentence; None where it has none. `before`: what the sentence before was about."""
    made = located(sentence, evidence, "free")
    written_plainly(made)
    found = tokens(made)
    if found is None or made.turned:
        return None
    fragments = _with_denials(cut(found, made))
    if fragments is None or not fragments:
        return None
    state = Told(regions=before, tested=any(f.has("heal", "test") for f in fragments))
    proof = _Search(evidence).run(fragments, state)
    if proof is None or not proof[0]:
        return None
    return Proof(tuple(dict.fromkeys(f.id for f in proof[0])), proof[1].named or proof[1].regions)


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
            rest = self.run(fragments[1:], _after(fragments[0], about))
            if rest is not None:
                return [*facts, *rest[0]], rest[1]
        return None


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
    """Whether a part that names someone says something of them, or leads in what does."""
    if facts or not (fragment.names or fragment.regions):
        return True
    return not about.told.named and not about.told.channels and fragment.joint is None


def readings(fragment: Fragment, evidence: Evidence, told: Told) -> Iterator[About]:
    """Whom a part may be about, the likeliest first."""
    ids = tuple(f.id for f in evidence.findings)
    whole = fragment.has("picture", "series", "any sample", "whole") and not fragment.has("until end", "from start")
    for channels in _channels(fragment, evidence, told):
        for regions in _regions(fragment, ids, told, evidence):
            yield About(evidence, regions, channels, whole and not fragment.regions, told)
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


def _regions(
    fragment: Fragment, ids: tuple[str, ...], told: Told, evidence: Evidence
) -> list[tuple[str, ...]]:
    if fragment.regions:
        return [fragment.regions]
    if fragment.has("other"):
        return [tuple(one for one in ids if one not in told.named)] if told.named else []
    if fragment.has("findings") and fragment.has("all", "both", "n"):
        return [ids, *((one,) for one in ids)]
    singles = [(one,) for one in ids]
    if told.regions and not fragment.names:
        return [told.regions, *([] if told.named else singles)]
    return list(dict.fromkeys([*([told.regions] if told.regions else []), *singles])) or [()]


def _after(fragment: Fragment, about: About) -> Told:
    told = about.told
    named = fragment.regions or (about.regions if fragment.names or fragment.has("kind", "first", "other") else ())
    healed = told.healed
    if fragment.has("heal"):
        every = len(about.regions) == len(about.evidence.findings) and not fragment.regions
        healed = "random" if fragment.has("random") else "all" if every or about.whole else "one"
    return Told(
        about.regions or told.regions, tuple(dict.fromkeys((*told.named, *named))),
        fragment.names or (told.channels if not fragment.regions else ()), healed, told.tested,
    )  # fmt: skip


_DENIED = {
    "pass": "fail", "fail": "pass", "flagged": "clean", "clean": "flagged", "seen": "unseen", "unseen": "seen",
    "expected": "flagged", "first": "simultaneous", "most": "simultaneous",
}  # fmt: skip


def _with_denials(fragments: list[Fragment]) -> list[Fragment] | None:
    """Each denial with what it denies as one token; None where it denies what has no opposite here."""
    found = []
    for fragment in fragments:
        tokens_ = list(fragment.tokens)
        for place in [n for n, token in enumerate(tokens_) if token.is_("not")]:
            target = next((n for n in range(place + 1, len(tokens_)) if not tokens_[n].is_(*SILENT)), None)
            opposite = None if target is None else _opposite(tokens_[target].says)
            if target is None or not opposite or any(t.letter == "n" for t in tokens_):
                return None
            tokens_[target] = replace(tokens_[target], says=opposite)
            tokens_[place] = replace(tokens_[place], says=frozenset({NEUTRAL}))
        found.append(replace(fragment, tokens=tuple(tokens_)))
    return found


def _opposite(says: frozenset[str]) -> frozenset[str]:
    return frozenset(_DENIED[one] for one in says if one in _DENIED)
