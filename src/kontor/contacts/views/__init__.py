"""The pages of contacts, one file per noun."""
