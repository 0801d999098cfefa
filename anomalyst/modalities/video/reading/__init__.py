"""Clips read frame by frame, in bounded memory."""
