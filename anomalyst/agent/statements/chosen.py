"""A statement that somebody makes, with a wording of their own."""

from __future__ import annotations

from anomalyst.evidence.facts import Model
from anomalyst.evidence.statements import Statement


class Chosen(Model):
    """One statement that a model makes, and its own wording of it ("" for the built-in one)."""

    statement: Statement
    wording: str = ""
