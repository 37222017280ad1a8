"""How receipts come from outside: letters and mailboxes."""
