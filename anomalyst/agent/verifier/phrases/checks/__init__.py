"""What phrases are checked by: pure functions over the facts, one for each name in `lexicon/phrases.txt`."""
