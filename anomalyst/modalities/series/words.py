"""What is said of a finding of a series: when, what, how much, which channels; possible causes and next actions."""

from __future__ import annotations

from collections.abc import Iterator

from anomalyst.evidence.facts import Evidence, FactKind
from anomalyst.evidence.sentences import MAX_CHANNELS, Advice, Said, direction, say, values, what
from anomalyst.evidence.times import at, span
from anomalyst.evidence.units import counted
from anomalyst.evidence.wording import amount, is_sayable, joined, name, one, p_text
from anomalyst.modalities.series.shown.headline import in_series
from anomalyst.modalities.told import Telling

ARTICLES = {"missing data": "", "unusual pattern": "an "}
PLANTED: dict[str, tuple[FactKind, FactKind, FactKind]] = {
    "spike": ("spike_seen", "spike_unseen", "spike_rows"),
    "level shift": ("shift_seen", "shift_unseen", "shift_rows"),
}
NOISE = ("a loose part or an unstable control loop", "electrical interference with the sensor")
SEEN, UNSEEN = "raised the alarm", "passed unnoticed"


def sample_sentences(evidence: Evidence) -> Iterator[Said]:
    """Of planted spikes and level shifts, the smallest that was seen and the largest that was not."""
    for noun, kinds in PLANTED.items():
        seen, unseen, rows = (one(evidence, "sample", kind) for kind in kinds)
        first = seen or unseen
        if first is None or rows is None or not is_sayable(first.qualifier):
            continue
        place = f"over {counted(int(float(rows.value)), 'row')} in {name(first.qualifier)}"
        text = f"A planted {noun} of {amount(first)} {place} {SEEN if seen is not None else UNSEEN}"
        below = unseen is not None and seen is not None
        rest = f"; a planted {noun} of {amount(unseen)} {UNSEEN}" if below and unseen is not None else ""
        yield say("confidence", f"{text}{rest}.", seen, unseen, rows)


def finding_sentences(evidence: Evidence, region: str) -> Iterator[Said]:
    """All sentences about one finding, in reading order."""
    yield from _where(evidence, region)
    yield from _when(evidence, region)
    yield from _what(evidence, region)
    yield from direction(evidence, region, "what is")
    yield from values(evidence, region)
    yield from _channels(evidence, region)
    yield from _order(evidence, region)


def _where(evidence: Evidence, region: str) -> Iterator[Said]:
    """Where in the series, if its times are unknown; else `_when` says both."""
    place = one(evidence, region, "place")
    if place is not None and one(evidence, region, "start") is None:
        yield say("where", f"{region} lies {in_series(place)}.", place)


def _when(evidence: Evidence, region: str) -> Iterator[Said]:
    start, end, duration, place = (one(evidence, region, k) for k in ("start", "end", "duration", "place"))
    lasts = f" and lasts {amount(duration)}" if duration is not None else ""
    lies = f"{region} lies {in_series(place)}: it" if place is not None else region
    if start is not None and end is not None:
        moves = "is" if start.value == end.value else "runs"
        yield say("when", f"{lies} {moves} {span(start, end, evidence)}{lasts}.", place, start, end, duration)
    elif start is not None:
        yield say("when", f"{lies} starts {at(start, evidence)}{lasts}.", place, start, duration)


def _what(evidence: Evidence, region: str) -> Iterator[Said]:
    """What kind of anomaly it is, and in which channels, if in several or if that is all there is to say of them."""
    kinds = [f for f in evidence.about(region, "anomaly_kind") if is_sayable(f.qualifier)]
    if len(kinds) < 2 and not any(f.value == "missing data" and f.qualifier for f in kinds):
        yield from what(evidence, region, ARTICLES)
        return
    for kind in dict.fromkeys(str(f.value) for f in kinds):
        alike = [f for f in kinds if f.value == kind][:MAX_CHANNELS]
        shown = joined([name(f.qualifier) for f in alike])
        yield say("what", f"{region} is {ARTICLES.get(kind, 'a ')}{kind} in {shown}.", *alike)


