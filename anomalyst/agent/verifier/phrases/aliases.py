"""What people call a channel: its name in other letters, without its unit, or by a usual word for the same thing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from anomalyst.evidence.lexicon import is_plain_word
from anomalyst.evidence.names import key, spelling
from anomalyst.modalities.unit_names import known_unit, unit_of

# Words that mean the same in the names of columns.
_SAME = (
    ("cpu", "processor"), ("memory", "mem", "ram"), ("latency", "response time"), ("temp", "temperature"),
    ("vib", "vibration"), ("net", "network"), ("req", "requests"), ("pres", "pressure"), ("volt", "voltage"),
    ("err", "errors"), ("hum", "humidity"), ("curr", "current"), ("requests", "request rate"),
)  # fmt: skip
# Names that have another name in the language of those who read them.
_CALLED = {
    "heart rate": ("pulse", "pulse rate", "heartbeat", "hr"), "co2": ("carbon dioxide",),
    "o2": ("oxygen", "oxygen level"),
    "spo2": ("oxygen", "saturation", "oxygen saturation", "sats", "o2 sat", "o2 sats", "oxygen level",
             "oxygen levels", "blood oxygen"),
    "resp rate": ("respiration", "respiratory rate", "breathing"), "bp": ("blood pressure",),
    "systolic bp": ("blood pressure", "systolic blood pressure", "systolic pressure"),
}  # fmt: skip
# Quantities by which a column is called where no other column has them: "the pressure" of `drum_pressure`.
_TAILS = frozenset({
    "pressure", "temperature", "temp", "flow", "power", "speed", "voltage", "current", "humidity", "vibration",
    "torque", "latency", "load", "throughput", "traffic", "weight", "density", "concentration", "saturation",
    "consumption", "demand", "frequency", "acceleration", "strain", "stress", "moisture", "conductivity", "turbidity",
    "viscosity", "thickness", "glucose", "respiration", "energy", "radiation", "salinity", "intensity", "accelerometer",
})  # fmt: skip
_NTHS = {
    "1": "first",
    "2": "second",
    "3": "third",
    "4": "fourth",
    "5": "fifth",
    "6": "sixth",
    "7": "seventh",
    "8": "eighth",
}
_STATISTICS = frozenset({"rms", "mean", "avg", "max", "min", "std"})  # of a quantity, and seldom said
_LANGUAGE = frozenset({"the", "a", "an", "is", "in", "of", "to", "at", "on", "and", "or", "no", "not", "all", "one"})
_QUANTITIES = {"bar": "pressure", "mbar": "pressure", "hPa": "pressure", "°C": "temperature", "rpm": "speed"}
_ONES = ("one", "ones", "option", "setting")  # "the long one", of the options of a detector
_ADJECTIVES = frozenset({"short", "long", "mixed"})  # alone they are of anything
_LEAST = 2  # characters of a name that is no single letter


def aliases(names: Iterable[str], taken: Iterable[str] = ()) -> dict[str, str]:
    """Spoken form → the one name it can mean, for all names; a form that could mean two means none."""
    owners: dict[str, set[str]] = {}
    for name in names:
        for form in _forms(name):
            owners.setdefault(form, set()).add(name)
    blocked = {key(text) for text in (*names, *taken)}
    return {f: next(iter(of)) for f, of in owners.items() if len(of) == 1 and f not in blocked and _is_safe(f)}


def _forms(name: str) -> Iterator[str]:
    words = [word for word in re.split(r"[_\s.\-/()\[\]]+", spelling(name).lower()) if word]
    if not words:
        return
    for base in dict.fromkeys((tuple(words), tuple(_without_unit(name, words)))):
        yield " ".join(base)
        if quantity := _QUANTITIES.get(unit_of(name)):
            yield f"{' '.join(base)} {quantity}"
        for row in _SAME:
            for number, word in enumerate(base):
                if word in row:
                    yield from (" ".join((*base[:number], other, *base[number + 1 :])) for other in row)
        yield from _CALLED.get(" ".join(base), ())
    yield from _runs(tuple(_without_unit(name, words)))
    yield from _heads(words)
    yield from _parts(name)
    yield from _counted(words)
    yield from _tails(_without_unit(name, words))


def _runs(words: tuple[str, ...]) -> Iterator[str]:
    """Any words of a name in a row, which are those of one name only; "the second pump" of `pump_2`."""
    for first in range(len(words)):
        for end in range(first + 2, len(words) + 1):
            apart = any(word.isdigit() for word in words) and not words[end - 1].isdigit()  # one of several
            if known_unit(words[end - 1]) or words[0] == "windows" or apart:
                continue
            yield " ".join(words[first:end])
            if words[end - 1] in _NTHS and end - first > 1:
                yield " ".join((_NTHS[words[end - 1]], *words[first : end - 1]))


def _parts(name: str) -> Iterator[str]:
    """ "Flow rate" of `Volume Flow RateRMS`, "accelerometer 2" of `Accelerometer2RMS`, "mixed windows"."""
    found = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name)
    words = [word.lower() for word in found if word.lower() not in _STATISTICS]
    if words[:2] == ["windows", "of"]:
        yield from ("mixed windows", "mixed ones")
    elif len(words) < len(found):
        yield from _runs(tuple(words))
        yield from (word for word in words if word in _TAILS)


def _counted(words: list[str]) -> Iterator[str]:
    """ "Passenger numbers" of `passengers`."""
    if len(words) == 1 and len(words[0]) > _LEAST + 1 and words[0].endswith("s"):
        yield from (f"{words[0][:-1]} {more}" for more in ("count", "counts", "number", "numbers", "figures", "volume"))


def _tails(words: list[str]) -> Iterator[str]:
    if len(words) > 1 and words[-1] in _TAILS:
        yield words[-1]
        yield from (other for row in _SAME if words[-1] in row for other in row)


def _heads(words: list[str]) -> Iterator[str]:
    """The first word alone: "disk" of `disk_write_kb_s`, where no other column begins so."""
    yield words[0]
    yield from (f"{words[0]} {other}" for other in _ONES)
    for row in _SAME:
        if words[0] in row:
            yield from row


def _without_unit(name: str, words: list[str]) -> list[str]:
    unit = unit_of(name)
    if not unit:
        return words
    if len(words) > 3 and words[-2] == "per":
        return words[:-3]
    if len(words) > 2 and known_unit(f"{words[-2]}/{words[-1]}") == unit:
        return words[:-2]
    return words[:-1] if len(words) > 1 else words


def _is_safe(form: str) -> bool:
    """Whether a form cannot be taken for the language that sentences are written in."""
    words = form.split()
    plain = all(is_plain_word(w) or w.isdigit() for w in words) and words[-1] not in _ONES
    return (
        len(form) >= _LEAST and form not in _ADJECTIVES and (not plain or form in _TAILS) and words[0] not in _LANGUAGE
    )
