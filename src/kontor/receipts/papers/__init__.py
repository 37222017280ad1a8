"""Papers that receipts print."""
