"""Contacts on the wire."""
