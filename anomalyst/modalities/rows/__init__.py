"""Files of rows and columns, which may be series, tables or lists of pairs, as data frames."""
