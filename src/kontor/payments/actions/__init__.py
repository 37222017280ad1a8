"""Writing payments."""
