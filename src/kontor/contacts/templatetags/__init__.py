"""Template filters of contacts."""
