"""All that depends on what kind of data it is, one folder a kind."""
