"""The set-up rooms of the ledger."""
