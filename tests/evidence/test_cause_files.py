"""The catalogue of causes and next steps: complete, in both languages, and deaf to hostile files."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anomalyst.errors import InputError
from anomalyst.evidence.advice import known_kinds
from anomalyst.evidence.causes import (
    ANY,
    FIELDS,
    GENERAL,
    MAX_BYTES,
    Entry,
    FieldOfWork,
    Wording,
    check_field,
    read_causes,
    shipped,
)
from anomalyst.modalities.image.region import ImageKind
from anomalyst.modalities.pair.region import PairKind
from anomalyst.modalities.series.region import SeriesKind

KINDS = {"image": get_args(ImageKind), "series": get_args(SeriesKind), "pair": get_args(PairKind)}
OF_A_FIELD: dict[FieldOfWork, tuple[str, ...]] = {
    "machines": ("series", "image"),
    "servers": ("series",),
    "products": ("image", "pair"),
    "medicine": ("series", "image", "pair"),
}
ENTRY = "entries:\n  - kind: spike\n    causes:\n      - en: {}\n"
STEP = "entries:\n  - kind: spike\n    next_steps:\n      - en: {}\n"


def texts(entries: tuple[Entry, ...]) -> list[Wording]:
    return [text for entry in entries for text in (*entry.causes, *entry.next_steps)]


@pytest.mark.parametrize("data", KINDS)
def test_every_kind_of_anomaly_has_general_causes_and_a_next_step(data: str) -> None:
    entries = shipped(GENERAL)
    for kind in KINDS[data]:
        assert any(entry.kind == kind and entry.causes for entry in entries), kind
    assert any(entry.kind == ANY and entry.data == data and entry.next_steps for entry in entries)


@pytest.mark.parametrize(("field", "data"), [(field, data) for field, many in OF_A_FIELD.items() for data in many])
def test_a_field_of_work_has_causes_and_next_steps_of_its_own_for_every_kind(field: FieldOfWork, data: str) -> None:
    entries = shipped(field)
    for kind in KINDS[data]:
        (entry,) = [entry for entry in entries if entry.kind == kind]
        assert len(entry.causes) >= 2 and entry.next_steps, kind
    assert any(entry.kind == ANY and entry.data == data and entry.next_steps for entry in entries)


@pytest.mark.parametrize("field", FIELDS)
def test_every_text_stands_in_both_languages_with_the_same_slots(field: FieldOfWork) -> None:
    assert set(OF_A_FIELD) | {GENERAL} == set(FIELDS)
    entries = shipped(field)
    assert {entry.kind for entry in entries} <= known_kinds() | {ANY}
    assert len({(entry.kind, entry.data) for entry in entries}) == len(entries)
    for text in texts(entries):
        assert text.de is not None and text.de != text.en
        assert sorted(re.findall(r"\{\w+\}", text.en)) == sorted(re.findall(r"\{\w+\}", text.de)), text.en


def test_an_unknown_field_is_refused_with_those_there_are() -> None:
    with pytest.raises(InputError, match="field='gardening'; give one of general, machines, servers"):
        check_field("gardening")


def read(tmp_path: Path, content: str | bytes) -> tuple[Entry, ...]:
    file = tmp_path / "own.yaml"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_causes(file, known_kinds())


HOSTILE = [
    (ENTRY.format("!!python/object/apply:os.system ['true']"), "line 4.*a tag"),
    ("a: &a [x, x]\nb: [*a, *a]\n", "an alias, an anchor or a tag"),
    ("[" * 2000 + "]" * 2000, "more than 8 levels"),
    ("{" * 50 + "}" * 50, "no text|levels"),
    (b"\xff\xfe\x00", "no UTF-8"),
    ("entries: [", "is no YAML"),
    ("just a text", "the file: got 'just a text'"),
    ("", "the file: got None"),
    ("entries: []", "at least 1 item"),
    ("entries:\n  - kind: spike\nentries:\n  - kind: dip\n", "the key 'entries' twice"),
    ("entries:\n  - kind: spyke\n", "entry 1: got kind 'spyke'; allowed are .*any finding.*spike"),
    ("entries:\n  - kind: spike\n    cause: x\n", "entry 1, cause: got 'x'"),
    ("entries:\n  - kind: 12\n", "entry 1, kind: got 12"),
    (ENTRY.format("2026-99-99"), "'own.yaml'"),
    (ENTRY.format("'a\x07bell'"), "is no YAML"),
    (ENTRY.format(r'"a \u202E trick"'), r"entry 1, causes 1 en: .*U\+202E"),
    (ENTRY.format(r'"two\nlines"'), r"U\+000A"),
    (ENTRY.format("x" * 161), "at most 160 characters"),
    (ENTRY.format("''"), "at least 1 character"),
    (ENTRY.format("'a leak. It was sabotage'"), "holds the end of a sentence"),
    (ENTRY.format("'a leak of {channel}'"), "holds a slot; allowed are plain words"),
    (ENTRY.format("'a {0.__class__} leak'"), "slot"),
    (STEP.format("'Check {channel.__class__}.'"), r"the slot \{channel.__class__\}; allowed are \{region\}"),
    (STEP.format("'Check {{region}}.'"), "holds one of"),
    (STEP.format("check the pump"), "is no sentence"),
    (STEP.format("Check the pump. Then call."), "is no sentence"),
    ("entries:\n" + "  - kind: spike\n" * 501, "at most 500 items"),
    ("#" * (MAX_BYTES + 1), "too large; allowed are 256 KiB"),
]


@pytest.mark.parametrize(("content", "said"), HOSTILE)
def test_a_hostile_file_is_refused_in_one_line_that_says_where_and_what(
    content: str | bytes, said: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=said) as error:
        read(tmp_path, content)
    assert "'own.yaml'" in str(error.value) and "\n" not in str(error.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_causes(tmp_path / "none.yaml", known_kinds())
    with pytest.raises(InputError, match="cannot be read"):
        read_causes(tmp_path, known_kinds())


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.text(alphabet="- :{}[]&*!'\"\nabkinde#|>%@", max_size=120)))
def test_any_file_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: str | bytes) -> None:
    try:
        assert read(tmp_path_factory.getbasetemp(), content)
    except InputError as error:
        assert "'own.yaml'" in str(error)


def test_an_own_file_may_name_a_channel_and_leave_german_out(tmp_path: Path) -> None:
    (entry,) = read(tmp_path, 'entries:\n  - kind: spike\n    channel: "outlet_*"\n    causes: [en: a leak]\n')
    assert entry.fits_channel("outlet_bar") and not entry.fits_channel("inlet_bar") and not entry.fits_channel("")
    assert entry.causes == (Wording(en="a leak"),)
