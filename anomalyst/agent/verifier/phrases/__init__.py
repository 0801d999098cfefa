"""Anybody's sentence as phrases: each word must belong to one that a table knows, and each one is checked."""
