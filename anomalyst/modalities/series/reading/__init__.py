"""Series as users have them: which table, which columns, which times."""
