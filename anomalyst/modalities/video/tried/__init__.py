"""Clips made up, to try detectors on."""
