"""Samplers and likelihoods: pure functions over a denoiser."""
