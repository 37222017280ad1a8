"""Writing approvals."""
