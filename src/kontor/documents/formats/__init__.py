"""Bytes of receipts as values: pictures, PDF, codes, electronic invoices."""
