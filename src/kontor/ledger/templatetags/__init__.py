"""Tags of the ledger's templates."""
