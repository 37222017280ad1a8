"""Pages of open items."""
