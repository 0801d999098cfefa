"""An image and its text as vectors, and what they tell of each other."""
