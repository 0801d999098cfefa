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


def unlike_note(names: Sequence[str]) -> str:
    """That normals of these names may hide an anomaly, and what to do."""
    _, _, them, _ = spoken = _spoken(names)
    advice = f"look at {them}, and leave {them} out if so (or trim: the share of the normals to leave out)"
    return f"{_so_unlike(names, spoken)}: {some_names(names)}; {advice}"


def unlike_and_left_out(names: Sequence[str]) -> str:
    """That they may, were left out for it, and what to do."""
    _, _, them, were = spoken = _spoken(names)
    advice = f"look at {them}, and if all is well with {them}, keep {them} (trim: 0)"
    return f"{_so_unlike(names, spoken)}, and {were} left out: {some_names(names)}; {advice}"


def left_out_note(names: Sequence[str]) -> str:
    """That they were left out, as somebody asked for."""
    _, _, them, were = _spoken(names)
    return f"{len(names)} of the normals {were} left out, as the others explain {them} worst: {some_names(names)}"


def _so_unlike(names: Sequence[str], spoken: tuple[str, str, str, str]) -> str:
    are, they, _, _ = spoken
    return f"{len(names)} of the normals {are} so unlike the others that {they} may hide an anomaly"


def _spoken(names: Sequence[str]) -> tuple[str, str, str, str]:
    return ("is", "it", "it", "was") if len(names) == 1 else ("are", "they", "them", "were")
