"""Statements that anybody may make about a run: which there are, and whether they hold."""
