"""Reading for matching; one file per noun."""
