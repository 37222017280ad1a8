"""Reading payment lists."""
