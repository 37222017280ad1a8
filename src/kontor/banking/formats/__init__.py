"""Bank file formats: bytes to values and back, no models."""
