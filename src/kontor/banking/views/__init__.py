"""Pages of banking; one file per noun."""
