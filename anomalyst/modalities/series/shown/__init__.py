"""How a series looks: in the report, on the page, small."""
