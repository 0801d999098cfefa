"""Runs recorded by an earlier version, with their fitted detectors: they must load, replay and pass the audit for ever.

`python -m tests.unchanged.save FOLDER` records such runs with today's code. The ones in `saved/` stay as they are: a
version that can no longer read them has broken its users' archives.
"""

from __future__ import annotations

import sys
from pathlib import Path

from anomalyst import Anomalyst
from tests.unchanged.snapshot import made, normals_of, sample_of

SAVED = Path(__file__).parent / "saved"
NAMES = ("image-density", "image-time", "series-density", "series-ddpm", "series-fusion", "pair-embedding")


def save(folder: Path) -> None:
    """One run for each of a closed-form, a learned and a fused detector of the kinds of data."""
    for name in NAMES:
        kind = name.partition("-")[0]
        fitted = folder / f"{name}-detector"
        made(name).fit(normals_of(kind)[:6] if kind == "image" else normals_of(kind)).save_pretrained(fitted)
        told = Anomalyst().explain(sample_of(kind, 1), detector=str(fitted), out=folder / name)
        sys.stdout.write(f"{name}: {told.summary}\n")


if __name__ == "__main__":
    save(Path(sys.argv[1]))
