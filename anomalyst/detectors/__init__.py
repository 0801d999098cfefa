"""The diffusion engine: spaces, noise, denoisers, score rules, calibration, and detectors made of them."""
