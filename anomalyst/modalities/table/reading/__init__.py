"""Tables from files and data frames."""
