"""In whose words a sentence is read: plain ones, one for all that mean the same, and those of chunks."""
