"""What people say for numbers, units, days and times, written out in figures."""
