"""How an image looks: in the report, on the page, small."""
