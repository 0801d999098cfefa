"""The kinds of data as the page names them."""

from __future__ import annotations

from anomalyst.modalities.registry import modalities
from anomalyst.modalities.told import Nouns
from anomalyst.samples import Modality


def kinds() -> list[tuple[str, str]]:
    """Choices of a kind: (title, name)."""
    return [(kind.nouns.title, name) for name, kind in modalities().items()]


def nouns_of(name: Modality) -> Nouns | None:
    """What things of this kind are called; None of what a plugin brought that is no longer there."""
    kind = modalities().get(name)
    return kind.nouns if kind else None
