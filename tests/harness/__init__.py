"""What every test stands on: one PostgreSQL for the session, a database per worker, a browser."""