def _channels(evidence: Evidence, region: str) -> Iterator[Said]:
    top = one(evidence, region, "top_channel")
    shares = sorted(evidence.about(region, "channel_share"), key=lambda f: -float(f.value))[:MAX_CHANNELS]
    shares = [f for f in shares if is_sayable(f.qualifier)]
    if top is not None and is_sayable(str(top.value)) and len(evidence.about(region, "channel_share")) != 1:
        yield say("channel", f"{name(str(top.value))} carries the largest share of the score of {region}.", top)
    if len(shares) > 1:
        first, *rest = [(name(f.qualifier), amount(f)) for f in shares]
        parts = [f"{first[0]} accounts for {first[1]} of the score", *(f"{n} for {a}" for n, a in rest)]
        yield say("channel", f"In {region}, {joined(parts)}.", *shares)


def _order(evidence: Evidence, region: str) -> Iterator[Said]:
    """Which channel moved first, how much later the others did, and whether the alarm goes with the first one alone."""
    first, lags = one(evidence, region, "moved_first"), evidence.about(region, "lag")
    if not all(is_sayable(f.qualifier) for f in lags) or (first is not None and not is_sayable(str(first.value))):
        return
    together = [] if first is not None else [f for f in lags if not float(f.value)]
    later = [f for f in lags if f not in together][:MAX_CHANNELS]
    followed = "".join(f"; {name(f.qualifier)} followed {amount(f)} later" for f in later)
    if first is not None:
        yield say("channel", f"In {region}, {name(str(first.value))} moved first{followed}.", first, *later)
    elif len(together) > 1:
        names = joined([name(f.qualifier) for f in together])
        yield say("channel", f"In {region}, {names} moved at the same time{followed}.", *together, *later)
    for healed in evidence.about(region, "first_healed_p"):
        goes = "goes" if float(healed.value) > evidence.alpha else "stays"
        topic = "channel" if goes == "goes" else "test"  # that it is not enough by itself is told if asked for
        rest = " and the other findings whole" if len(evidence.findings) > 1 else ""
        text = (
            f"When {name(healed.qualifier)} alone is healed in {region}{rest}, p becomes {p_text(float(healed.value))}"
        )
        yield say(topic, f"{text} and the alarm {goes}.", healed, one(evidence, "sample", "alpha"))


ADVICE = Advice(
    first="Check what happened around {start}, and compare it with the log of events.",
    rests_on="start",
    causes={
        "spike": ("a short burst of load", "a one-off event in the process", "a disturbance of the sensor"),
        "dip": ("a short interruption of the supply or the process", "a momentary loss of the signal"),
        "level shift": (
            "a change of the operating point or of a setting",
            "a changed load",
            "a sensor that was moved or recalibrated",
        ),
        "drift": (
            "slow wear, a leak or fouling",
            "a sensor that loses its calibration",
            "a slow change of the surroundings",
        ),
        "flat line": ("a stuck or disconnected sensor", "a logger that repeats its last value"),
        "change of period": ("a changed speed or schedule of the process", "a changed sampling of the signal"),
        "noisy stretch": NOISE,
        "quiet stretch": ("a process that idles or stands still", "a sensor that is damped or no longer in contact"),
        "change of variance": NOISE,  # what older runs call both
        "missing data": ("a lost connection between sensor and logger", "a restart of the logger"),
        "lost coupling": (
            "a valve, a belt or a connection that fails",
            "a sensor that no longer measures what it did",
        ),
        "wrong hour": ("a job that ran at another time, or not at all", "a day off, or another schedule than usual"),
        "gap": ("a restart of the logger", "a pause of the recording"),
        "unusual pattern": (
            "a change in the order of events in the process",
            "a mode of operation that the normal data lack",
        ),
    },
    actions={
        "flat line": "Check the sensor{channel}, its connection and its wiring.",
        "missing data": "Check the connection of the sensor{channel} and the recording of the data.",
        "gap": "Check the recording of the data{at_start}.",
        "drift": "Calibrate the sensor{channel} again and watch the next values.",
        "level shift": "Check whether a setting{channel} or the load was changed{at_start}.",
        "spike": "Check the event log{at_peak} and repeat the measurement{channel}.",
        "dip": "Check the event log{at_peak} and repeat the measurement{channel}.",
    },
)

WORDS = frozenset({
    "series", "recording", "signal", "channel", "channels", "column",
    "columns", "row", "rows", "time", "window", "period",
})  # fmt: skip
TOLD = Telling(
    words=WORDS,
    places="time",
    advice=ADVICE,
)
