"""Forms of receipts; one file per noun."""
