"""Looking closer at one finding: all its facts, the healing test, the comparison with the normal examples."""

from __future__ import annotations

import numpy as np
from skimage.transform import resize

from anomalyst.errors import InputError
from anomalyst.samples import ImageSample, SeriesSample
from anomalyst.tools.dotest import do_test
from anomalyst.tools.evidence import Fact, Finding, ImageRegion, SeriesRegion
from anomalyst.tools.units import channel_names
from anomalyst.tools.workbench import Workbench

MIN_WINDOWS = 5


def find(bench: Workbench, finding: str) -> Finding:
    """The finding with this id; InputError names those there are."""
    evidence = bench.need_evidence()
    for candidate in evidence.findings:
        if candidate.id == finding:
            return candidate
    known = ", ".join(f.id for f in evidence.findings) or "none"
    raise InputError(f"got finding {str(finding)[:40]!r}; this sample's findings are: {known}.")


def zoom(bench: Workbench, finding: str) -> list[Fact]:
    """All facts about the finding."""
    return bench.need_evidence().about(find(bench, finding).id)


def counterfactual(bench: Workbench, finding: str) -> list[Fact]:
    """Heal the finding's region, score again, and add what came of it as facts (`healed_p`, `do_test`, ...).

    The test heals all findings together, since the alarm can only go when none is left; it runs once.
    """
    wanted = find(bench, finding)
    evidence = bench.need_evidence()
    if not evidence.about(wanted.id, "do_test"):
        if bench.detector is None or bench.score_map is None or bench.found is None:
            raise InputError("the detector is not at hand any more; run it again.")
        result = do_test(
            bench.detector, bench.need_sample(), bench.score_map, bench.found, seed=bench.seed, alpha=bench.alpha
        )
        for subject, rows in result.rows().items():
            bench.add_facts(subject, rows)
    return [f for f in bench.need_evidence().facts if f.kind in _DO_TEST and f.subject in ("sample", wanted.id)]


_DO_TEST = ("healed_p", "healed_region_p", "random_healed_p", "do_test")


def compare_with_normals(bench: Workbench, finding: str) -> list[Fact]:
    """Count the normal examples whose mean at this place lies at least as far from their median as the sample's does.

    Images: mean brightness in the region's box, the normals resized to the sample; series: mean of the first
    blamed channel over windows of the finding's length cut from the normals without overlap.
    """
    wanted = find(bench, finding)
    sample = bench.need_sample()
    if isinstance(sample, ImageSample) and isinstance(wanted.region, ImageRegion):
        observed, normal = _box_means(bench, sample, wanted.region)
    elif isinstance(sample, SeriesSample) and isinstance(wanted.region, SeriesRegion):
        observed, normal = _window_means(bench, sample, wanted.region)
    else:
        return []
    if len(normal) < MIN_WINDOWS:
        return []
    middle = np.median(normal)
    extreme = int((np.abs(normal - middle) >= abs(observed - middle)).sum())
    return bench.add_facts(wanted.id, [("normals_as_extreme", f"{extreme} of {len(normal)}", "", "")])


def _box_means(bench: Workbench, sample: ImageSample, box: ImageRegion) -> tuple[float, np.ndarray]:
    window = (slice(box.y0, box.y1), slice(box.x0, box.x1))
    means = [
        float(resize(n.pixels.mean(2), sample.shape, anti_aliasing=True)[window].mean())
        for n in bench.normals
        if isinstance(n, ImageSample)
    ]
    return float(sample.pixels[window].mean()), np.array(means)


def _window_means(bench: Workbench, sample: SeriesSample, region: SeriesRegion) -> tuple[float, np.ndarray]:
    column = channel_names(sample).index(region.channels[0]) if region.channels else 0
    length = max(1, region.stop - region.start)
    means: list[float] = []
    for normal in bench.normals:
        if isinstance(normal, SeriesSample):
            values = normal.values[: len(normal.values) // length * length, column].reshape(-1, length)
            means += [_mean(row) for row in values if np.isfinite(row).any()]
    return _mean(sample.values[region.start : region.stop, column]), np.array(means)


def _mean(values: np.ndarray) -> float:
    """Mean of the finite values; NaN if there is none."""
    finite = values[np.isfinite(values)]
    return float((finite / finite.size).sum()) if finite.size else float("nan")
