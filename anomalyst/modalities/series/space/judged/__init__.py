"""How a row is judged: events and their chance, odd blocks among normals, the way of the first version."""
