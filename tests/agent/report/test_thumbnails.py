"""Thumbnails: real pictures of the right size that show what they are made of."""

from __future__ import annotations

import base64
import io
import re
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from anomalyst.agent.page.desk.turns import thumbnail
from anomalyst.evidence.record import RunRecord
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.image.shown.thumbnail import BOX, LONG_SIDE
from anomalyst.modalities.series.sample import SeriesSample
from tests.helpers.run_records import image_record, pair_record, series_record

YELLOW = tuple(int(BOX[i : i + 2], 16) for i in (1, 3, 5))


def opened(uri: str) -> Image.Image:
    head, _, body = uri.partition(",")
    assert head == "data:image/png;base64"
    return Image.open(io.BytesIO(base64.b64decode(body, validate=True)))


def lines(uri: str) -> ElementTree.Element:
    """The SVG of a thumbnail of lines."""
    head, _, body = uri.partition(",")
    assert head == "data:image/svg+xml;base64"
    return ElementTree.fromstring(base64.b64decode(body, validate=True))


def longest(uri: str) -> float:
    """The long side of a thumbnail in pixels."""
    if uri.startswith("data:image/png"):
        return max(opened(uri).size)
    return max(float(lines(uri).attrib[edge]) for edge in ("width", "height"))


@pytest.mark.parametrize(
    "record", [image_record(96), series_record(400), pair_record()], ids=["image", "series", "pair"]
)
def test_sample_map_and_finding_are_three_pictures(record: RunRecord) -> None:
    finding = record.explanation.evidence.findings[0]
    uris = [
        thumbnail(record.sample),
        thumbnail(record.sample, record.score_map),
        thumbnail(record.sample, record.score_map, finding),
    ]
    assert len(set(uris)) == 3
    assert all(longest(uri) == LONG_SIDE and len(uri) < 40_000 for uri in uris)
    assert uris[2] == thumbnail(record.sample, record.score_map, finding)


def test_the_map_is_brightest_where_the_score_is_highest() -> None:
    record = image_record(160)
    shown = np.asarray(opened(thumbnail(record.sample, record.score_map)).convert("RGB"), dtype=float)
    y, x = np.unravel_index(int(shown.sum(axis=2).argmax()), shown.shape[:2])
    region = record.explanation.evidence.findings[0].region
    scale = LONG_SIDE / 160
    assert region.kind == "image"
    assert region.x0 * scale - 1 <= x <= region.x1 * scale + 1 and region.y0 * scale - 1 <= y <= region.y1 * scale + 1


def test_the_box_lies_where_the_finding_is() -> None:
    record = image_record(160)
    finding = record.explanation.evidence.findings[0]
    shown = np.asarray(opened(thumbnail(record.sample, record.score_map, finding)).convert("RGB"))
    rows, columns = np.nonzero((shown == YELLOW).all(axis=2))
    scale = LONG_SIDE / 160
    assert finding.region.kind == "image"
    for edge, seen in zip(
        ("x0", "y0", "x1", "y1"), (columns.min(), rows.min(), columns.max(), rows.max()), strict=True
    ):
        assert abs(getattr(finding.region, edge) * scale - seen) <= 2


def test_a_series_is_drawn_on_nothing_so_that_it_fits_any_page() -> None:
    record = series_record(400)
    finding = record.explanation.evidence.findings[0]
    shown = lines(thumbnail(record.sample, record.score_map, finding))
    parts = [part for part in shown.iter() if part.tag.endswith(("path", "polygon", "rect"))]
    assert parts and all(float(part.get("width", 0)) < LONG_SIDE / 2 for part in parts)  # no ground, a finding alone
    colours = {part.get(of, "none") for part in parts for of in ("fill", "stroke")} - {"none"}
    assert all(re.fullmatch(r"var\(--\w+, #\w{6}\)", colour) for colour in colours)  # a colour where it stands alone
    assert not any(part.text and part.text.strip() for part in shown.iter())  # letters would be too small


def test_the_rows_of_a_finding_are_shaded_where_they_lie() -> None:
    record = series_record(400)
    finding = record.explanation.evidence.findings[0]
    assert finding.region.kind == "series"
    (shade,) = [part for part in lines(thumbnail(record.sample, None, finding)).iter() if part.tag.endswith("rect")]
    left, width = float(shade.attrib["x"]), float(shade.attrib["width"])
    assert abs(left - finding.region.start / 400 * LONG_SIDE) < 1
    assert abs(left + width - finding.region.stop / 400 * LONG_SIDE) < 1


@pytest.mark.parametrize(
    "values",
    [np.full((50, 1), np.nan), np.zeros((1, 2)), np.full((30, 1), 4.2), np.array([[1.0], [np.nan], [2.0]])],
    ids=["nothing", "one row", "flat", "alone"],
)
def test_poor_series_are_drawn(values: np.ndarray) -> None:
    names = tuple(f"c{n}" for n in range(values.shape[1]))
    sample = SeriesSample(values, names, np.arange(float(len(values))))
    assert longest(thumbnail(sample)) == LONG_SIDE


@pytest.mark.parametrize("shape", [(2, 1000, 3), (1000, 2, 3), (1, 1, 3)])
def test_thin_images_are_drawn(shape: tuple[int, int, int]) -> None:
    assert max(opened(thumbnail(ImageSample(np.full(shape, 0.5, np.float32)))).size) == LONG_SIDE
