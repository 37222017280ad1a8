"""Reading receipts."""
