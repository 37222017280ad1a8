"""Rules that decide which open items a bank transaction pays: pure, without clock or database."""
