"""Jinja environments: a missing variable is an error, and whatever is filled in is escaped."""

from __future__ import annotations

from functools import cache

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from anomalyst.agent.report.facts import show_value


@cache
def environment(*packages: str) -> Environment:
    """The environment of the templates that lie in `templates/` of these packages, the first one's taken first."""
    made = Environment(
        loader=ChoiceLoader([PackageLoader(package) for package in packages]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["value"] = show_value
    made.filters["p"] = show_p
    return made


def show_p(p: float) -> str:
    """A p-value for people: two significant digits, as in the facts."""
    return f"{p:.2g}"
