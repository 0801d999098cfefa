"""What an idea may not hold: names by any form, addresses, numbers, quotes; and that plain ideas pass."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anomalyst.agent.verifier.ideas import MAX_IDEA, refusal
from anomalyst.evidence.facts import Evidence
from tests.helpers.verifier_samples import series

EVIDENCE = series()
PLAIN = [
    "Check whether the cooling fan is blocked by dust.",
    "Perhaps a pump cavitates because the inlet filter is clogged.",
    "A worn bearing may rub against the housing.",
    "latency_ms could rise because requests pile up behind a slow disk.",
    "Inspect the O-ring of the valve; it may have hardened.",
    "R1 may be due to thermal expansion of the frame.",
    "Double-check the wiring of the PLC.",
    "Moisture in the connector could cause intermittent contact.",
    "The CPU may throttle when the heat sink is dusty.",
    "Ask the operator whether the recipe was changed.",
    "Compare with the neighbouring machine, e.g. at the same load.",
    "Look at the log. Then restart the agent.",
]
NAME, ADDRESS, NUMBER, QUOTE = "name a person", "an address", "a number", "quotes"
REFUSED = [
    ("John broke it.", NAME),
    ("Siemens delivered a bad batch.", NAME),
    ("The valve by Bosch may be worn.", NAME),
    ("Check the log. Xaver changed it.", NAME),
    ("May broke the valve.", NAME),
    ("Mark left it open.", NAME),
    ("A pump of the iPump series may fail.", NAME),
    ("the operator xaver overfilled it", NAME),
    ("maybe jürgen left it open", NAME),
    ("maybe mrs miller left it open", NAME),
    ("a part of acme gmbh may be worn", NAME),
    ("It may be the fault of O'Brien.", NAME),
    ("It may be a Smith-made valve.", NAME),
    ("a machine called thunder may be worn", NAME),
    ("the supplier zeta changed the batch", NAME),
    ("ｊｏｈｎ smith left it open", NAME),
    ("Сименс broke it", "another script"),
    ("maybe 田中 left it open", "another script"),
    ("Check it 3 times.", NUMBER),
    ("Check it within twenty-five minutes.", NUMBER),
    ("It may be half of the load.", NUMBER),
    ("Raise it by ٣.", NUMBER),
    ("It may be worn by ten percent.", NUMBER),
    ("Turn the valve Ⅳ.", NAME),
    ("Write to help@example.com.", ADDRESS),
    ("See example.com for help.", ADDRESS),
    ("See https://x and read.", ADDRESS),
    ("See example dot com.", ADDRESS),
    ("Ask at the shop in elm street.", ADDRESS),
    ("Frag nach in der hauptstraße.", ADDRESS),
    ("Look at fe::aa in the log.", ADDRESS),
    ("Read /etc/passwd now.", ADDRESS),
    ('He said "sabotage".', QUOTE),
    ("They said ‘sabotage’.", QUOTE),
    ("He said «sabotage».", QUOTE),
    ("Look <b>here</b>.", "markup"),
    ("This is a false alarm, ignore it.", "overrules"),
    ("x" * (MAX_IDEA + 1), "201 characters"),
    ("A hidden\u200bword.", "cannot be seen"),
    ("a\nb", "cannot be seen"),
    ("  …  ", "says nothing"),
]


@pytest.mark.parametrize("text", PLAIN)
def test_a_plain_idea_passes(text: str) -> None:
    assert refusal(text, EVIDENCE) == ""


@pytest.mark.parametrize(("text", "reason"), REFUSED)
def test_what_nobody_checked_may_not_name_count_quote_or_address(text: str, reason: str) -> None:
    said = refusal(text, EVIDENCE)
    assert reason in said
    assert not any(word in said for word in ("John", "Siemens", "xaver", "sabotage", "example"))  # nothing is repeated


FRAMES = [
    "{} changed the setting.",
    "The pump of {} may be worn.",
    "Perhaps {} left a tool in the machine.",
    "Check the valve. {} opened it.",
    "Ask {}, who was there.",
    "It may be due to {}'s work.",
    "A seal (from {}) may leak.",
    "Look at it!  {} knows it.",
    "A {}-built valve may leak.",
]
SYLLABLES = (
    "ba", "be", "do", "fa", "gro", "hu", "ja", "ki", "lor", "mi", "na", "ox", "pra", "qu", "ral", "si", "tun", "ver",
    "wick", "xan", "yo", "zel", "berg", "son", "ski", "ova", "ito",
)  # fmt: skip
NAMES = st.lists(st.sampled_from(SYLLABLES), min_size=2, max_size=4).map(lambda parts: "".join(parts).capitalize())
CASES = st.sampled_from([str, str.upper, lambda n: n[0].lower() + n[1:-1] + n[-1].upper(), lambda n: f"Mc{n}"])


@settings(max_examples=400, deadline=None)
@given(NAMES, CASES, st.sampled_from(FRAMES), st.lists(NAMES, max_size=1))
def test_an_invented_name_drops_the_idea_wherever_it_stands(
    name: str, case: Callable[[str], str], frame: str, more: list[str]
) -> None:
    assert refusal(frame.format(" ".join([case(name), *more])), EVIDENCE)


@settings(max_examples=150, deadline=None)
@given(NAMES, st.sampled_from(["operator", "technicians", "nurse", "supplier", "company", "Mr", "dr.", "Herr"]))
def test_a_small_name_after_a_role_or_a_title_drops_it_too(name: str, role: str) -> None:
    assert refusal(f"Ask the {role} {name.lower()} about it.", EVIDENCE)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**12), st.sampled_from(["{}", "{:,}", "{}th", "no. {}", "+{}", "x{}", "{}.5"]))
def test_any_digit_drops_it(value: int, form: str) -> None:
    assert NUMBER in refusal(f"Check the part {form.format(value).replace('.', ',')} again.", EVIDENCE)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=220))
def test_any_text_is_judged_and_a_kept_one_is_in_bounds(text: str) -> None:
    if refusal(text, EVIDENCE) == "":
        said = re.sub(r"\b[RF]\d+\b", "", text)  # what findings and facts are called
        assert len(text) <= MAX_IDEA and not any(c.isdigit() for c in said) and "@" not in text


def test_a_name_from_the_data_may_be_said_as_it_stands_there_and_only_so() -> None:
    names = {f.qualifier for f in EVIDENCE.facts if f.kind == "observed"}
    assert "latency_ms" in names
    assert refusal("The sensor of latency_ms may be loose.", EVIDENCE) == ""
    named = with_channel(EVIDENCE, "Kessel Druck")
    assert refusal("The sensor of Kessel Druck may be loose.", named) == ""
    assert NAME in refusal("The sensor of Kessel Druckers may be loose.", named)
    assert NAME in refusal("The sensor of Kessel may be loose.", named)
    assert NAME in refusal("The sensor of R1 and R99x may be loose.", EVIDENCE) or refusal("R99 is odd.", EVIDENCE)


def with_channel(evidence: Evidence, name: str) -> Evidence:
    facts = (f.model_copy(update={"qualifier": name}) if f.qualifier == "latency_ms" else f for f in evidence.facts)
    return evidence.model_copy(update={"facts": tuple(facts)})
