"""Rows made up, to try detectors on."""
