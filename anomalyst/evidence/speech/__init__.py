"""How statements are said in a language: its catalogue of messages, and how it prints numbers, times and names."""
