"""Reading what users give: real files of every accepted kind, and one clear line for each that cannot be used."""

from __future__ import annotations

import io
import os
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from anomalyst.errors import InputError
from anomalyst.modalities.files import display_name, file_kind
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.reading import load_sample
from anomalyst.modalities.series.reading.source import align_columns
from anomalyst.modalities.series.sample import SeriesSample
from anomalyst.modalities.unit_names import unit_of
from tests.helpers.reading import iter_inputs, list_inputs, load_normals

RNG = np.random.default_rng(0)
PICTURE = RNG.integers(0, 256, (24, 32, 3), dtype=np.uint8)


def write(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def series(path: Path, text: str) -> SeriesSample:
    sample = load_sample(write(path, text))
    assert isinstance(sample, SeriesSample)
    return sample


def picture(path: Path) -> ImageSample:
    sample = load_sample(path)
    assert isinstance(sample, ImageSample)
    return sample


def refusal(source: object, modality: object = None) -> str:
    """The message, which must be one line that says something."""
    with pytest.raises(InputError) as caught:
        load_sample(source, modality)  # type: ignore[arg-type]
    message = str(caught.value)
    assert "\n" not in message and len(message) < 500
    return message


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF", "WEBP", "JPEG"])
def test_an_image_is_known_by_its_content_whatever_its_name(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "photo.dat"
    lossless = {"lossless": True} if kind == "WEBP" else {}
    Image.fromarray(PICTURE).save(path, format=kind, **lossless)
    sample = picture(path)
    assert sample.shape == (24, 32) and sample.pixels.dtype == np.float32 and not sample.grey
    if kind != "JPEG":
        np.testing.assert_allclose(sample.pixels, PICTURE / 255, atol=1e-6)


def test_sixteen_bit_greys_use_their_full_range(tmp_path: Path) -> None:
    deep = np.array([[0, 32768], [65535, 100]], dtype=np.uint16)
    for name in ("deep.png", "deep.tif"):
        Image.fromarray(deep).save(tmp_path / name)
        sample = picture(tmp_path / name)
        np.testing.assert_allclose(sample.pixels[..., 0], deep / 65535, atol=1e-6)
        assert sample.grey


def test_transparency_lies_over_white_and_is_noted(tmp_path: Path) -> None:
    pixels = np.zeros((4, 4, 4), dtype=np.uint8)
    pixels[:2, :, 3] = 255  # black above, transparent below
    Image.fromarray(pixels).save(tmp_path / "a.png")
    sample = picture(tmp_path / "a.png")
    assert sample.pixels[:2].max() == 0 and sample.pixels[2:].min() == 1
    assert sample.notes == ("transparent parts were laid over white",)


def test_exif_orientation_is_applied(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: rows are columns
    Image.fromarray(PICTURE).save(tmp_path / "turned.jpg", exif=exif)
    assert picture(tmp_path / "turned.jpg").shape == (32, 24)


def test_a_text_file_named_png_is_refused(tmp_path: Path) -> None:
    message = refusal(write(tmp_path / "x.png", "time,value\n1,2\n2,3\n"))
    assert "plain text" in message and "x.png" in message


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF", "BMP"])
def test_a_cut_off_image_is_refused_wherever_it_is_cut(tmp_path: Path, kind: str) -> None:
    buffer = io.BytesIO()
    Image.fromarray(PICTURE).save(buffer, format=kind)
    whole = buffer.getvalue()
    for share in (0.1, 0.5, 0.9):
        path = write(tmp_path / "cut.png", whole[: int(len(whole) * share)])
        if file_kind(path) == "picture":
            assert "damaged" in refusal(path)
        else:
            refusal(path)


@pytest.mark.parametrize("side", [6_400, 9_700, 20_000])
def test_a_huge_image_is_refused_before_it_is_decoded(tmp_path: Path, side: int) -> None:
    path = tmp_path / "huge.png"
    Image.new("1", (side, side)).save(path, compress_level=1)
    began = time.perf_counter()
    message = refusal(path)
    assert time.perf_counter() - began < 0.5
    assert "downscale" in message and "crop" in message and "40,000,000" in message


def test_damaged_images_never_leave_anything_but_an_input_error(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    Image.fromarray(PICTURE).save(buffer, format="PNG")
    whole = bytearray(buffer.getvalue())
    for _ in range(150):
        hurt = bytearray(whole)
        for place in RNG.integers(8, len(whole), 4):
            hurt[place] = RNG.integers(256)
        try:
            load_sample(write(tmp_path / "hurt.png", bytes(hurt)))
        except InputError as error:
            assert "hurt.png" in str(error)


def test_image_arrays(tmp_path: Path) -> None:
    sample = load_sample(PICTURE)
    assert isinstance(sample, ImageSample)
    np.testing.assert_allclose(sample.pixels, PICTURE / 255, atol=1e-6)
    assert isinstance(load_sample(PICTURE[..., 0].astype(float) / 255, "image"), ImageSample)
    assert isinstance(load_sample(Image.fromarray(PICTURE)), ImageSample)
    assert "moveaxis" in refusal(np.zeros((3, 30, 40)))
    assert "no numbers" in refusal(np.full((30, 40, 3), np.nan))
    assert "uint8" in refusal(np.zeros((30, 40, 3), dtype=np.int64))
    np.save(tmp_path / "a.npy", PICTURE)
    assert load_sample(tmp_path / "a.npy").modality == "image"


def test_a_table_of_bytes_may_be_either_and_the_option_is_named(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", PICTURE[..., 0])
    assert "say which it is" in refusal(tmp_path / "a.npy")
    assert "say which it is" in refusal(np.zeros((256, 256)))
    assert load_sample(tmp_path / "a.npy", "image").shape == (24, 32)
    assert load_sample(tmp_path / "a.npy", "series").shape == (24, 32)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_separators_and_byte_order_marks(tmp_path: Path, separator: str, bom: str) -> None:
    rows = [
        ["time", "latency_ms", "temp (°C)"],
        ["2024-01-01 00:00:00", "1.5", "20"],
        ["2024-01-01 00:01:00", "", "21"],
    ]
    sample = series(tmp_path / "a.csv", bom + "\n".join(separator.join(row) for row in rows) + "\n")
    assert sample.columns == ("latency_ms", "temp (°C)") and sample.units == ("ms", "°C")
    assert sample.has_times and np.isnan(sample.values[1, 0])
    assert sample.index[1] - sample.index[0] == np.timedelta64(60, "s")


def test_decimal_commas(tmp_path: Path) -> None:
    sample = series(tmp_path / "a.csv", "zeit;wert\n13.02.2024;1,5\n14.02.2024;2,25\n")
    assert sample.values[:, 0].tolist() == [1.5, 2.25]
    assert sample.index[0] == np.datetime64("2024-02-13")


@pytest.mark.parametrize(
    ("stamp", "unit"), [(1_700_000_000, 1), (1_700_000_000_000, 10**3), (1_700_000_000_000_000, 10**6)]
)
def test_unix_time_is_told_by_its_size(tmp_path: Path, stamp: int, unit: int) -> None:
    sample = series(tmp_path / "a.csv", f"timestamp,v\n{stamp},1\n{stamp + unit},2\n")
    assert sample.index[0] == np.datetime64("2023-11-14T22:13:20")
    assert sample.index[1] - sample.index[0] == np.timedelta64(1, "s")


def test_time_zones_become_utc_and_other_numbers_stay_numbers(tmp_path: Path) -> None:
    sample = series(tmp_path / "a.csv", "time,v\n0.5,1\n0.75,2\n")
    assert not sample.has_times and sample.index.tolist() == [0.5, 0.75]
    sample = series(tmp_path / "a.csv", "time,v\n2024-01-01T01:00:00+02:00,1\n2024-01-01T00:00:00Z,2\n")
    assert sample.index[0] == np.datetime64("2023-12-31T23:00:00")


def test_rows_are_sorted_and_repeated_times_averaged(tmp_path: Path) -> None:
    sample = series(tmp_path / "a.csv", "time,v,w\n2024-01-02,5,1\n2024-01-01,1,\n2024-01-01,3,4\n")
    np.testing.assert_array_equal(sample.values, [[2, 4], [5, 1]])
    assert any("sorted" in note for note in sample.notes) and any("averaged" in note for note in sample.notes)


def test_dates_that_may_be_read_two_ways_are_noted(tmp_path: Path) -> None:
    sample = series(tmp_path / "a.csv", "date,v\n01/02/2024,1\n03/02/2024,2\n")
    assert "month/day/year" in sample.notes[0]
    assert series(tmp_path / "a.csv", "date,v\n01/02/2024,1\n23/02/2024,2\n").index[0] == np.datetime64("2024-02-01")


def test_label_columns_are_left_out_with_a_note(tmp_path: Path) -> None:
    sample = series(tmp_path / "a.csv", "time,v,Anomaly,changepoint\n1,2,0,0\n2,3,1,0\n")
    assert sample.columns == ("v",) and "'Anomaly', 'changepoint'" in sample.notes[0]


def test_files_without_header_and_with_row_numbers(tmp_path: Path) -> None:
    assert series(tmp_path / "a.csv", "1,2\n3,4\n5,6\n").shape == (3, 2)
    assert series(tmp_path / "a.csv", "2024-01-01,2\n2024-01-02,4\n").values[:, 0].tolist() == [2, 4]
    assert series(tmp_path / "a.csv", ",v\n0,7\n1,8\n").columns == ("v",)
    assert series(tmp_path / "a.csv", "v\n1\n2\n").columns == ("v",)


def test_constant_and_partly_missing_columns_are_fine(tmp_path: Path) -> None:
    sample = series(tmp_path / "a.csv", "v,w\n1,\n1,2\n1,3\n")
    assert sample.values[:, 0].tolist() == [1, 1, 1] and np.isnan(sample.values[0, 1])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "0 bytes"),
        ("\n \n", "no data"),
        ("a,b\n", "0 data rows"),
        ("a,b\n1,2\n", "1 data row"),
        ("a,b\n,\n,\n", "no value at all"),
        ("host\nweb\ndb\n", "'host' holds 'web'"),
        ("time,host,site\n1,web,x\n2,db,y\n", "'host' holds 'web'"),
        ("a,b\n1,2\n1,2,3\n", "regular table"),
        ("a,b\n1,2,3\n1,2,3\n", "regular table"),
        ("a,a\n1,2\n3,4\n", "occurs twice"),
        ("time,v\n2024-01-01,1\nsoon,2\n", "'soon' in data row 2"),
        ("time,v\n2024-01-01,1\n,2\n", "missing in data row 2"),
        ("time,v\n2024-01-01,1\n2024-01-01,2\n", "same time stamp"),
        ("time,label\n1,0\n2,1\n", "no column of values"),
    ],
)
def test_bad_tables_are_refused_in_one_line(tmp_path: Path, text: str, said: str) -> None:
    assert said in refusal(write(tmp_path / "a.csv", text))


def test_parquet_npy_and_frames(tmp_path: Path) -> None:
    times = pd.date_range("2024-01-01", periods=3, freq="h")
    frame = pd.DataFrame({"v": [1.0, 2.0, 3.0], "on": [True, False, True]}, index=times)
    frame.reset_index(names="time").to_parquet(tmp_path / "a.parquet")
    for source in (tmp_path / "a.parquet", frame):
        sample = load_sample(source)
        assert isinstance(sample, SeriesSample) and sample.has_times
        np.testing.assert_array_equal(sample.values, [[1, 1], [2, 0], [3, 1]])
    np.save(tmp_path / "a.npy", np.arange(6.0).reshape(3, 2))
    assert load_sample(tmp_path / "a.npy").shape == (3, 2)
    assert load_sample(pd.Series([1, 2, 3])).shape == (3, 1)
    write(tmp_path / "b.parquet", (tmp_path / "a.parquet").read_bytes()[:200])
    assert "damaged" in refusal(tmp_path / "b.parquet")


def test_nothing_is_ever_unpickled(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, ...]:
            return os.mkdir, (str(tmp_path / "sprung"),)

    np.save(tmp_path / "a.npy", np.array([Trap()], dtype=object), allow_pickle=True)
    assert "pickled objects are not read" in refusal(tmp_path / "a.npy")
    assert not (tmp_path / "sprung").exists()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(*[st.one_of(st.none(), st.floats(-1e9, 1e9, allow_subnormal=False))] * 2), min_size=2, max_size=20
    ),
    st.sampled_from([",", ";", "\t"]),
)
def test_any_table_of_numbers_comes_back(tmp_path: Path, rows: list[tuple[float | None, ...]], separator: str) -> None:
    rows = [(1.0, 2.0), *rows]
    cells = [separator.join("" if c is None else repr(c) for c in (i, *row)) for i, row in enumerate(rows)]
    sample = series(tmp_path / "a.csv", separator.join(("time", "v", "w")) + "\n" + "\n".join(cells) + "\n")
    np.testing.assert_array_equal(sample.values, np.array(rows, dtype=np.float64))


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(tmp_path: Path, content: bytes) -> None:
    for name in ("a.csv", "a.png", "a.npy"):
        try:
            load_sample(write(tmp_path / name, content))
        except InputError as error:
            assert "\n" not in str(error)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet=st.sampled_from(list('ab1290.,;\t\n"-: e+')), max_size=80))
