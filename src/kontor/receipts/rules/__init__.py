"""Rules of receipts; one file per noun."""
