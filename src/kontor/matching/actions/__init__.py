"""Verbs of matching; one file per noun."""
