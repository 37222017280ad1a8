"""Files that banks take."""
