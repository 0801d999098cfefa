"""The built-in writer: what holds for every kind of data."""
