"""An image as a grid, and back."""
