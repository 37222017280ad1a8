"""Which policy fits, whose turn it is, and what an answer leads to."""
