"""Bank statements, payments and collections: what the bank tells and what it is told."""
