"""The pages of organisations, one file per noun."""
