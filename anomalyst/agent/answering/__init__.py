"""Follow-up questions: what is asked, by rules and tables, and the statements that answer it."""
