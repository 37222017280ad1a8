"""Verbs of open items; one file per kind of act."""
