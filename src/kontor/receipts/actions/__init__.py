"""Writing receipts."""
