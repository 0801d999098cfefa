"""Statements that anybody may make about a run, a language model or a reader: which there are, and whether they hold."""
