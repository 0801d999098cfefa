"""Sentences that claim more than any run measures, beside a part that is true; and what is said of several findings."""

from __future__ import annotations

import pytest

from anomalyst.agent.verifier.verify import verify_text
from tests.helpers.verifier_recorded import recorded

TRUE = {
    "server": "CPU load rose to 75 percent, where 5 would have been normal.",
    "vitals": "R2 lasts 36 min.",
    "bottle": "The p-value rests on 60 normal images.",
}
MORE = [
    "Reportedly, {}", "People say {}", "The operator claims that {}", "By all accounts, {}", "We were told that {}",
    "Definitely, {}", "It is certain that {}", "In every respect, {}", "Every day, {}", "Once again, {}",
    "{}, they say", "{}, allegedly", "{}, for sure", "{}, every time", "{}, as always", "{}, as usual", "{}, again",
]  # fmt: skip
# (run, what is true of one finding alone, what is true of them all)
SEVERAL = [
    ("vitals", "R2 lasts 36 min.", ("Each lasts 36 min.", "They lasted 36 min.", "The regions last 36 min.")),
    ("boiler", "R3 lasts 20 min.", ("Each lasts 20 min.", "The stretches lasted 20 minutes each.",
                                    "The drops lasted 20 minutes.")),
]  # fmt: skip


def outcomes(run: str, text: str) -> set[str]:
    return {one.verdict.outcome for one in verify_text(text, recorded(run))}


@pytest.mark.parametrize("run", TRUE)
def test_what_no_run_measures_is_not_proved_by_what_stands_beside_it(run: str) -> None:
    said = TRUE[run]
    assert outcomes(run, said) == {"supported"}
    for more in MORE:
        assert "supported" not in outcomes(run, more.format(said.rstrip(".")) + "."), more


@pytest.mark.parametrize(("run", "of_one", "of_all"), SEVERAL)
def test_what_is_said_of_several_is_not_proved_by_one(run: str, of_one: str, of_all: tuple[str, ...]) -> None:
    assert outcomes(run, of_one) == {"supported"}
    for text in of_all:
        assert "supported" not in outcomes(run, text), text


def test_no_finding_is_the_worst_of_all_but_the_worst() -> None:
    assert outcomes("server", "R1 is the worst of the five findings.") == {"supported"}
    for name in ("R2", "R3", "R4", "R5"):
        assert "supported" not in outcomes("server", f"{name} is the worst of the five findings.")
