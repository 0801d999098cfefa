"""Past runs."""
