"""The shared cases of pictures, as they should come out: read, on one scale, found or said why not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from anomalyst.modalities.image.reading.reader import read_image
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.tools.workbench import Workbench
from tests.helpers.places import SHARED

CASES = SHARED / "cases" / "images"


def folder_of(case: str) -> Path:
    """The folder of a case; skips where it is absent."""
    if not (CASES / case).is_dir():
        pytest.skip(f"{CASES / case} is absent; set ANOMALYST_SHARED to the folder that holds cases/images")
    return CASES / case


def judged(case: str, *names: str, normal: str = "good") -> tuple[Workbench, dict[str, tuple[str, float]]]:
    """The bench after the last of some pictures of a case, and by name the verdict and p-value of each."""
    folder, found = folder_of(case), {}
    bench = Workbench()
    for name in names:
        bench.open(folder / name, folder / normal if bench.detector is None else None)
        if bench.detector is None:
            bench.fit("image-density")
        evidence = bench.score()
        found[name] = (evidence.verdict, evidence.sample_p)
    return bench, found


@pytest.mark.slow
@pytest.mark.parametrize("case", ["01-deep-range/thermal", "01-deep-range/thermal1000"])
def test_a_faint_square_in_few_of_many_counts(case: str) -> None:
    bench, found = judged(case, "bad.png")
    assert found["bad.png"][0] == "anomalous"
    box = bench.need_evidence().findings[0].region
    assert (box.x0, box.y0) < (64, 64) < (box.x1 + 16, box.y1 + 16)  # type: ignore[union-attr]


@pytest.mark.slow
def test_every_normal_twice_is_as_every_normal_once() -> None:
    names = [f"ok{k}.png" for k in range(8)]
    bench, found = judged("03-duplicates/twice20", *names, "bad.png")
    assert found.pop("bad.png")[1] <= 1 / 11
    assert sum(p <= 0.05 for _, p in found.values()) <= 1
    assert bench.detector is not None and any("copies of others" in note for note in bench.detector.notes_)


@pytest.mark.slow
@pytest.mark.parametrize(("case", "name"), [("hidden20", "'07.png'"), ("hidden8", "'03.png'")])
def test_the_normal_with_a_defect_is_named(case: str, name: str) -> None:
    bench, _ = judged(f"13-few-normals/{case}", "ok.png")
    assert bench.detector is not None and any(name in note for note in bench.detector.notes_)


def test_white_is_zero_is_the_same_picture() -> None:
    folder = folder_of("18-tiff-mix/grey16")
    black, white = (read_image(folder / f"ok_{name}iszero.tif") for name in ("black", "white"))
    assert np.array_equal(black.pixels, white.pixels)


@pytest.mark.slow
def test_floats_of_one_camera_on_one_scale() -> None:
    bench, found = judged("18-tiff-mix/float", "ok.tif", "ok_one_pixel_1.0001.tif", "ok_times255.tif")
    assert found["ok.tif"][1] > 0.05 and found["ok_times255.tif"][1] == pytest.approx(found["ok.tif"][1])
    assert isinstance(bench.sample, ImageSample) and any("parts of 255" in note for note in bench.notes)


def test_pages_left_out_and_masks_among_normals_are_said() -> None:
    assert any("3 pages" in note for note in read_image(folder_of("17-multipage") / "bad_on_page2.tif").notes)
    folder = folder_of("20-masks-among-normals")
    bench = Workbench()
    bench.open(folder / "ok.png", folder / "good")
    assert len(bench.normals) == 12 and any("12 masks" in note for note in bench.notes)
