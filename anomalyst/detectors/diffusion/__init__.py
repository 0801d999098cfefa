"""The learned diffusion engine: denoisers, samplers, likelihood and information, all in the VE / EDM form."""
