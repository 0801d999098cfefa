"""Right words: does the headline say of a known anomaly what it is, where, when and how large?"""
