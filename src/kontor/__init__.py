"""Kontor: the finance office as one program."""
