"""The acts of contacts: parties, payment terms, many parties at once."""
