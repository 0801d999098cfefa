"""How tables are read: which columns are judged, which are left out and why, and what is a table at all."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from anomalyst.errors import InputError
from anomalyst.modalities.reading import load_sample, read_normals
from anomalyst.modalities.registry import surest
from anomalyst.modalities.table.modality import TABLE
from anomalyst.modalities.table.sample import TableSample
from tests.helpers.payments import payments

ROWS = 60


def table_of(frame: pd.DataFrame) -> TableSample:
    sample = load_sample(frame, "table")
    assert isinstance(sample, TableSample)
    return sample


def mixed() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    return pd.DataFrame({
        "order_id": rng.permutation(10_000)[:ROWS],
        "amount": rng.normal(10, 2, ROWS).round(2),
        "shop": rng.choice(["north", "south", None], ROWS),
        "paid": rng.random(ROWS) < 0.5,
        "when": [f"2024-03-{1 + k % 28:02d} {8 + k % 12:02d}:30" for k in range(ROWS)],
        "note": [f"the cat sat on the mat number {k}" for k in range(ROWS)],
        "nothing": [None] * ROWS,
        "label": rng.integers(0, 2, ROWS),
    })  # fmt: skip


def test_each_column_is_what_it_is_and_the_others_are_told() -> None:
    table = table_of(mixed())
    kinds = {column.name: column.kind for column in table.columns}
    assert kinds == {
        "amount": "number", "shop": "category", "paid": "category", "when hour": "number", "when weekday": "category",
    }  # fmt: skip
    told = " ".join(table.notes)
    for left in ("names of rows: 'order_id'", "free text: 'note'", "without any value: 'nothing'", "labels: 'label'"):
        assert left in told
    assert "dates of 'when'" in told
    assert len(table.labels) == ROWS
    missing = np.isnan(table.values[:, table.names.index("shop")])
    assert (missing == mixed()["shop"].isna().to_numpy()).all()


@pytest.mark.parametrize(
    ("frame", "kind"),
    [
        (payments(40, 0), "table"),
        (payments(40, 0).select_dtypes("number"), "series"),
        (payments(40, 0).assign(time=pd.date_range("2024-01-01", periods=40, freq="h")), "series"),
        (payments(40, 0)[["amount"]], "series"),
    ],
)
def test_rows_without_order_are_a_table_and_the_rest_a_series(frame: pd.DataFrame, kind: str, tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    frame.to_csv(file, index=False)
    assert [one.name for one in surest(file)] == [kind]
    assert [one.name for one in surest(frame)] == [kind]
    assert load_sample(file, "table").modality == "table"


def test_every_format_gives_the_same_rows(tmp_path: Path) -> None:
    frame = payments(40, 0)
    frame.to_csv(tmp_path / "a.csv", index=False)
    frame.to_csv(tmp_path / "a.tsv", index=False, sep="\t")
    frame.to_parquet(tmp_path / "a.parquet")
    frame.to_feather(tmp_path / "a.feather")
    frame.to_json(tmp_path / "a.jsonl", orient="records", lines=True)
    first = table_of(frame)
    for name in ("a.csv", "a.tsv", "a.parquet", "a.feather", "a.jsonl"):
        table = load_sample(tmp_path / name)
        assert isinstance(table, TableSample)
        assert table.columns == first.columns
        np.testing.assert_allclose(table.values, first.values)


def test_a_workbook_names_the_package_that_it_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import zipfile

    file = tmp_path / "book.xlsx"
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("xl/workbook.xml", "<workbook/>")
    assert TABLE.knows(file) > 0
    with pytest.raises(InputError, match="openpyxl|damaged workbook"):
        load_sample(file)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a,b,c\n", "0 rows"),
        ("a,b\n" + ",\n" * 20, "no column is left"),
        ("note\n" + "".join(f"the cat sat on mat {k} again\n" for k in range(30)), "free text"),
    ],
)
def test_what_is_no_table_is_refused_in_one_line(text: str, told: str, tmp_path: Path) -> None:
    file = tmp_path / "bad.csv"
    file.write_text(text)
    with pytest.raises(InputError, match=told) as caught:
        load_sample(file, "table")
    assert "\n" not in str(caught.value)


def test_normals_share_columns_and_words_with_the_input() -> None:
    frame = payments(40, 1)
    frame["shop"] = frame["shop"].where(frame.index > 0, "a new shop")
    normal = payments(80, 2).drop(columns="hour").assign(more=1.5, account_days=lambda f: f["account_days"].astype(str))
    sample = table_of(frame)
    known = read_normals([normal], "table", like=sample).samples
    assert "hour" not in known[0].names and "more" not in known[0].names
    settled = TABLE.settled(sample, known)
    assert isinstance(settled, TableSample)
    assert settled.names == known[0].names
    assert {column.kind for column in settled.columns if column.name == "account_days"} == {"number"}
    shop = settled.columns[settled.names.index("shop")]
    assert "a new shop" in shop.levels and set(known[0].columns[known[0].names.index("shop")].levels) <= set(
        shop.levels
    )
    assert any("hour" in note for note in settled.notes)


def test_a_row_that_is_the_same_everywhere_tells_nothing() -> None:
    with pytest.raises(InputError, match="same in all rows"):
        TABLE.settled(table_of(pd.DataFrame({"a": [1.0] * 40, "b": ["x"] * 40})), [])


def test_what_is_kept_is_json_and_arrays() -> None:
    table = table_of(payments(30, 0))
    usual = TABLE.usual([table])
    assert json.loads(json.dumps(usual)) == usual
    reordered = table_of(
        payments(30, 0)[["hour", "amount", "shop", "country", "account_days", "payments_today", "channel"]]
    )
    brought = TABLE.brought(reordered, usual)
    assert isinstance(brought, TableSample)
    assert brought.names == table.names
