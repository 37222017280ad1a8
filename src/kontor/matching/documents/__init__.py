"""Documents that the matching prints."""
