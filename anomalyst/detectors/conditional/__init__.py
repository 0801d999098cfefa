"""Denoisers that read a text, and the information they give."""
