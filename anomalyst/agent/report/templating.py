"""Jinja environments: a missing variable is an error, and whatever is filled in is escaped."""

from __future__ import annotations

from functools import cache

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from anomalyst.agent.report.facts import show_equals, show_p, show_region_p, show_value, show_whole_p


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
    made.filters["whole_p"] = show_whole_p
    made.filters["region_p"] = show_region_p
    made.filters["equals"] = show_equals
    return made
