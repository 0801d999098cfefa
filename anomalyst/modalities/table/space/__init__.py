"""A row as a vector, and how far it lies from normal ones."""
