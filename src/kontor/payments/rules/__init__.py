"""Payments as values: orders, texts, days and why they are refused."""
