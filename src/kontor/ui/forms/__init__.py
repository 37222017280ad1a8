"""Forms as the office fills them in: tolerant fields, one way of rendering."""
