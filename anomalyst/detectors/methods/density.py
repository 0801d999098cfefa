"""Closed form: how improbable, over a ladder of noise levels.

With the empirical denoiser of the normals x₁…x_N (Karras et al. 2022, arXiv 2206.00364, App. B.3):

    s = mean_σ √(−2σ² log mean_i exp(−‖x − x_i‖² / 2σ²))

−log p_σ(x) as a distance: it tends to that of the nearest normal as σ → 0 and to the mean one as σ → ∞, so levels are
averaged without weights. Or the diffusion time e^{E[log σ | x]} (Livernoche et al. 2024, arXiv 2305.18593).
"""

from __future__ import annotations

from anomalyst.detectors.methods.closed import ClosedForm

METHOD = ClosedForm(
    name="density",
    family="density",
    summary="How improbable each {part} is under closed-form diffusion models of the normal ones, over several noise "
    "levels.",
    best_for="the first choice",
    avoid_when="fewer than about 20 normal samples must decide an alarm",
    paper="Karras et al. 2022, arXiv 2206.00364, App. B.3; Livernoche et al. 2024, arXiv 2305.18593",
)