def test_any_text_is_read_or_refused(tmp_path: Path, content: str) -> None:
    try:
        sample = series(tmp_path / "a.csv", content)
    except InputError as error:
        assert "\n" not in str(error)
    else:
        assert np.isfinite(sample.values).any()
        assert bool((np.diff(sample.index.astype(np.float64)) > 0).all())


def test_paths_that_lead_nowhere(tmp_path: Path) -> None:
    assert "does not exist" in refusal(tmp_path / "no.csv")
    assert "does not exist" in refusal("x" * 5000) or "cannot be opened" in refusal("x" * 5000)
    assert "empty path" in refusal("  ")
    assert "cannot be opened" in refusal("a\0b")
    assert "regular file" in refusal("/dev/null")
    os.mkfifo(tmp_path / "pipe")
    assert "regular file" in refusal(tmp_path / "pipe")
    assert "'int'" in refusal(5)
    assert "modality 'sound'" in refusal(PICTURE, "sound")
    assert "ZIP" in refusal(write(tmp_path / "a.xlsx", b"PK\x03\x04rest"))


def test_asking_for_the_other_modality_is_refused(tmp_path: Path) -> None:
    Image.fromarray(PICTURE).save(tmp_path / "a.png")
    assert "is an image" in refusal(tmp_path / "a.png", "series")
    assert "plain text" in refusal(write(tmp_path / "a.csv", "v\n1\n2\n"), "image")
    assert "series" in refusal(pd.DataFrame({"v": [1, 2]}), "image")


