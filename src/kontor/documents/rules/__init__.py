"""Rules of the archive and of reading what is on a receipt: pure."""
