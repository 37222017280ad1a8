"""Rules of organisations: plans, prices, limits."""
