"""Reading anybody's sentence as phrases: each word must belong to a phrase that a table knows, and each phrase is checked."""
