"""Closed form: how far from the denoised self.

With the empirical denoiser D of the normals (Karras et al. 2022, arXiv 2206.00364, App. B.3):

    s = mean_σ ‖x − D(x; σ)‖                     over a ladder of noise levels; no noise is added
"""

from __future__ import annotations

from anomalyst.detectors.methods.closed import ClosedForm

METHOD = ClosedForm(
    name="reconstruction",
    family="reconstruction",
    summary="How far each {part} lies from what the closed-form diffusion model of the normal ones denoises it to.",
    best_for="sharp deviations whose exact place matters",
    avoid_when="normal data are random in detail: then even they are reconstructed badly",
    paper="Karras et al. 2022, arXiv 2206.00364, App. B.3; Liu et al. 2025, arXiv 2501.11430, reconstruction family",
)
