"""What fills the slots of messages on the whole sample: counts, numbers, what its kind of data calls things."""

from __future__ import annotations

from anomalyst.evidence.facts import Evidence, Fact
from anomalyst.evidence.sentences import Slot
from anomalyst.modalities.registry import modality


def things(evidence: Evidence, count: float) -> Slot:
    """What normals are called."""
    return noun(evidence, "normal" if count == 1 else "normals")


def counted(count: int) -> Slot:
    """A count, which may open a sentence."""
    return lambda speech: {"": speech.count(count)}


def noun(evidence: Evidence, which: str) -> Slot:
    """What something of this kind of data is called, in its forms: as the language calls it for this kind of data, else
    as for any, else by the kind's own English noun."""
    kind, own = evidence.modality, str(getattr(modality(evidence.modality).nouns, which))
    return lambda speech: speech.forms("noun", f"{which} {kind}", which, own)


def number(fact: Fact) -> Slot:
    """A fact's number, without its unit."""
    value = float(fact.value)
    return lambda speech: speech.number(int(value) if value.is_integer() else value)
