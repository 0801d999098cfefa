"""The types that every floor above shares: facts, claims, records; and what is true of findings of any kind."""
