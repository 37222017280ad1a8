"""Reading open items; one file per question."""
