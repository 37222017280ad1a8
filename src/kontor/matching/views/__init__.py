"""Pages of the matching; one file per page."""
