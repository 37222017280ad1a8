"""Verbs of banking; one file per noun."""
