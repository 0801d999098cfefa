"""An image with its text."""
