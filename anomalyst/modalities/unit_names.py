"""Units: which words are units, and the one that a column's name states."""

from __future__ import annotations

import re

# Written form (lower case where that is not another unit) → unit.
_SPELLED = {
    "sec": "s", "secs": "s", "second": "s", "seconds": "s", "minute": "min", "minutes": "min", "mins": "min",
    "hour": "h", "hours": "h", "hr": "h", "hrs": "h", "days": "d", "day": "d", "millis": "ms", "micros": "µs",
    "milliseconds": "ms", "percent": "%", "pct": "%", "prozent": "%", "celsius": "°C", "degc": "°C", "deg_c": "°C",
    "fahrenheit": "°F", "degf": "°F", "kelvin": "K", "kb": "kB", "mb": "MB", "gb": "GB", "tb": "TB", "kib": "KiB",
    "mib": "MiB", "gib": "GiB", "hz": "Hz", "khz": "kHz", "mhz": "MHz", "ghz": "GHz", "db": "dB", "dba": "dBA",
    "mv": "mV", "kv": "kV", "ma": "mA", "kw": "kW", "mw": "MW", "gw": "GW", "kwh": "kWh", "mwh": "MWh", "wh": "Wh",
    "kva": "kVA", "kvar": "kvar", "pa": "Pa", "hpa": "hPa", "kpa": "kPa", "mpa": "MPa", "volt": "V", "volts": "V",
    "amps": "A", "ampere": "A", "amp": "A", "watt": "W", "watts": "W", "nm": "Nm", "ohm": "Ω", "kn": "kN", "nl": "nl",
    "us": "us", "μs": "µs", "°c": "°C", "°f": "°F", "m3": "m³", "m2": "m²", "nm3": "Nm³", "cm3": "cm³", "mm2": "mm²",
    "liter": "l", "liters": "l", "litre": "l", "litres": "l", "meter": "m", "meters": "m", "bytes": "bytes",
    "mmhg": "mmHg", "mbps": "Mbps", "kbps": "kbps", "gbps": "Gbps", "bit": "bit", "bits": "bits", "kmh": "km/h",
    "kph": "km/h", "mph": "mph", "degrees": "deg", "lx": "lx", "umin": "1/min",
}  # fmt: skip
_EXACT = frozenset({
    "ns", "us", "µs", "ms", "s", "min", "h", "d", "rpm", "ppm", "ppb", "psi", "psig", "lux", "bar", "mbar", "mm", "cm",
    "km", "m", "kg", "mg", "g", "t", "ml", "l", "rad", "deg", "bpm", "dB", "%", "‰", "°C", "°F", "K", "kB", "MB", "GB",
    "TB", "KiB", "MiB", "GiB", "B", "bytes", "Hz", "kHz", "MHz", "GHz", "V", "mV", "kV", "A", "mA", "W", "kW", "MW",
    "GW", "Wh", "kWh", "MWh", "J", "kJ", "MJ", "VA", "kVA", "var", "kvar", "Pa", "hPa", "kPa", "MPa", "N", "kN", "Nm",
    "Ω", "kΩ", "m³", "m²", "Nm³", "cm³", "mm²", "pH", "lx", "cd", "lm", "mol", "mmol", "dBm", "dBA", "µm", "µg", "mmHg",
    "inH2O", "ft", "in", "mi", "mph", "kn", "gal", "gpm", "cfm", "scfm", "Mbps", "kbps", "Gbps", "bit", "bits", "µV",
    "µA", "mS", "µS", "S", "F", "µF", "H", "T", "mT", "Bq", "Sv", "Gy", "€", "$", "£", "¥",
})  # fmt: skip
# A short word that means more than a unit is one only behind the quantity that it measures: temp_c, not vitamin_c.
_DOUBTFUL = {
    "c": ("°C", "temp temperature temperatur tmp t air water oil inlet outlet ambient dew dewpoint coolant"),
    "f": ("°F", "temp temperature tmp"),
    "k": ("K", "temp temperature"),
    "a": ("A", "current curr amps i amp amperage strom motor phase"),
    "v": ("V", "voltage volt volts u supply battery batt spannung bus vdd"),
    "w": ("W", "power watt leistung p load"),
    "s": ("s", "time latency duration delay age uptime elapsed wait lag interval response dauer p50 p90 p95 p99 "
          "runtime period cycle timeout"),
    "h": ("h", "time duration age uptime elapsed runtime operating"),
    "m": ("m", "depth height length distance level altitude width position head visibility"),
    "g": ("g", "acc accel acceleration weight mass vibration"),
    "l": ("l", "volume tank"),
    "n": ("N", "force"),
    "j": ("J", "energy"),
    "d": ("d", "age"),
    "b": ("B", "size memory"),
    "t": ("t", "mass weight"),
    "min": ("min", "time duration age uptime elapsed runtime delay cycle wait dauer"),
    "us": ("us", "time latency duration delay elapsed wait lag response period cycle p50 p90 p95 p99"),
    "db": ("dB", "noise sound level gain snr signal rssi loudness attenuation power"),
}  # fmt: skip
_TOPS = frozenset({
    "b", "bytes", "kb", "mb", "gb", "m", "mm", "cm", "km", "l", "ml", "m3", "kg", "g", "mg", "t", "bit", "bits", "kbit",
    "mbit", "rad", "deg", "nm3", "req", "requests",
})  # fmt: skip
_BOTTOMS = {"s": "s", "sec": "s", "second": "s", "min": "min", "minute": "min", "h": "h", "hr": "h", "hour": "h"}
_BOTTOMS |= {"day": "day", "d": "d"}
_PERS = _BOTTOMS | {"m3": "m³", "l": "l", "kg": "kg", "m2": "m²", "s2": "s²"}
_NO_LAST = frozenset(
    ["in", "day", "days", "bit", "bits", "kn", "amp", "amps", "var", "cd", "mi", "ft", "gal"]
)  # words of names rather than units
_SUMMARIES = frozenset({"total", "max", "min", "mean", "avg", "average", "median", "sum", "std"})
_BRACKETED = re.compile(r"[(\[{]\s*([^()\[\]{}]{1,16}?)\s*[)\]}]\s*$")
_LAST = re.compile(r"(?:^|[^\s])\s+(\S{1,12})$|\w(%|°C|°F|‰)$")


