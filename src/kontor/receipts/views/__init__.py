"""Doors of receipts."""
