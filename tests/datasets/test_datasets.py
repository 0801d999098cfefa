"""The data that ships, and readers of public formats: on tiny files made here, and on the real ones where they lie."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from anomalyst import datasets
from anomalyst.datasets import LabelledSeries
from anomalyst.errors import InputError, OutputError
from anomalyst.modalities.reading import load_sample
from anomalyst.modalities.series.sample import SeriesSample
from tests.helpers.places import SHARED
from tests.helpers.reading import load_normals

DATA = SHARED / "data"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"no public data in {DATA}; set ANOMALYST_SHARED")


# --------------------------------------------------------------------------------------------------- what ships
@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any attempt to reach a network fails."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was touched")

    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.mark.parametrize("texture", datasets.TEXTURES)
def test_photographs_need_no_network_and_masks_fit_the_defects(
    offline: None, texture: datasets.bundled.Texture
) -> None:
    images = datasets.bundled_images(texture)
    assert len(images.normals) == 20 and len(images.tests) == 12
    assert sum(t.label for t in images.tests) == 6
    for test in images.tests:
        assert test.mask is not None and bool(test.mask.any()) == test.label == (test.defect != "good")
        assert test.sample.pixels.min() >= 0 and test.sample.pixels.max() <= 1
        if test.label:
            assert 0.01 < test.mask.mean() < 0.12
    again = datasets.bundled_images(texture)
    assert all(np.array_equal(a.sample.pixels, b.sample.pixels) for a, b in zip(images.tests, again.tests, strict=True))


def test_a_composite_changes_the_picture_only_around_its_mask() -> None:
    from scipy.ndimage import binary_dilation

    background = np.full((96, 96, 3), 0.5, dtype=np.float32)
    for placed in datasets.bundled.cutouts():
        pixels, mask = datasets.bundled.composite(background, placed, 0.3, np.random.default_rng(1))
        changed = np.abs(pixels - background).max(axis=2) > 1e-3
        assert not (changed & ~binary_dilation(mask, iterations=5)).any()
        assert changed[mask].mean() > 0.8


def test_no_test_pixel_was_seen_in_a_normal(monkeypatch: pytest.MonkeyPatch) -> None:
    # A photograph whose every pixel carries its own number shows which pixels each crop took.
    numbers = np.arange(512 * 512, dtype=np.float64).reshape(512, 512, 1).repeat(3, axis=2)
    monkeypatch.setattr(datasets.bundled, "_photograph", lambda _: numbers)
    images = datasets.bundled_images("grass")
    seen = {int(v) for sample in images.normals for v in sample.pixels[..., 0].ravel()}
    tested = {int(v) for test in images.tests if not test.label for v in test.sample.pixels[..., 0].ravel()}
    assert seen and tested and not seen & tested


def test_wrong_wishes_are_refused() -> None:
    with pytest.raises(InputError, match="'brick', 'grass', 'gravel'"):
        datasets.bundled_images("wood")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="size=300"):
        datasets.bundled_images("brick", size=300)


def test_the_recording_is_long_enough_and_its_faults_show(offline: None) -> None:
    series = datasets.bundled_series()
    assert series.train is not None and series.train.columns == series.test.columns
    rows = len(series.train.values) + len(series.test.values)
    assert rows >= 3600 and series.test.has_times
    span = series.test.index[-1] - series.train.index[0]
    assert span >= np.timedelta64(3600, "s")
    assert span / np.timedelta64(1, "s") / (rows - 1) <= 1.01  # at least once a second
    kinds = {event.kind for event in series.events}
    assert kinds >= {"cpu_hog", "memory_leak", "disk_stall", "dropped_requests", "stuck_sensor"}
    for event in series.events:
        assert 40 <= event.stop - event.start <= 120
        for channel in event.channels:
            assert fault_shows(series, event, channel), (event, channel)


def fault_shows(series: LabelledSeries, event: datasets.Event, channel: str) -> bool:
    """Whether a fault's channel stands still (stuck sensor), or its values rank apart from those at the same time of
    the ten-minute day (600 rows) in the reference: of 100 pairs, 85 or more go the same way."""
    assert series.train is not None
    column = series.test.columns.index(channel)
    during = series.test.values[event.start : event.stop, column]
    if event.kind == "stuck_sensor":
        return bool((during == during[0]).all())
    normal = series.train.values[:, column]
    hours = np.arange(event.start, event.stop) % 600
    same_hours = np.concatenate([normal[hours + 600 * day] for day in range(len(normal) // 600)])
    late = during[len(during) // 2 :]  # a leak needs time
    pairs = np.sign(late[:, None] - same_hours[None, :])
    return bool(abs(np.nanmean(pairs)) >= 0.7)


def test_recovery_between_faults() -> None:
    series = datasets.bundled_series()
    gaps = [b.start - a.stop for a, b in zip(series.events, series.events[1:], strict=False)]
    assert min(gaps) >= 90
    memory = series.test.values[:, series.test.columns.index("memory_mb")]
    leak = next(event for event in series.events if event.kind == "memory_leak")
    assert memory[leak.stop + 5] < memory[leak.stop - 1] - 100


def test_examples_are_files_that_load(offline: None, tmp_path: Path) -> None:
    examples = datasets.bundled_examples(tmp_path / "out")
    assert [e.modality for e in examples] == ["image", "image", "image", "series", "table"]
    for example in examples:
        sample = load_sample(example.input)
        normals = load_normals(example.normal, example.modality)
        assert sample.modality == example.modality and len(normals) == (20 if example.modality == "image" else 1)
        assert example.truth.is_file() and example.about
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match="cannot be written"):
        datasets.bundled_examples(tmp_path / "file")


# ------------------------------------------------------------------------------------ public formats, tiny files
def save_npz(path: Path, **arrays: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, **arrays)  # type: ignore[arg-type]
    return path


def test_npz_series(tmp_path: Path) -> None:
    label = np.array([0, 1, 1, 0, 1], np.uint8)
    dims = np.zeros((5, 2), np.uint8)
    dims[1:3, 1] = 1
    save_npz(tmp_path / "SMAP_A-1.npz", train=np.zeros((4, 2)), test=np.ones((5, 2)), label=label, label_dims=dims)
    (series,) = datasets.read_smap_msl(tmp_path)
    assert series.group == "SMAP" and series.name == "SMAP_A-1"
    assert series.train is not None and series.train.shape == (4, 2) and series.test.shape == (5, 2)
    assert [(e.start, e.stop) for e in series.events] == [(1, 3), (4, 5)]
    assert series.channel_labels is not None and series.channel_labels[:, 1].tolist() == [
        False,
        True,
        True,
        False,
        False,
    ]
    save_npz(tmp_path / "ecg" / "a.npz", values=np.arange(5.0), label=label)
    (ecg,) = datasets.read_mba(tmp_path / "ecg" / "a.npz")
    assert ecg.train is None and ecg.test.shape == (5, 1) and ecg.labels.sum() == 3


def test_npz_that_needs_pickle_or_lacks_arrays_is_refused(tmp_path: Path) -> None:
    save_npz(tmp_path / "p.npz", test=np.array([{}], dtype=object), label=np.zeros(1))
    with pytest.raises(InputError, match="pickled objects"):
        next(datasets.read_smd(tmp_path))
    save_npz(tmp_path / "p.npz", test=np.zeros(3))
    with pytest.raises(InputError, match="lacks the arrays"):
        next(datasets.read_ucr(tmp_path))
    save_npz(tmp_path / "p.npz", test=np.zeros(3), label=np.zeros(2))
    with pytest.raises(InputError, match="one label per row"):
        next(datasets.read_ucr(tmp_path))
    (tmp_path / "p.npz").write_bytes(b"PK\x03\x04 not an archive")
    with pytest.raises(InputError, match="no readable NPZ"):
        next(datasets.read_asd(tmp_path))
    with pytest.raises(InputError, match="holds no .npz files"):
        (tmp_path / "empty").mkdir()
        next(datasets.read_asd(tmp_path / "empty"))


def test_nab(tmp_path: Path) -> None:
    (tmp_path / "data" / "real").mkdir(parents=True)
    (tmp_path / "labels").mkdir()
    rows = "".join(f"2024-01-01 00:0{i}:00,{i}\n" for i in range(6))
    (tmp_path / "data" / "real" / "a.csv").write_text("timestamp,value\n" + rows)
    windows = {"real/a.csv": [["2024-01-01 00:01:00.000000", "2024-01-01 00:02:00.000000"]], "real/gone.csv": []}
    (tmp_path / "labels" / "combined_windows.json").write_text(json.dumps(windows))
    (series,) = datasets.read_nab(tmp_path)
    assert series.labels.tolist() == [False, True, True, False, False, False] and series.group == "real"
    with pytest.raises(InputError, match="combined_windows.json"):
        next(datasets.read_nab(tmp_path / "data"))


def test_skab_kpi_and_labelled_csv(tmp_path: Path) -> None:
    (tmp_path / "valve1").mkdir()
    lines = [f"2024-01-01 00:00:0{i};{i};{int(i > 6)};0" for i in range(9)]
    (tmp_path / "valve1" / "0.csv").write_text("datetime;Current;anomaly;changepoint\n" + "\n".join(lines) + "\n")
    (series,) = datasets.read_skab(tmp_path, train_rows=4)
    assert (
        series.train is not None and series.train.shape == (4, 1) and series.labels.tolist() == [False] * 3 + [True] * 2
    )
    with pytest.raises(InputError, match="train_rows=400"):
        next(datasets.read_skab(tmp_path))
    (tmp_path / "kpi.csv").write_text("timestamp,value,label,KPI ID\n300,1,0,a\n600,2,1,a\n300,5,0,b\n600,6,0,b\n")
    assert [(s.name, s.labels.tolist()) for s in datasets.read_kpi(tmp_path / "kpi.csv")] == [
        ("a", [False, True]),
        ("b", [False, False]),
    ]
    (tmp_path / "own.csv").write_text("t,v,broken\n0,1,yes\n1,2,no\n")
    (own,) = datasets.read_labelled_csv(tmp_path / "own.csv", label="broken")
    assert own.labels.tolist() == [True, False] and own.test.columns == ("t", "v")
    with pytest.raises(InputError, match="has no label column"):
        next(datasets.read_labelled_csv(tmp_path / "own.csv"))
    (tmp_path / "own.csv").write_text("v\n1\n2\n")
    with pytest.raises(InputError, match="no label column"):
        next(datasets.read_labelled_csv(tmp_path / "own.csv"))


def test_mvtec_layout(tmp_path: Path) -> None:
    picture = np.arange(64, dtype=np.uint8).reshape(8, 8)
    mask = np.where(np.eye(8), 255, 0).astype(np.uint8)
    for name in ("train/good/0.png", "test/good/0.png", "test/hole/0.png", "test/hole/1.png"):
        path = tmp_path / "nut" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(picture).save(path)
    (tmp_path / "nut" / "ground_truth" / "hole").mkdir(parents=True)
    for name in ("0_mask.png", "1.PNG"):
        Image.fromarray(mask).save(tmp_path / "nut" / "ground_truth" / "hole" / name)
    (category,) = datasets.mvtec_categories(tmp_path)
    images = list(datasets.read_mvtec(category))
    assert [(i.split, i.defect, i.label) for i in images] == [
        ("train", "good", False),
        ("test", "good", False),
        ("test", "hole", True),
        ("test", "hole", True),
    ]
    assert all(i.mask is not None and i.mask.sum() == 8 for i in images[2:])
    assert len(list(datasets.read_mvtec(category, "train"))) == 1
    with pytest.raises(InputError, match="'nut'"):
        next(datasets.read_mvtec(tmp_path))
    Image.fromarray(mask[:4]).save(tmp_path / "nut" / "ground_truth" / "hole" / "0_mask.png")
    with pytest.raises(InputError, match="both must agree"):
        list(datasets.read_mvtec(category))


def test_adbench(tmp_path: Path) -> None:
    save_npz(tmp_path / "1_set.npz", X=np.ones((3, 2)), y=np.array([0, 1, 0]))
    (table,) = datasets.read_adbench(tmp_path)
    assert table.x.shape == (3, 2) and table.y.tolist() == [False, True, False]


# ------------------------------------------------------------------------------------ public formats, real files
REAL: list[tuple[Callable[[Path], Iterator[LabelledSeries]], str, int, int]] = [
    (datasets.read_nab, "nab", 39, 79),
    (datasets.read_smap_msl, "smap_msl", 54, 54),
    (datasets.read_smd, "smd", 4, 4),
    (datasets.read_asd, "asd", 8, 8),
    (datasets.read_ucr, "ucr", 4, 4),
    (datasets.read_mba, "mba_ecg", 2, 2),
    (datasets.read_skab, "skab", 23, 23),
    (datasets.read_kpi, "kpi", 1, 1),
]


@pytest.mark.external
@needs_data
@pytest.mark.parametrize(("read", "folder", "count", "least_events"), REAL)
def test_real_series(
    read: Callable[[Path], Iterator[LabelledSeries]], folder: str, count: int, least_events: int
) -> None:
    found = events = 0
    for series in read(DATA / "timeseries" / folder):
        found, events = found + 1, events + len(series.events)
        ticks = series.test.index.astype("int64" if series.test.has_times else "float64")
        told = np.ones(len(ticks), dtype=bool)
        for start, stop in series.test.gaps:  # rows that the clock lacks
            told[start:stop] = False
        assert bool((np.diff(ticks) > 0).all()) and np.isfinite(series.test.values[told]).all()
        assert not np.isfinite(series.test.values[~told]).any()
        assert isinstance(series.test, SeriesSample) and 0 <= series.labels.mean() < 0.9
        if series.channel_labels is not None:
            assert not series.channel_labels[~series.labels].any()
    assert found == count and events >= least_events


@pytest.mark.external
@needs_data
def test_real_images_and_tables() -> None:
    categories = {path.name: path for path in datasets.mvtec_categories(DATA / "images")}
    assert len(categories) >= 8
    images = list(datasets.read_mvtec(categories["aitex_fabric02"], "test"))
    assert len(images) == 78 and sum(i.mask is not None and bool(i.mask.any()) for i in images) == 22
    assert all(i.mask is None for i in datasets.read_mvtec(categories["brain_mri_a"], "test"))
    wine = next(datasets.read_adbench(DATA / "tabular" / "adbench_classical" / "45_wine.npz"))
    assert wine.x.shape == (129, 13) and wine.y.sum() == 10
