"""Closed form: how far from what the visible part predicts.

Masked gratings after Chen et al. 2023 (ImDiffusion, arXiv 2307.00754), with the closed-form denoiser D of the normals
(Karras et al. 2022, arXiv 2206.00364, App. B.3) instead of a network:

    m, 1 − m                                     two complementary gratings: what is observed
    s = ‖(x − D(m ∘ x; σ)) ∘ (1 − m)‖            over both and over a ladder of noise levels
"""

from __future__ import annotations

from anomalyst.detectors.methods.closed import ClosedForm

METHOD = ClosedForm(
    name="imputation",
    family="imputation",
    summary="Error of predicting masked stripes of each {part} from the others, with the help of the normal ones.",
    best_for="a second opinion: anomalies that break the relation between values rather than their range",
    avoid_when="time is short",
    paper="Chen et al. 2023, ImDiffusion, arXiv 2307.00754; Karras et al. 2022, arXiv 2206.00364, App. B.3",
    cost="{closed}; up to three times the density rule; nothing is trained",
)
