"""How pictures come in: files, arrays and folders, and the scale of those finer than 8 bits."""
