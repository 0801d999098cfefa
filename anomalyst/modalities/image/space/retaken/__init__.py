"""Normals taken as another picture was: darker or lighter, out of focus, noisy, compressed."""
