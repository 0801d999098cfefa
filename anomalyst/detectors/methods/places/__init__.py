"""Methods with a small network that judges each place by its surroundings, alone: nothing is sampled."""
