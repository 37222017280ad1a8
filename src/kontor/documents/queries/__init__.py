"""What the archive holds and what was read from it."""
