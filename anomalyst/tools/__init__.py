"""What a language model may call: one typed function each, and the findings and facts they return."""
