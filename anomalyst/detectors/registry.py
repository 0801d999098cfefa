"""Every detector by name: each method on each kind that carries it, and those that plugins bring.

Names are known without loading anything; a detector is made when it is first asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache, partial
from pathlib import Path
from typing import Literal, NamedTuple

from anomalyst import plugins
from anomalyst.detectors.contract import Card, Detector, read_saved, usual_in
from anomalyst.detectors.offer import Offer
from anomalyst.errors import InputError, ModelError
from anomalyst.plugins import DETECTORS, METHODS, MODALITIES, at, load, loaded, places, warn


class Entry(NamedTuple):
    """A detector that can be asked for. `modality`: the kind of data it is for, "" where only the class can tell;
    `source`: what it is made of; `make`: its class, None where a plugin cannot be loaded."""

    modality: str
    source: str
    make: Callable[[], type[Detector] | None]


_CLASSES: dict[tuple[str, str], type[Detector]] = {}  # made so far, by name and source


def detector_names(modality: str | None = None) -> list[str]:
    """Registered names, of one modality if given."""
    return [name for name, entry in _entries().items() if modality is None or _modality(name, entry) == modality]


def detector_class(name: str) -> type[Detector]:
    """The class registered as `name`; InputError if there is none."""
    known = _entries()
    if name not in known:
        raise InputError(f"got detector {name!r}; {_instead(name)}.")
    found = _made(name)
    if found is None:
        raise ModelError(f"the detector {name!r} of a plugin cannot be loaded; update or remove the plugin.")
    return found


def list_detectors(modality: str | None = None) -> list[Card]:
    """The cards of all registered detectors, of one modality if given."""
    return [found.card for name in detector_names(modality) if (found := _made(name)) is not None]


def detector_of(method: str, modality: str) -> str | None:
    """The name of the detector that a method is on a kind of data; None where it does not run on it."""
    return next((one.detector(method) for one in _offers() if one.name == modality and one.carries(method)), None)


def offer_of(name: str) -> Offer:
    """What the kind of data offers that the detector `name` is for; InputError if there is none."""
    known = _entries()
    modality = _modality(name, known[name]) if name in known else detector_class(name).card.modality
    return next((one for one in _offers() if one.name == modality), Offer(modality))


def raters(names: Iterable[str]) -> Literal["detectors", "score rules"]:
    """What the opinions of a score map, by these names, are the opinions of: members of a fusion, or rules of one."""
    found = set(names)
    return "detectors" if found and found <= set(_entries()) else "score rules"


def load_detector(folder: str | Path) -> Detector:
    """Load any saved detector from its folder."""
    head, weights = read_saved(folder)
    try:
        detector = detector_class(str(head.get("detector")))(**head["config"])
        detector.load_state(weights)
        detector.usual_ = usual_in(head)
    except (TypeError, KeyError, ValueError) as error:
        raise ModelError(
            f"the detector saved in {str(folder)!r} cannot be restored ({error}); fit it again."
        ) from error
    return detector


def forget() -> None:
    """Look for plugins anew, and gather all detectors again."""
    plugins.forget()
    _entries.cache_clear()


@cache
def _entries() -> dict[str, Entry]:
    """Every detector that can be asked for: of the kinds of data one after the other, then those of plugins."""
    found: dict[str, Entry] = {}
    for offer in _offers():
        for name in filter(offer.carries, places(METHODS)):
            source = f"{offer.name} {places(METHODS)[name].value}"
            found[offer.detector(name)] = Entry(offer.name, source, partial(_on, offer, name))
        found |= {name: Entry(offer.name, place, partial(at, place)) for name, place in offer.detectors.items()}
    for name, point in places(DETECTORS).items():
        if name in found:
            warn(f"the plugin {point.value!r} is left out: there is a detector {name!r}; rename its entry point.")
        else:
            found[name] = Entry("", point.value, partial(_brought, name))
    return found


def _offers() -> list[Offer]:
    """What each kind of data offers to methods."""
    offers = [getattr(kind, "offer", None) for kind in loaded(MODALITIES).values()]
    return [offer for offer in offers if isinstance(offer, Offer)]


def _made(name: str) -> type[Detector] | None:
    """The detector's class, made once; None where a plugin cannot be loaded."""
    entry = _entries()[name]
    key = name, entry.source
    if key not in _CLASSES and (made := entry.make()) is not None:
        _CLASSES[key] = made
    return _CLASSES.get(key)


def _brought(name: str) -> type[Detector] | None:
    """The detector that a plugin brings; None where it cannot be loaded, or is none."""
    found = load(DETECTORS, name)
    if found is None or (isinstance(found, type) and issubclass(found, Detector) and found.card.name == name):
        return found
    warn(f"the plugin {found!r} is left out: it is no detector whose card has the name {name!r} of its entry point.")
    return None


def _on(offer: Offer, name: str) -> type[Detector] | None:
    """The detector that a method is on a kind of data; None where the method's plugin cannot be loaded."""
    method = load(METHODS, name)
    if method is None:
        return None
    made: type[Detector] = at(method.body).on(offer, method, offer.detector(name))
    return made


def _modality(name: str, entry: Entry) -> str:
    """The kind of data that a detector is for; a plugin's own detector is asked."""
    if entry.modality:
        return entry.modality
    found = _made(name)
    return "" if found is None else found.card.modality


def _instead(name: str) -> str:
    """What to choose in place of a name that there is not: of the same kind of data, if the name tells one."""
    for offer in _offers():
        method = name.removeprefix(f"{offer.name}-")
        if method != name and method in places(METHODS):
            known = ", ".join(detector_names(offer.name))
            return f"the method {method!r} does not run on {offer.name} data, for which {known} are known"
    return f"known are {', '.join(_entries())}"
