"""A series as windows, and back."""
