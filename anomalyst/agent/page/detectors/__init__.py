"""Fitted detectors."""
