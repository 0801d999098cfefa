"""Scores to p-values."""