def known_unit(text: str) -> str:
    """The unit that a text is, in its usual form; "" if it is none. `l/min`, `m3/h` and `1/s` are units too."""
    word = text.strip()
    if word in _EXACT:
        return word
    if word.lower() in _SPELLED and not (len(word) > 1 and word.isupper() and word.lower() in ("nm", "ma", "nl")):
        return _SPELLED[word.lower()]
    top, slash, bottom = word.partition("/")
    if not slash:
        return ""
    above = "1" if top in ("1", "") else known_unit(top) or (top if top.lower() in _TOPS else "")
    below = _PERS.get(bottom.lower().replace("³", "3").replace("²", "2"), "")
    return f"{above}/{below}" if above and below else ""


def unit_of(name: str) -> str:
    """The unit that a column name states, "" if none; only what is known as a unit is one.

    `temp (°C)`, `p [bar]`, `temp °C` and `cpu%` give what stands there; `latency_ms`, `cpu_percent`, `disk_kb_s`,
    `speed_km_h` and `requests_per_s` give ms, %, kB/s, km/h and requests/s; `pump (2)` and `vitamin_c` give none.
    """
    if bracketed := _BRACKETED.search(name):
        return _bracketed(name[: bracketed.start()], bracketed.group(1))
    if (last := _LAST.search(name.strip())) and (unit := known_unit(last.group(1) or last.group(2))):
        return unit
    words = [word for word in re.split(r"[_\s]+", name.strip()) if word]
    if len(words) > 1 and "/" in words[-1]:
        return known_unit(words[-1])
    low = [word.lower() for word in words]
    return _of_words(low) or (_of_words(low[:-1]) if low and low[-1] in _SUMMARIES else "")


def _bracketed(name: str, text: str) -> str:
    """A unit in brackets behind a name; one letter first by what it measures, as in `temp (F)`."""
    words = [word for word in re.split(r"[_\s]+", text.strip().lower()) if word]
    by_name = _of_words([*re.split(r"[_\s]+", name.strip().lower()), *words]) if len(text) == 1 else ""
    return by_name or known_unit(text) or _of_words(["", *words])


def _of_words(words: list[str]) -> str:
    """The unit at the end of a name's words."""
    if len(words) < 2:
        return ""
    last, before = words[-1], words[-2]
    if len(words) >= 3 and before == "per" and last in _PERS:
        return f"{known_unit(words[-3]) or words[-3]}/{_PERS[last]}"
    if len(words) >= 3 and last in _BOTTOMS and before in _TOPS and not (before == "m" and last == "d"):
        return f"{_SPELLED.get(before, before)}/{_BOTTOMS[last]}"
    if len(words) >= 3 and last in ("s2", "m3") and before in _TOPS:
        return f"{_SPELLED.get(before, before)}/{_PERS[last]}"
    if last in _DOUBTFUL:
        unit, quantities = _DOUBTFUL[last]
        return unit if set(words[:-1]) & set(quantities.split()) else ""
    return known_unit(last) if last not in _NO_LAST else ""
