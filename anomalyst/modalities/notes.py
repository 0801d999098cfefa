"""What reading changed, guessed or left out, in words: whose note it is, and the same note of many said once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from anomalyst.errors import InputError
from anomalyst.modalities.files import display_name, some_names
from anomalyst.samples import Sample

MAX_REFUSED = 20  # unusable inputs named one by one


def input_notes(sample: Sample) -> tuple[str, ...]:
    """The notes of the input, each with its name."""
    return tuple(f"{sample.name}: {note}" for note in sample.notes)


def normal_notes(normals: Sequence[Sample]) -> tuple[str, ...]:
    """The notes of the normals, each with their names; a note that several share is told once, with their number."""
    return merged_notes([(sample.name, sample.notes) for sample in normals], "normal")


def merged_notes(noted: Iterable[tuple[str, Iterable[str]]], noun: str) -> tuple[str, ...]:
    """Notes by the names of what they are about; one that several share is told once, with their number."""
    names: dict[str, list[str]] = {}
    for name, notes in noted:
        for note in notes:
            names.setdefault(note, []).append(name)
    return tuple(
        f"{noun} {of[0]}: {note}" if len(of) == 1 else f"{len(of)} {noun}s ({some_names(of, 3)}): {note}"
        for note, of in names.items()
    )


def refusal_notes(refused: Sequence[InputError], count: int, noun: str, most: int = MAX_REFUSED) -> tuple[str, ...]:
    """That some of `count` inputs could not be used and were left out, and why, the first `most` one by one."""
    if not refused:
        return ()
    head = f"{len(refused)} of {count} {noun} could not be used and were left out"
    reasons = [f"left out, as it cannot be used: {display_name(error, 400)}" for error in refused[:most]]
    more = [f"and {len(refused) - most} more that cannot be used"] if len(refused) > most else []
    return (head, *reasons, *more)
