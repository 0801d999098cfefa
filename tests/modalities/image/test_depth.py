"""Pictures finer than 8 bits: read as they are stored, and judged on the one scale that their normals give."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image

from anomalyst.detectors.registry import detector_class
from anomalyst.errors import InputError
from anomalyst.modalities.image.reading.camera import brought, onto, scale_of
from anomalyst.modalities.image.reading.reader import image_from_array, read_image
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.image.scale import Scale
from anomalyst.modalities.image.space.pixels import to_levels, to_working
from anomalyst.modalities.image.storage import picture
from anomalyst.modalities.reading import load_sample, read_normals
from anomalyst.tools.workbench import Workbench, learned

RNG = np.random.default_rng(0)
COLOURS = RNG.integers(0, 65536, (20, 15, 3)).astype(np.uint16)
GREY = RNG.integers(7300, 7500, (20, 15)).astype(np.uint16)


def png_of(colours: NDArray[np.uint16]) -> bytes:
    """A PNG of 16 bits a channel, which Pillow does not write."""
    height, width, channels = colours.shape
    rows = b"".join(b"\x00" + row.astype(">u2").tobytes() for row in colours)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 16, {2: 4, 3: 2, 4: 6}[channels], 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def counts(sample: ImageSample) -> NDArray[np.int64]:
    """The numbers that were in the file."""
    return np.rint(sample.pixels * sample.counts).astype(np.int64)


def test_colours_of_sixteen_bits_are_read_to_the_last(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png_of(COLOURS))
    (tmp_path / "a.ppm").write_bytes(b"P6\n# made\n15 20\n65535\n" + COLOURS.astype(">u2").tobytes())
    planes = COLOURS.transpose(2, 0, 1)
    for name, pixels, how in (
        ("plain", COLOURS, {}),
        ("other", COLOURS, {"byteorder": ">"}),
        ("packed", COLOURS, {"compression": "zlib"}),
        ("planes", planes, {"planarconfig": "separate"}),
        ("tiles", COLOURS, {"tile": (16, 16)}),
    ):
        tifffile.imwrite(tmp_path / f"{name}.tif", pixels, photometric="rgb", **how)
    for path in tmp_path.iterdir():
        assert np.array_equal(counts(read_image(path)), COLOURS), path.name
    (tmp_path / "b.png").write_bytes(png_of(np.dstack([COLOURS, np.full((20, 15), 65535, np.uint16)])))
    (tmp_path / "c.png").write_bytes(png_of(np.dstack([GREY, np.full((20, 15), 65535, np.uint16)])))
    assert np.array_equal(counts(read_image(tmp_path / "b.png")), COLOURS)
    assert np.array_equal(counts(read_image(tmp_path / "c.png"))[..., 0], GREY)


@pytest.mark.parametrize("kind", [np.uint16, np.int16, np.uint32, np.float16, np.float32, np.float64])
def test_greys_keep_the_type_that_they_are_stored_in(kind: type, tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "a.tif", GREY.astype(kind))
    sample = read_image(tmp_path / "a.tif")
    assert sample.grey and np.allclose(sample.pixels[..., 0] * sample.counts, GREY.astype(kind), rtol=1e-6)
    assert any(np.dtype(kind).name in note for note in sample.notes)


@pytest.mark.parametrize("bits", [10, 12, 14])
def test_numbers_of_odd_bits_one_after_the_other(bits: int, tmp_path: Path) -> None:
    values = GREY.astype(np.int64) % (1 << bits)
    spread = ((values[..., None] >> np.arange(bits)[::-1]) & 1).astype(np.uint8)
    data = np.packbits(spread.reshape(20, -1), axis=1).tobytes()
    tags = [(256, 15), (257, 20), (258, bits), (259, 1), (262, 1), (273, 8), (277, 1), (278, 20), (279, len(data))]
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    head = b"II*\x00" + struct.pack("<I", 8 + len(data))
    (tmp_path / "a.tif").write_bytes(head + data + struct.pack("<H", len(tags)) + entries + b"\x00" * 4)
    sample = read_image(tmp_path / "a.tif")
    assert sample.counts == (1 << bits) - 1 and np.array_equal(counts(sample)[..., 0], values)


def test_white_is_zero_and_orientation_hold_at_every_depth(tmp_path: Path) -> None:
    for name, how in (("a", {}), ("b", {"compression": "zlib"})):
        tifffile.imwrite(tmp_path / f"{name}.tif", GREY, photometric="miniswhite", **how)
        sample = read_image(tmp_path / f"{name}.tif")
        assert np.array_equal(counts(sample)[..., 0], 65535 - GREY.astype(np.int64))
        assert any("0 is white" in note for note in sample.notes)
    turns = {2: np.fliplr(GREY), 3: np.rot90(GREY, 2), 4: np.flipud(GREY), 5: GREY.T, 6: np.rot90(GREY, -1)}
    turns |= {7: np.rot90(GREY, 2).T, 8: np.rot90(GREY)}
    for turn, upright in turns.items():
        tifffile.imwrite(tmp_path / "turned.tif", GREY, extratags=[(274, "H", 1, turn, True)])
        deep = read_image(tmp_path / "turned.tif")
        assert np.array_equal(counts(deep)[..., 0], upright), turn
        assert any("upright" in note for note in deep.notes)
        tifffile.imwrite(tmp_path / "turned.tif", (GREY % 256).astype(np.uint8), extratags=[(274, "H", 1, turn, True)])
        plain = read_image(tmp_path / "turned.tif")
        assert np.array_equal(np.rint(plain.pixels[..., 0] * 255), upright % 256), turn


def test_other_kinds_are_read_or_refused_with_what_they_are(tmp_path: Path) -> None:
    image = Image.fromarray((COLOURS >> 8).astype(np.uint8))
    for ending in ("gif", "jp2", "avif", "tga", "pcx", "sgi", "qoi", "dds", "ppm"):
        image.save(tmp_path / f"a.{ending}")
        assert read_image(tmp_path / f"a.{ending}").shape == (20, 15), ending
    (tmp_path / "a.pfm").write_bytes(b"Pf\n15 20\n-1.0\n" + GREY[::-1].astype("<f4").tobytes())
    assert np.array_equal(read_image(tmp_path / "a.pfm").pixels[..., 0], GREY)
    many = np.zeros((20, 15, 5), np.uint16)
    tifffile.imwrite(tmp_path / "many.tif", many, photometric="minisblack", planarconfig="contig")
    (tmp_path / "a.dcm").write_bytes(b"\x00" * 128 + b"DICM" + b"\x00" * 100)
    (tmp_path / "a.heic").write_bytes(b"\x00\x00\x00\x18ftypheic" + b"\x00" * 40)
    (tmp_path / "a.eps").write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n")
    tifffile.imwrite(tmp_path / "raw.tif", GREY, photometric=32803)
    for name, said in (
        ("many.tif", "5 channels"),
        ("a.dcm", "DICOM"),
        ("a.heic", "pillow-heif"),
        ("a.eps", "PostScript"),
        ("raw.tif", "raw photograph"),
    ):
        with pytest.raises(InputError, match=said):
            read_image(tmp_path / name)


def test_a_strip_that_unpacks_to_more_than_the_picture_is_refused(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "a.tif", np.zeros((64, 64), np.uint16), compression="zlib", rowsperstrip=64)
    bomb = zlib.compress(b"\x00" * 5_000_000)
    with tifffile.TiffFile(tmp_path / "a.tif") as file:
        page = file.pages.first
        offset, tag = page.dataoffsets[0], page.tags[279]
    data = bytearray((tmp_path / "a.tif").read_bytes())
    end = len(data)
    data += bomb
    start = page.tags[273].valueoffset
    order = "<" if data[:2] == b"II" else ">"
    for where, value, one in ((start, end, page.tags[273]), (tag.valueoffset, len(bomb), tag)):
        size = {3: "H", 4: "I"}[one.dtype]
        data[where : where + struct.calcsize(size)] = struct.pack(order + size, value)
    assert offset != end
    (tmp_path / "a.tif").write_bytes(data)
    with pytest.raises(InputError, match="unpacks to more"):
        read_image(tmp_path / "a.tif")


def test_a_scale_rises_everywhere_and_back_again() -> None:
    scale = Scale(7300.0, 7500.0)
    values = np.linspace(6000, 60_000, 5000)
    parts = scale.to(values).astype(np.float64)
    assert (np.diff(parts) >= 0).all() and parts.min() > 0 and parts.max() < 1
    near = np.linspace(7200, 7600, 500)
    assert (np.diff(scale.to(near)) > 0).all()
    assert np.allclose(scale.back(scale.to(near)), near, atol=0.01)
    assert scale.to(np.array([7300.0, 7500.0])).tolist() == pytest.approx([0.125, 0.875])


def test_one_hot_pixel_or_one_bright_normal_does_not_set_the_scale() -> None:
    pictures = [RNG.integers(7300, 7500, (64, 64)).astype(float) for _ in range(20)]
    pictures[0][3, 3], pictures[1] = 65535, pictures[1] + 20_000
    scale = Scale.of(pictures)
    assert 7290 < scale.low < 7310 and 7490 < scale.high < 7510
    flat = Scale.of([np.full((8, 8), 7300.0)])
    assert flat.low < 7300 < flat.high


def test_floats_of_one_camera_have_one_scale(tmp_path: Path) -> None:
    def stored(name: str, pixels: NDArray[np.float64]) -> Path:
        tifffile.imwrite(tmp_path / name, pixels.astype(np.float32))
        return tmp_path / name

    usual = [0.4 + 0.1 * RNG.random((32, 32)) for _ in range(5)]
    normals = read_normals([stored(f"{k}.tif", pixels) for k, pixels in enumerate(usual)], "image").samples
    assert len({normal.scale for normal in normals if isinstance(normal, ImageSample)}) == 1
    scale = scale_of([normal for normal in normals if isinstance(normal, ImageSample)])
    hot = usual[0].copy()
    hot[5, 5] = 1.0001
    hot_seen, plain, stretched = (
        onto(read_image(stored(name, pixels)), scale)
        for name, pixels in (("hot.tif", hot), ("plain.tif", usual[0]), ("times.tif", usual[0] * 255))
    )
    apart = np.abs(hot_seen.pixels - plain.pixels).max(axis=2)
    assert (apart > 0).sum() == 1 and hot_seen.pixels.max() <= 1
    assert np.allclose(stretched.pixels, plain.pixels, atol=1e-5)
    assert any("parts of 255" in note for note in stretched.notes)
    told = brought(read_image(tmp_path / "plain.tif"), scale).notes
    assert any("scale of the normals" in note for note in told)


def test_pictures_of_eight_bits_stay_as_they_are(tmp_path: Path) -> None:
    Image.fromarray((GREY % 256).astype(np.uint8)).save(tmp_path / "a.png")
    sample = load_sample(tmp_path / "a.png")
    assert isinstance(sample, ImageSample)
    assert scale_of([sample]) is None and onto(sample, None) is sample
    assert not image_from_array(np.rint(RNG.random((9, 9, 3)) * 255) / 255).counts
    assert image_from_array(COLOURS).counts == 65535
    working = to_working(sample, (32, 32))
    assert to_levels(working).dtype == np.uint8 and to_levels(working, fine=True).dtype == np.uint16


def test_a_faint_square_in_few_counts_is_found_and_on_the_scale_everywhere(tmp_path: Path) -> None:
    def camera(name: str, seed: int, lift: int = 0) -> Path:
        rng = np.random.default_rng(seed)
        picture = 7400 + 50 * np.sin(np.arange(96) / 9)[None] * np.ones((96, 1)) + rng.normal(0, 2, (96, 96))
        picture[40:56, 40:56] += lift
        Image.fromarray(np.rint(picture).astype(np.uint16)).save(tmp_path / name)
        return tmp_path / name

    files = [camera(f"{k}.png", k) for k in range(20)]
    bench = Workbench()
    bench.open(camera("bad.png", 90, lift=12), files)
    bench.detector = learned(detector_class("image-density")(size=96), bench.normals)
    evidence = bench.score()
    assert evidence.verdict == "anomalous"
    box = evidence.findings[0].region
    assert 30 < (box.x0 + box.x1) / 2 < 66 and 30 < (box.y0 + box.y1) / 2 < 66  # type: ignore[union-attr]
    assert any("scale of the normals" in note for note in bench.notes)
    assert bench.detector is not None and bench.sample is not None
    bench.detector.save_pretrained(tmp_path / "fitted")
    again = Workbench()
    again.use(tmp_path / "fitted")
    again.open(tmp_path / "bad.png")
    assert again.score().sample_p == pytest.approx(evidence.sample_p)
    raw = read_image(tmp_path / "bad.png")
    given = bench.detector.score(raw)
    assert abs(float(np.median(given.expected - raw.pixels))) * 65535 < 1
    about = {"name": "a", "grey": True, "notes": [], "counts": 65535.0, "scale": [0.1, 0.2]}
    kept = picture(about, {"pixels": raw.pixels})
    assert kept.counts == 65535 and kept.scale == Scale(0.1, 0.2)


def test_a_defect_below_one_of_256_levels_of_the_normals_range_is_seen() -> None:
    def picture(seed: int, lift: float = 0.0) -> ImageSample:
        rng = np.random.default_rng(seed)
        grey = np.linspace(2000, 60_000, 96)[None] * np.ones((96, 1)) + rng.normal(0, 8, (96, 96))
        grey[40:56, 40:56] += lift  # 100 counts of 65,536: less than half of a grey level
        return image_from_array(np.rint(grey).astype(np.uint16), f"{seed}")

    detector = learned(detector_class("image-density")(size=96), [picture(k) for k in range(20)])
    assert detector.score(picture(77)).sample_p > 0.05
    assert detector.score(picture(78, 100.0)).sample_p <= 0.05
    assert replace(picture(1)).counts == 65535
