"""Reading series as people export them: dates, numbers, times, layouts, fillers, zones, each read rightly and told."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from anomalyst.detectors.registry import detector_class
from anomalyst.errors import InputError
from anomalyst.modalities.reading import load_sample, read_normals
from anomalyst.modalities.rows import decoding
from anomalyst.modalities.series.reading.fillers import without_fillers
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.series.storage import kept, restored
from anomalyst.modalities.unit_names import unit_of
from anomalyst.tools.workbench import Workbench
from tests.helpers.reading import load_normals

HOURS = pd.date_range("2024-04-01", periods=60, freq="h")


def read(path: Path, text: str | bytes) -> SeriesSample:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    sample = load_sample(path, "series")
    assert isinstance(sample, SeriesSample)
    return sample


def csv(stamps: pd.Series[str] | pd.Index[str] | list[str], sep: str = ",", name: str = "time") -> str:
    rows = [f"{stamp}{sep}{i}" for i, stamp in enumerate(stamps)]
    return "\n".join([f"{name}{sep}v", *rows]) + "\n"


def said(sample: SeriesSample) -> str:
    return "; ".join(sample.notes)


@pytest.mark.parametrize(
    ("form", "order"),
    [
        ("%d/%m/%Y %H:%M", "day-first"),
        ("%d.%m.%Y %H:%M", "day-first"),
        ("%m/%d/%Y %H:%M", "month-first"),
        ("%d/%m/%y %H:%M:%S", "day-first"),
        ("%m/%d/%Y %I:%M:%S %p", "month-first"),
        ("%Y.%d.%m %H:%M", "year-day-month"),
        ("%Y/%m/%d %H:%M", ""),
        ("%d-%m-%Y %H:%M", "day-first"),
    ],
)
def test_the_order_of_day_and_month_is_the_one_of_steady_steps(tmp_path: Path, form: str, order: str) -> None:
    sample = read(tmp_path / "a.csv", csv(HOURS.strftime(form)))
    np.testing.assert_array_equal(sample.index, HOURS.to_numpy())
    assert not sample.dates_guessed and (not order or f"read {order}" in said(sample))


def test_steady_steps_decide_beside_a_gap_and_backwards(tmp_path: Path) -> None:
    kept = HOURS.delete([20, 21, 22])
    forward = read(tmp_path / "a.csv", csv(kept.strftime("%d/%m/%Y %H:%M")))
    back = read(tmp_path / "b.csv", csv(kept[::-1].strftime("%d/%m/%Y %H:%M")))
    for sample in (forward, back):
        np.testing.assert_array_equal(sample.index, kept.to_numpy())


def test_spreadsheets_drop_the_time_of_midnights(tmp_path: Path) -> None:
    texts = [t.strftime("%d/%m/%Y") if t.hour == 0 else t.strftime("%d/%m/%Y %H:%M") for t in HOURS]
    np.testing.assert_array_equal(read(tmp_path / "a.csv", csv(texts)).index, HOURS.to_numpy())


def one_day(day: int, month: int, rows: int = 20) -> list[str]:
    return [f"{day:02d}/{month:02d}/2024 {hour:02d}:00" for hour in range(rows)]


def test_a_guess_is_settled_by_the_other_files_of_the_set(tmp_path: Path) -> None:
    alone = read(tmp_path / "test.csv", csv(one_day(3, 4)))
    assert alone.index[0] == np.datetime64("2024-03-04") and alone.dates_guessed
    (tmp_path / "normal").mkdir()
    read(tmp_path / "normal" / "a.csv", csv(one_day(25, 3)))
    read(tmp_path / "normal" / "b.csv", csv(one_day(2, 4)))
    bench = Workbench()
    bench.open(tmp_path / "test.csv", tmp_path / "normal")
    assert isinstance(bench.sample, SeriesSample) and bench.sample.index[0] == np.datetime64("2024-04-03")
    starts = [sample.index[0] for sample in bench.normals if isinstance(sample, SeriesSample)]
    assert starts == [np.datetime64("2024-03-25"), np.datetime64("2024-04-02")]
    assert "test.csv: dates in 'time' were read day-first, as those of the other files" in bench.notes[0]
    assert not any("month-first, as month/day/year" in note for note in bench.notes)


def test_a_test_that_is_sure_settles_its_normals(tmp_path: Path) -> None:
    like = read(tmp_path / "test.csv", csv(one_day(25, 4)))
    read(tmp_path / "n.csv", csv(one_day(3, 4)))
    (normal,) = read_normals(tmp_path / "n.csv", "series", like=like).samples
    assert isinstance(normal, SeriesSample) and normal.index[0] == np.datetime64("2024-04-03")
    (alone,) = load_normals(tmp_path / "n.csv", "series")
    assert isinstance(alone, SeriesSample) and alone.index[0] == np.datetime64("2024-03-04")


@pytest.mark.parametrize(
    ("header", "cells", "values"),
    [
        ("v;w", ["1.234;20,1", "901;20,2", "1.250;19,9"], [1234, 901, 1250]),
        ("v;w", ["1.234,5;20,1", "901,0;20,2"], [1234.5, 901]),
        ("v;w", ["1,234;20.1", "901;20.2", "1,250;19.95"], [1234, 901, 1250]),
        ("v,w", ['"1,234.5",1', '"901.25",2'], [1234.5, 901.25]),
        ("v,w", ['"1,234",1', '"901",2'], [1234, 901]),
        ("v\tw", ["1 234,5\t1", "901,5\t2"], [1234.5, 901.5]),
        ("v;w", ["1\u00a0234,5;1", "12\u202f901,5;2"], [1234.5, 12901.5]),
        ("v;w", ["1'234.5;1", "901.5;2"], [1234.5, 901.5]),
        ("v;w", ["1.234.567;1", "2.000.000;2"], [1234567, 2000000]),
        ("v;w", ["0,123;1", "0,456;2"], [0.123, 0.456]),
        ("v;w", ["20.013;1", "20.185;2"], [20.013, 20.185]),
        ("v;w", ["\u221220,5;1", "3,25;2"], [-20.5, 3.25]),
        ("v,w", ["(12.5),1", "3,2"], [-12.5, 3]),
    ],
)
def test_thousands_and_decimals_are_told_for_each_column(
    tmp_path: Path, header: str, cells: list[str], values: list[float]
) -> None:
    sample = read(tmp_path / "a.csv", "\n".join([header, *cells]) + "\n")
    assert sample.values[:, 0].tolist() == values and sample.columns == ("v", "w")
    assert np.isfinite(sample.values).all()


@pytest.mark.parametrize(
    ("cells", "values", "unit"),
    [
        (["12 ms", "13 ms"], [12, 13], "ms"),
        (["20%", "21.5 %"], [20, 21.5], "%"),
        (["20,5 °C", "21,5 °C"], [20.5, 21.5], "°C"),
        (["$1800.00", "$12"], [1800, 12], "$"),
        (["3 l/min", "4 l/min"], [3, 4], "l/min"),
        (["on", "off"], [1, 0], ""),
        (["True", "False"], [1, 0], ""),
    ],
)
def test_units_and_switches_in_cells(tmp_path: Path, cells: list[str], values: list[float], unit: str) -> None:
    sample = read(tmp_path / "a.csv", "v;w\n" + "\n".join(f"{cell};{i}" for i, cell in enumerate(cells)) + "\n")
    assert sample.values[:, 0].tolist() == values and sample.units[0] == unit


def test_words_leave_a_column_out_and_odd_cells_are_missing(tmp_path: Path) -> None:
    rows = [f"{i},web-{i % 2},{'unavailable' if i == 3 else i}" for i in range(30)]
    sample = read(tmp_path / "a.csv", "time,host,v\n" + "\n".join(rows) + "\n")
    assert sample.columns == ("v",) and np.isnan(sample.values[3, 0]) and np.isnan(sample.values).sum() == 1
    assert "'host' (such as 'web-0')" in said(sample) and "1 (such as 'unavailable')" in said(sample)
    mixed = read(tmp_path / "b.csv", "v,w\n12 ms,1\n1.2 s,2\n3 ms,3\n")
    assert mixed.columns == ("w",) and "'v' (such as" in said(mixed)


def test_numbers_beyond_the_range_are_missing_and_said(tmp_path: Path) -> None:
    sample = read(tmp_path / "a.csv", "v,w\n1,1e400\n2,5\ninf,6\n")
    assert np.isnan(sample.values).tolist() == [[False, True], [False, False], [True, False]]
    assert "infinite values of 'v'" in said(sample) and "infinite values of 'w'" in said(sample)
    assert read(tmp_path / "b.csv", "v\n1e307\n2e307\n").values.max() == 2e307


SECONDS = HOURS.astype("datetime64[s]").astype("int64")


@pytest.mark.parametrize("name", ["@timestamp", "ts", "zeit", "Zeitstempel", "created_at", "x", "TIME_UTC", "t"])
@pytest.mark.parametrize("factor", [1, 10**3, 10**6, 10**9])
def test_unix_time_is_known_by_its_values_under_any_name(tmp_path: Path, name: str, factor: int) -> None:
    sample = read(tmp_path / "a.csv", csv([str(s * factor) for s in SECONDS], name=name))
    np.testing.assert_array_equal(sample.index, HOURS.to_numpy())
    assert sample.columns == ("v",) and "Unix time" in said(sample)


def test_a_counter_or_a_reading_is_no_time(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    counter = np.cumsum(rng.integers(1000, 9000, 60)) + 1_700_000_000
    sample = read(tmp_path / "a.csv", "requests_total,v\n" + "\n".join(f"{c},{i}" for i, c in enumerate(counter)))
    assert sample.columns == ("requests_total", "v") and not sample.has_times


@pytest.mark.parametrize("form", ["%Y%m%d%H%M", "%Y%m%d%H", "%Y%m%d%H%M%S"])
@pytest.mark.parametrize("name", ["timestamp", "date"])
def test_digits_are_the_date_that_they_spell(tmp_path: Path, form: str, name: str) -> None:
    sample = read(tmp_path / "a.csv", csv(HOURS.strftime(form), name=name))
    np.testing.assert_array_equal(sample.index, HOURS.to_numpy())


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("timestamp,v\n20240414,1\n20240415,2\n20240416,3\n", "2024-04-14", "2024-04-16"),
        ("date,hour,v\n2024-06-30,4,1\n2024-06-30,5,2\n2024-06-30,6,3\n", "2024-06-30T04", "2024-06-30T06"),
        ("date,hour,v\n20240630,23,1\n20240630,24,2\n", "2024-06-30T23", "2024-07-01T00"),
        ("Date,Time,v\n30.06.2024,04:00,1\n30.06.2024,05:00,2\n", "2024-06-30T04", "2024-06-30T05"),
        ("year,month,day,hour,v\n2024,6,30,4,1\n2024,6,30,5,2\n", "2024-06-30T04", "2024-06-30T05"),
        ("year,month,v\n2024,6,1\n2024,7,2\n", "2024-06-01", "2024-07-01"),
        ("date,v\n1990Q1,1\n1990Q2,2\n1990Q3,3\n", "1990-01-01", "1990-07-01"),
        ("time,v\n04/Mar/2024:00:00:00 +0000,1\n04/Mar/2024:01:00:00 +0000,2\n", "2024-03-04T00", "2024-03-04T01"),
        (
            "time;v\n2024-03-04 00:00:00,123;1\n2024-03-04 00:00:01,123;2\n",
            "2024-03-04T00:00:00.123",
            "2024-03-04T00:00:01.123",
        ),
        (",v\n2024-03-04,1\n2024-03-05,2\n", "2024-03-04", "2024-03-05"),
        ("v,recorded\n1,2024-03-04\n2,2024-03-05\n", "2024-03-04", "2024-03-05"),
        ("date,v\n45355.0,1\n45355.5,2\n", "2024-03-04", "2024-03-04T12"),
    ],
)
def test_times_in_parts_and_other_forms(tmp_path: Path, text: str, first: str, last: str) -> None:
    sample = read(tmp_path / "a.csv", text)
    assert sample.columns == ("v",)
    assert sample.index[0] == np.datetime64(first) and sample.index[-1] == np.datetime64(last)


def test_parts_of_a_date_beside_a_whole_stamp_are_values(tmp_path: Path) -> None:
    rows = [f"{t},{t.year},{t.month},{t.day},{t.hour},{i}" for i, t in enumerate(HOURS)]
    sample = read(tmp_path / "a.csv", "\n".join(["timestamp,year,month,day,hour,v", *rows]))
    np.testing.assert_array_equal(sample.index, HOURS.to_numpy())
    assert sample.columns == ("year", "month", "day", "hour", "v")


def test_times_without_a_date_get_none_and_rows_keep_their_order(tmp_path: Path) -> None:
    sample = read(tmp_path / "a.csv", "time,v\n23:58,1\n23:59,2\n00:00,3\n00:01,4\n")
    assert not sample.has_times and sample.values[:, 0].tolist() == [1, 2, 3, 4]
    assert np.diff(sample.index.astype(float)).tolist() == [60, 60, 60] and "no date" in said(sample)
    assert "over 1 midnight" in said(sample)
    passed = read(tmp_path / "b.csv", "time,v\n25:00:00,1\n25:10:00,2\n")
    assert passed.index.tolist() == [90_000, 90_600]
    halves = read(tmp_path / "c.csv", "time,v\n11:59 AM,1\n12:00 PM,2\n12:01 PM,3\n")
    assert np.diff(halves.index.astype(float)).tolist() == [60, 60]


@pytest.mark.parametrize("stamp", ["0000-00-00 00:00:00", "1970-01-01 00:00:00", "9999-12-31 00:00:00"])
def test_stamps_that_stand_for_none_are_left_out_and_named(tmp_path: Path, stamp: str) -> None:
    texts = [*HOURS.strftime("%Y-%m-%d %H:%M:%S")]
    texts[4] = stamp
    sample = read(tmp_path / "a.csv", csv(texts))
    assert len(sample.values) == 59 and stamp in said(sample) and "row 5" in said(sample)


def test_long_tables_become_one_channel_a_sensor(tmp_path: Path) -> None:
    rows = [f"{t},{s},{10 * s + i}" for i, t in enumerate(HOURS) for s in (2, 1)]
    numbered = read(tmp_path / "a.csv", "timestamp,sensor_id,value\n" + "\n".join(rows) + "\n")
    assert numbered.columns == ("sensor_id 1", "sensor_id 2") and numbered.shape == (60, 2)
    assert numbered.values[0].tolist() == [10, 20] and "sensor_id" in said(numbered)
    named = [f"{t},{m},{i}" for i, t in enumerate(HOURS) for m in ("temp", "flow") if (i, m) != (3, "flow")]
    words = read(tmp_path / "b.csv", "timestamp,metric,value\n" + "\n".join(named) + "\n")
    assert words.columns == ("temp", "flow") and np.isnan(words.values[3, 1]) and words.values[3, 0] == 3
    two = [f"{t},{h},{i},{i + 100}" for i, t in enumerate(HOURS) for h in ("a", "b")]
    wide = read(tmp_path / "c.csv", "timestamp,host,cpu,mem\n" + "\n".join(two) + "\n")
    assert wide.columns == ("cpu a", "cpu b", "mem a", "mem b")
    state = [f"{t},{'RUN' if i % 3 else 'IDLE'},{i}" for i, t in enumerate(HOURS)]
    assert read(tmp_path / "d.csv", "timestamp,mode,value\n" + "\n".join(state) + "\n").columns == ("value",)


@pytest.mark.parametrize(
    ("stamp", "zone", "first"),
    [
        ("2024-03-04T0{}:00:00+01:00", "+01:00", "2024-03-04T00"),
        ("2024-03-04 0{}:00:00 -0530", "-05:30", "2024-03-04T00"),
        ("2024-03-04 0{}:00:00Z", "UTC", "2024-03-04T00"),
        ("2024-03-04 0{}:00:00 CET", "+01:00", "2024-03-04T00"),
        ("2024-03-04 0{}:00:00 PDT", "-07:00", "2024-03-04T00"),
        ("04/03/2024 0{}:00:00+02:00", "+02:00", "2024-04-03T00"),
    ],
)
def test_the_files_own_clock_is_kept(tmp_path: Path, stamp: str, zone: str, first: str) -> None:
    sample = read(tmp_path / "a.csv", csv([stamp.format(i) for i in range(6)]))
    assert sample.zone == zone and sample.index[0] == np.datetime64(first)
    assert zone == "UTC" or f"own clock, {zone}" in said(sample)


def test_a_kept_series_has_its_clock_and_one_kept_without_still_loads(tmp_path: Path) -> None:
    sample = read(tmp_path / "a.csv", csv([f"{hour:%Y-%m-%d %H}:00:00+01:00" for hour in HOURS]))
    score_map = detector_class("series-density")().fit([sample]).score(sample)
    about, arrays = kept(sample, score_map)
    named = json.loads(json.dumps(about | {"name": sample.name, "notes": list(sample.notes)}))
    again, _ = restored(named, arrays)
    assert again.zone == sample.zone == "+01:00"
    del named["zone"]
    assert restored(named, arrays)[0].zone == ""


def test_an_offset_that_changes_is_utc_and_an_index_with_a_zone_keeps_its_clock(tmp_path: Path) -> None:
    changing = read(tmp_path / "a.csv", csv(["2024-10-27 02:30:00+02:00", "2024-10-27 02:30:00+01:00"]))
    assert changing.zone == "UTC" and changing.index[0] == np.datetime64("2024-10-27T00:30")
    assert len(changing.index) == 2
    frame = pd.DataFrame({"v": range(60)}, index=HOURS.tz_localize("Europe/Berlin"))
    sample = load_sample(frame)
    assert isinstance(sample, SeriesSample) and sample.zone == "+02:00" and sample.index[0] == HOURS[0].to_datetime64()
    periods = load_sample(pd.DataFrame({"v": range(60)}, index=HOURS.to_period("h")))
    named = load_sample(pd.DataFrame({"v": range(60)}, index=pd.Index(HOURS.strftime("%Y-%m-%d %H:%M"), name="when")))
    for other in (periods, named):
        assert isinstance(other, SeriesSample) and other.index[-1] == HOURS[-1].to_datetime64()


def test_missing_rows_and_dead_channels_stay_visible(tmp_path: Path) -> None:
    sample = read(tmp_path / "a.csv", "time,dead,v\n" + "\n".join(f"{t},,{i}" for i, t in enumerate(HOURS)) + "\n")
    assert sample.columns == ("dead", "v") and np.isnan(sample.values[:, 0]).all()
    assert "no value at all is there of 'dead'" in said(sample)


@pytest.mark.parametrize("filler", [9999.0, -999.0, -9999.0, 1e20, 32767.0, -32768.0, 999.9, 9.969209968386869e36])
@pytest.mark.parametrize("count", [1, 5])
def test_fillers_are_named_and_missing(tmp_path: Path, filler: float, count: int) -> None:
    values = 20 + np.sin(np.arange(60.0))
    values[10 : 10 + count] = filler
    sample = read(
        tmp_path / "a.csv", "time,v\n" + "\n".join(f"{t},{v!r}" for t, v in zip(HOURS, values.tolist(), strict=True))
    )
    assert np.isnan(sample.values[10 : 10 + count]).all() and np.isfinite(sample.values).sum() == 60 - count
    assert f"{filler:g} in {count} row" in said(sample)


def test_what_is_no_filler_stays() -> None:
    rng = np.random.default_rng(0)
    for values in (
        rng.normal(1000, 300, 500).round(),  # 999 is among its usual values
        np.append(rng.normal(20, 1, 500), 500_001.0),  # a spike of no such shape
        np.append(np.linspace(0, 9998, 500), 9999.0),
        np.full(10, 9999.0),
    ):
        kept, found = without_fillers(values)
        assert not found and np.array_equal(kept, values)


@pytest.mark.parametrize(
    "text",
    [
        "Line 3 export\nprinted 2024-05-01\n\n{}",
        "Line 3 export,,\n{}",
        "# device=7\n# tz=UTC\n{}",
        "#group,false,false\n#datatype,dateTime,double\n{}",
        "\ufeff{}",
        "sep=,\n{}",
    ],
)
def test_what_stands_above_the_header(tmp_path: Path, text: str) -> None:
    table = "time,temp,load\n" + "\n".join(f"{t},{i},{i + 1}" for i, t in enumerate(HOURS)) + "\n"
    sample = read(tmp_path / "a.csv", text.format(table))
    assert sample.columns == ("temp", "load") and sample.shape == (60, 2) and sample.has_times
    assert sample.notes or text.startswith("\ufeff")


def test_a_header_in_a_comment_is_the_header(tmp_path: Path) -> None:
    sample = read(
        tmp_path / "a.csv", "# made by x\n# time, temp\n" + "\n".join(f"{t},{i}" for i, t in enumerate(HOURS))
    )
    assert sample.columns == ("temp",) and sample.shape == (60, 1)


@pytest.mark.parametrize("sep", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_separators_trailing_ones_and_a_row_of_units(tmp_path: Path, sep: str, end: str) -> None:
    rows = [sep.join((str(t), str(i), f"{i}.5")) for i, t in enumerate(HOURS)]
    header, units = sep.join(("time", "temp", "flow")), sep.join(("", "degC", "l/min"))
    both = end.join([header, units, *rows]) + end
    sample = read(tmp_path / "a.csv", both)
    assert sample.units == ("°C", "l/min") and sample.shape == (60, 2) and "row below the header" in said(sample)
    for lines in ([header, *(row + sep for row in rows)], [header + sep, *(row + sep for row in rows)]):
        trailing = read(tmp_path / "b.csv", end.join(lines) + end)
        assert trailing.columns == ("temp", "flow") and trailing.shape == (60, 2)


def test_json_records_lines_and_columns(tmp_path: Path) -> None:
    records = [{"timestamp": str(t), "v": i} for i, t in enumerate(HOURS)]
    lines = "\n".join(json.dumps(row) for row in records)
    columns = {"timestamp": [str(t) for t in HOURS], "v": list(range(60))}
    for name, text in (("a.json", json.dumps(records)), ("a.jsonl", lines), ("b.json", json.dumps(columns))):
        sample = read(tmp_path / name, text)
        assert sample.columns == ("v",) and sample.index[-1] == HOURS[-1].to_datetime64()
        assert load_sample(tmp_path / name).modality == "series"
    nested = json.dumps({"status": "ok", "data": records})
    assert read(tmp_path / "c.json", nested).shape == (60, 1)
    for bad in ('{"a": 1}', "[1, 2", '{"a": {"b": [1]}}', "[" * 100_000, '[{"a": {"b": 1}}, {"a": {"b": 2}}]'):
        with pytest.raises(InputError):
            read(tmp_path / "d.json", bad)


@pytest.mark.parametrize(
    ("name", "encoding"),
    [("temp [°C]", "latin-1"), ("Größe", "cp1252"), ("Давление насоса", "cp1251"), ("v", "utf-16")],
)
def test_encodings_are_told_by_the_content(tmp_path: Path, name: str, encoding: str) -> None:
    sample = read(tmp_path / "a.csv", csv(HOURS.strftime("%Y-%m-%d %H:%M")).replace(",v", f",{name}").encode(encoding))
    assert sample.columns == (name,) and "not UTF-8" in said(sample)


def test_gzip_is_unpacked_within_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = gzip.compress(csv(HOURS.strftime("%Y-%m-%d %H:%M")).encode())
    assert read(tmp_path / "a.csv.gz", packed).shape == (60, 1)
    with pytest.raises(InputError, match="too early"):
        read(tmp_path / "b.csv.gz", packed[:-20])
    with pytest.raises(InputError, match="damaged"):
        read(tmp_path / "c.csv.gz", packed[:30] + b"xxxxxxxx" + packed[38:])
    monkeypatch.setattr(decoding, "MAX_TABLE_BYTES", 1_000_000)
    with pytest.raises(InputError, match="unpacks to more than 1,000,000"):
        read(tmp_path / "bomb.csv.gz", gzip.compress(b"0" * 300_000_000, 1))


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("pump (2)", ""),
        ("T1 (calibrated)", ""),
        ("sensor (left)", ""),
        ("vitamin_c", ""),
        ("status_a", ""),
        ("model_s", ""),
        ("temp_min", ""),
        ("country_us", ""),
        ("node_db", ""),
        ("speed_km_h", "km/h"),
        ("vib_mm_s", "mm/s"),
        ("temp_c", "°C"),
        ("current_a", "A"),
        ("cpu%", "%"),
        ("temp °C", "°C"),
        ("power kW", "kW"),
        ("flow l/min", "l/min"),
        ("flow [m³/h]", "m³/h"),
        ("p (bar)", "bar"),
        ("pressure_kPa", "kPa"),
        ("io_mb_s", "MB/s"),
        ("node_cpu_seconds_total", "s"),
        ("uptime_min", "min"),
        ("Temperature(C)", "°C"),
        ("temp (F)", "°F"),
        ("temp_c_max", "°C"),
    ],
)
def test_only_units_are_units(name: str, unit: str) -> None:
    assert unit_of(name) == unit