def test_a_folder_with_both_kinds_names_the_option(tmp_path: Path) -> None:
    for number in (10, 9, 1):
        Image.fromarray(PICTURE).save(tmp_path / f"part{number}.png")
    write(tmp_path / "notes.txt", "nothing to read")
    write(tmp_path / ".hidden.csv", "v\n1\n2\n")
    assert [p.name for p in list_inputs(tmp_path)] == ["part1.png", "part9.png", "part10.png"]
    write(tmp_path / "a.csv", "v\n1\n2\n")
    with pytest.raises(InputError, match="say which is meant"):
        list_inputs(tmp_path)
    assert len(list(iter_inputs(tmp_path, "image"))) == 3 and len(list(iter_inputs(tmp_path, "series"))) == 1
    with pytest.raises(InputError, match="sub-folders.*'inner'"):
        (tmp_path / "outer" / "inner").mkdir(parents=True)
        list_inputs(tmp_path / "outer")


def test_links_out_of_a_folder_are_not_followed(tmp_path: Path) -> None:
    write(tmp_path / "secret.csv", "v\n1\n2\n")
    inside = tmp_path / "inside"
    inside.mkdir()
    write(inside / "own.csv", "v\n1\n2\n")
    (inside / "out.csv").symlink_to(tmp_path / "secret.csv")
    (inside / "alias.csv").symlink_to(inside / "own.csv")
    assert [p.name for p in list_inputs(inside)] == ["alias.csv", "own.csv"]


