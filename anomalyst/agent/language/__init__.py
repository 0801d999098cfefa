"""Who may word and choose: the built-in model, any provider, and how each is asked."""
