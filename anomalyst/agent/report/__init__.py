"""The one HTML file that people read."""
