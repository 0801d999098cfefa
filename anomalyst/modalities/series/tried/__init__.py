"""Faults put into series: for choosing, for the power of a verdict, for the checks of detectors."""
