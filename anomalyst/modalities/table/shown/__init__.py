"""A table as it is told and shown."""
