"""Tags of the matching."""
