"""The learned diffusion engine: denoisers, samplers, likelihood, training."""
