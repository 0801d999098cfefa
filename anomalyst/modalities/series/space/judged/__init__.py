"""How a row is judged: events and their chance, odd blocks among normals, first moves, the way of the first version."""
