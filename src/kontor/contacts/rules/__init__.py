"""Names, numbers and terms: pure rules of contacts."""
