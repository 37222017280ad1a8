"""Accounts, periods and the journal."""
