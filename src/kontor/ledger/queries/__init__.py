"""Reading the ledger; one file per noun."""
