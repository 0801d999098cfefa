"""A finished run on disk: written, read, replayed, audited, judged at another level."""
