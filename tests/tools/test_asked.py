"""What a further question has measured: it stands beside the verdict, which stays, and takes real runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from langgraph.checkpoint.memory import InMemorySaver

from anomalyst import Anomalyst
from anomalyst.agent.events import LookedCloser, Published, Understood
from anomalyst.agent.statements.checking import check_claims
from anomalyst.errors import InputError
from anomalyst.evidence.claims import Explanation
from anomalyst.modalities.series.part import part
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.tools.asked import findings_at, judge_part, second_opinion
from anomalyst.tools.workbench import Workbench


def recording(seed: int, faulty: bool) -> SeriesSample:
    rng = np.random.default_rng(seed)
    rows = np.arange(400)
    values = np.stack([10 * np.sin(rows / 8), 5 * np.cos(rows / 8)], axis=1) + rng.normal(0, 1, (400, 2))
    if faulty:
        values[250:280, 0] += 40
    return SeriesSample(values, ("level", "flow"), rows.astype(float), name="tank")


@pytest.fixture(scope="module")
def analysed() -> Callable[[str], tuple[Explanation, list[Any]]]:
    """Asks a question in one conversation about one series."""
    analyst = Anomalyst(checkpointer=InMemorySaver())
    analyst.explain(recording(1, True), recording(0, False), detector="series-density", thread="t")

    def ask(question: str) -> tuple[Explanation, list[Any]]:
        events = list(analyst.stream_answer(question, "t"))
        last = events[-1]
        assert isinstance(last, Published)
        return last.explanation, events

    return ask


def test_another_detector_is_asked_and_the_verdict_stays(analysed: Any) -> None:
    explanation, events = analysed("use series-reconstruction as well")
    looked = [event for event in events if isinstance(event, LookedCloser)]
    assert [event.tool for event in looked] == ["second_opinion"] and "second_p" in looked[0].answer
    assert isinstance(next(e for e in events if e.kind not in ("progress",)), Understood)
    assert (
        explanation.verdict == "anomalous"
        and explanation.evidence.about("choice", "detector")[0].value == "series-density"
    )
    assert explanation.summary.startswith("The detector series-reconstruction calls the series anomalous too")
    claims = [checked.claim for checked in explanation.claims]
    assert {verdict.outcome for verdict in check_claims(claims, explanation.evidence)} == {"supported"}
    again, events = analysed("Und was sagt series-reconstruction? Nimm diesen Detektor.")
    assert not [event for event in events if isinstance(event, LookedCloser)]  # it is known
    assert again.language == "de" and "series-reconstruction" in again.summary


def test_a_part_is_judged_by_itself(analysed: Any) -> None:
    explanation, _ = analysed("only rows 20 to 180")
    assert explanation.summary.startswith("By itself the part from row 20 to 180 raises no alarm")
    explanation, _ = analysed("only rows 3 to 5")
    assert not explanation.claims and "cannot be answered" in explanation.summary


def test_a_looser_level_is_looked_at_on_the_score_map(analysed: Any) -> None:
    explanation, events = analysed("what if alpha were 0.2?")
    assert [event.tool for event in events if isinstance(event, LookedCloser)] == ["findings_at"]
    assert "At an alarm level of 0.2" in explanation.summary and "stand" in explanation.summary


def test_without_the_sample_it_is_said_what_to_do() -> None:
    first = Anomalyst(checkpointer=InMemorySaver())
    first.explain(recording(1, True), recording(0, False), detector="series-density", thread="t")
    later = Anomalyst(checkpointer=first.graph.checkpointer)  # type: ignore[arg-type]
    last = list(later.stream_answer("use another detector", "t"))[-1]
    assert isinstance(last, Published) and not last.explanation.claims and "send them again" in last.explanation.summary


def test_what_cannot_be_measured_is_refused() -> None:
    bench = Workbench()
    with pytest.raises(InputError, match="no detector has run"):
        second_opinion(bench)
    bench.open(recording(1, True), recording(0, False))
    bench.fit("series-density")
    bench.score()
    with pytest.raises(InputError, match="no such part"):
        judge_part(bench, 5000.0, 6000.0)
    with pytest.raises(InputError, match="between 0 and 1"):
        findings_at(bench, 2.0)
    with pytest.raises(InputError, match="choose one of"):
        second_opinion(bench, "no-such")


def test_a_part_of_a_series_by_time() -> None:
    index = np.datetime64("2026-03-01T00:00:00", "ns") + np.arange(100) * np.timedelta64(60, "s")
    sample = SeriesSample(np.zeros((100, 1)), ("a",), index)
    start = float(index[10].astype("datetime64[s]").astype(int))
    cut = part(sample, start, start + 1200, rows=False)
    assert cut is not None and cut.sample.shape[0] == 21 and str(cut.start).endswith("00:10:00")
    assert part(sample, 0.0, 1.0, rows=False) is None
