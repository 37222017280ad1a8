"""The tree of projects and cost centres."""
