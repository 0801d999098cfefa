"""Large pictures are looked at in tiles at full resolution: a defect of a few pixels is found, and where it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from anomalyst.detectors.registry import detector_class, load_detector
from anomalyst.modalities.image.found.findings import image_regions
from anomalyst.modalities.image.reading import source
from anomalyst.modalities.image.region import ImageRegion
from anomalyst.modalities.image.sample import ImageSample
from anomalyst.modalities.image.space.close import Close, is_large
from anomalyst.modalities.image.space.expected import heal
from anomalyst.modalities.sources import Parts

SIDE, ROW, COLUMN, SPOT = 576, 500, 130, 6


def scan(seed: int, spot: bool = False) -> ImageSample:
    """A soft texture with noise; the spot has 6 × 6 pixels."""
    rng = np.random.default_rng(seed)
    soft = gaussian_filter(rng.standard_normal((SIDE, SIDE)), 3)
    grey = 128 + 14 * soft / soft.std() + 2 * rng.standard_normal((SIDE, SIDE))
    if spot:
        grey[ROW : ROW + SPOT, COLUMN : COLUMN + SPOT] = 230
    pixels = (np.rint(grey.clip(0, 255)) / 255).astype(np.float32)
    return ImageSample(np.repeat(pixels[..., None], 3, axis=2), f"scan {seed}", True)


@pytest.mark.slow
def test_a_spot_of_six_pixels_is_found_healed_and_found_again_when_loaded(tmp_path: Path) -> None:
    detector = detector_class("image-density")(size=96, tiles="on", max_bank=2000).fit([scan(k) for k in range(8)])
    sample = scan(99, spot=True)
    score_map = detector.score(sample)
    assert score_map.sample_p <= 0.05 < detector.score(scan(98)).sample_p
    found = image_regions(sample, score_map)
    region = found.findings[0].region
    assert isinstance(region, ImageRegion)
    assert abs((region.x0 + region.x1) / 2 - COLUMN - 3) <= 8 and abs((region.y0 + region.y1) / 2 - ROW - 3) <= 8
    assert region.x1 - region.x0 <= 40 and region.y1 - region.y0 <= 40
    spot = slice(ROW, ROW + SPOT), slice(COLUMN, COLUMN + SPOT)
    assert abs(float(score_map.expected[spot].mean()) - 0.5) < 0.15 < float(sample.pixels[spot].mean()) - 0.5
    assert (score_map.expected == sample.pixels).all(axis=2).mean() > 0.98  # only what is abnormal changes
    healed = heal(detector.healer, sample, found.masks["R1"])  # type: ignore[arg-type]
    assert detector.score(healed).sample_p > 3 * score_map.sample_p
    assert np.array_equal(healed.pixels[:400], sample.pixels[:400])
    detector.save_pretrained(tmp_path / "fitted")
    again = load_detector(tmp_path / "fitted").score(sample)
    assert again.sample_p == pytest.approx(score_map.sample_p) and np.allclose(again.scores, score_map.scores)


def test_only_what_changed_is_judged_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    from anomalyst.detectors.effort import image_effort

    close = Close.fit([scan(k) for k in range(3)], False, 1000, image_effort("one"), 0)
    first = close.scores(scan(9), "density")
    asked: list[int] = []
    real = type(close.judge).scores

    def counted(*given: object) -> object:
        asked.append(1)
        return real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(type(close.judge), "scores", counted)
    assert (close.scores(scan(9), "density") == first).all() and not asked
    changed = scan(9)
    changed.pixels[10:16, 10:16] = 1
    assert not (close.scores(changed, "density") == first).all() and len(asked) == 1


def test_which_pictures_are_large() -> None:
    small = ImageSample(np.zeros((8, 8, 3), np.float32))
    large = ImageSample(np.broadcast_to(np.float32(0), (2100, 2100, 3)))
    assert is_large([large]) and not is_large([small]) and not is_large([]) and not is_large([large, small, small])


def test_normals_that_do_not_fit_into_memory_are_drawn_and_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "_pixels", lambda _: 100_000_000)
    kept = source.bounded(Parts([Path(f"{k}.png") for k in range(9)]))
    assert kept.count == 5 and "5 of 9 normals were used" in kept.notes[0]
    monkeypatch.setattr(source, "_pixels", lambda _: 1)
    assert source.bounded(Parts([Path("a.png")])).notes == ()
