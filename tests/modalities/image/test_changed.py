"""What is measured of a spot is that of its own pixels, however wide the region that found it."""

from __future__ import annotations

import numpy as np
import pytest

from anomalyst.evidence.facts import Finding
from anomalyst.evidence.findings import FoundRegions
from anomalyst.modalities.image.found.changed import box, changed_part, drawn, outline
from anomalyst.modalities.image.found.kinds import image_kind

SIDE = 96
WIDE = np.zeros((SIDE, SIDE), dtype=bool)
WIDE[20:70, 20:70] = True
SPOT = np.hypot(*(np.mgrid[:SIDE, :SIDE] - 45)) < 9


def plain(seed: int = 0) -> np.ndarray:
    grain = np.random.default_rng(seed).normal(0, 0.01, (SIDE, SIDE, 3))
    return np.asarray((np.array([0.7, 0.66, 0.55]) + grain).clip(0, 1))


@pytest.mark.parametrize("colour", [(0.8, 0.1, 0.1), (0.35, 0.33, 0.28), (0.95, 0.9, 0.85)])
def test_a_spot_is_cut_out_of_the_region_around_it(colour: tuple[float, float, float]) -> None:
    seen = np.where(SPOT[..., None], colour, plain())
    part = changed_part(seen, plain(1), WIDE)
    assert 0.8 <= part.sum() / SPOT.sum() <= 1.2 and (part & SPOT).sum() >= 0.9 * part.sum()
    np.testing.assert_allclose(seen[part].mean(axis=0), colour, atol=0.06)


def test_where_nothing_stands_out_the_region_is_told_whole() -> None:
    assert (changed_part(plain(), plain(1), WIDE) == WIDE).all()


def test_a_shadow_on_tinted_paper_is_no_other_colour() -> None:
    seen = np.where(SPOT[..., None], 0.5 * plain(), plain())
    assert image_kind(seen, plain(1), SPOT) == "darker"
    assert image_kind(np.where(SPOT[..., None], (0.8, 0.1, 0.1), plain()), plain(1), SPOT) != "darker"


def hill(centre: tuple[int, int], wide: tuple[float, float]) -> np.ndarray:
    """A score map (SIDE, SIDE) with one peak."""
    down, across = np.mgrid[:SIDE, :SIDE]
    return np.asarray(np.exp(-(((down - centre[0]) / wide[0]) ** 2 + ((across - centre[1]) / wide[1]) ** 2)))


def test_a_scratch_is_outlined_to_where_its_evidence_ends() -> None:
    scratch = np.zeros((SIDE, SIDE), dtype=bool)
    scratch[10:86, 46:50] = True
    seen, scores = np.where(scratch[..., None], (0.2, 0.2, 0.2), plain()), hill((48, 48), (38, 9))
    half = scores >= 0.5
    found = outline(seen, plain(1), half, scores, 0.0)
    over = [(mask & scratch).sum() / (mask | scratch).sum() for mask in (half, found)]
    assert over[0] < 0.35 and over[1] > 0.75
    assert found.sum() > (half & scratch).sum(), "it reaches beyond the half height of the map"


def test_a_line_of_a_few_pixels_in_a_wide_region_is_outlined_as_itself() -> None:
    line = np.zeros((SIDE, SIDE), dtype=bool)
    line[10:86, 47:50] = True
    seen, scores = np.where(line[..., None], (0.9, 0.9, 0.9), plain()), hill((48, 48), (60, 30))
    wide = scores >= 0.5
    found = outline(seen, plain(1), wide, scores, 0.0)
    assert wide.sum() > 10 * line.sum() > 4 * found.sum() and (found & line).sum() >= 0.9 * line.sum()


def test_differences_here_and_there_are_a_texture_and_outlined_as_a_region() -> None:
    grains = np.zeros((SIDE, SIDE, 1), dtype=bool)
    grains[::9, ::9], grains[1::9, ::9], grains[::9, 1::9] = True, True, True
    rough = np.where(grains, 0.05, plain())
    scores = hill((45, 45), (20, 20))
    half = scores >= 0.5
    assert (outline(np.where(half[..., None], rough, plain()), plain(1), half, scores, 0.0) == half).all()


def test_regions_whose_outlines_meet_are_one_finding() -> None:
    bar = np.zeros((SIDE, SIDE), dtype=bool)
    bar[40:52, 10:86] = True
    seen, scores = (
        np.where(bar[..., None], (0.1, 0.1, 0.1), plain()),
        np.maximum(hill((46, 25), (14, 26)), hill((46, 70), (14, 26))),
    )
    left, right, apart = (np.zeros((SIDE, SIDE), dtype=bool) for _ in range(3))
    left[38:54, 12:44], right[38:54, 52:84], apart[80:90, 80:90] = True, True, True
    masks = {"R1": left, "R2": apart, "R3": right}
    findings = [Finding(id=name, region=box(m), peak_p=int(name[1]) / 100, peak_score=1.0) for name, m in masks.items()]
    found = FoundRegions(tuple(findings), masks)
    joined = drawn(found, {name: outline(seen, plain(1), mask, scores, 0.0) for name, mask in masks.items()})
    assert [f.id for f in joined.findings] == ["R1", "R2"] and list(joined.masks) == ["R1", "R2"]
    assert joined.findings[0].peak_p == 0.01 and (joined.masks["R1"] & bar).sum() > 0.9 * bar.sum()
    assert joined.findings[0].region == box(joined.masks["R1"])
