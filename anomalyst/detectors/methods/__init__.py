"""The methods of the survey: each one's formula and score."""
