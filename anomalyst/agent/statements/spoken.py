"""How one fact is named in a sentence about several: "the brightness of R1", "the usual cpu_percent in R2"."""

from __future__ import annotations

from anomalyst.evidence.facts import Fact
from anomalyst.evidence.sentences import Slot, filled, measured
from anomalyst.evidence.speech.speech import Speech
from anomalyst.evidence.text import slug
from anomalyst.evidence.wording import capital, is_sayable


def message_of(fact: Fact) -> str:
    """The message that names a fact of this kind."""
    return f"fact-{slug(fact.kind)}"


def can_be_named(fact: Fact, speech: Speech) -> bool:
    """Whether there is a message for it, and its name is short enough."""
    return speech.catalogue.has(message_of(fact)) and is_sayable(fact.qualifier)


def spoken(fact: Fact, *, opening: bool = False) -> Slot:
    """What names a fact; `opening`: at the start of a sentence."""

    def text(speech: Speech) -> str:
        slots: dict[str, Slot] = {"finding": fact.subject, **measured(fact.qualifier)}
        said = speech.text(message_of(fact), filled(slots, speech))
        return capital(said) if opening else said

    return text
