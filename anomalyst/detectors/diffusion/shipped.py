"""The weights that ship with the package."""

from __future__ import annotations

from importlib.resources import as_file, files

from anomalyst.detectors.diffusion.conditional import ConditionalDenoiser


def scenes_denoiser() -> ConditionalDenoiser:
    """The conditional denoiser of drawn scenes (`anomalyst.datasets.scenes`): pictures of 32 × 32 pixels and captions
    of its 51 words. How it was trained and what it can do is in `anomalyst/data/scenes/README.md`."""
    with as_file(files("anomalyst") / "data" / "scenes") as folder:
        return ConditionalDenoiser.from_pretrained(folder)