def test_normal_images_may_differ_in_size_and_lie_in_train_good(tmp_path: Path) -> None:
    good = tmp_path / "train" / "good"
    good.mkdir(parents=True)
    Image.fromarray(PICTURE).save(good / "a.png")
    Image.fromarray(PICTURE[:10]).save(good / "b.png")
    assert [s.shape for s in load_normals(tmp_path, "image")] == [(24, 32), (10, 32)]
    assert len(load_normals([good / "a.png", PICTURE], "image")) == 2
    assert len(load_normals(np.stack([PICTURE, PICTURE]), "image")) == 2
    with pytest.raises(InputError, match="empty list"):
        load_normals([], "image")


def test_normal_series_must_have_the_same_columns(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", "v,w\n1,2\n3,4\n")
    write(tmp_path / "b.csv", "w,v\n20,10\n40,30\n")
    first, second = load_normals(tmp_path, "series")
    assert isinstance(second, SeriesSample) and second.values.tolist() == [[10, 20], [30, 40]]
    write(tmp_path / "c.csv", "v,x\n1,2\n3,4\n")
    with pytest.raises(InputError, match="missing 'w'; extra 'x'"):
        load_normals(tmp_path, "series")
    assert isinstance(first, SeriesSample)
    assert align_columns(first, first) is first


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("latency_ms", "ms"),
        ("cpu_percent", "%"),
        ("temp (°C)", "°C"),
        ("disk_write_kb_s", "kB/s"),
        ("requests_per_s", "requests/s"),
        ("rate_mb_per_min", "MB/min"),
        ("ms", ""),
    ],
)
def test_units_are_read_from_names(name: str, unit: str) -> None:
    assert unit_of(name) == unit


@given(st.text())
def test_display_names_are_short_and_on_one_line(text: str) -> None:
    name = display_name(text)
    assert len(name) <= 80 and name.isprintable()


def test_names_from_files_are_made_safe(tmp_path: Path) -> None:
    sample = series(tmp_path / "a.csv", "a\x1b[31mred,\u202eb," + "c" * 300 + "\n1,2,3\n4,5,6\n")
    assert all(c.isprintable() and len(c) <= 80 for c in sample.columns) and len(set(sample.columns)) == 3
