"""Rules of banking: pure values and functions, no database, no clock."""
