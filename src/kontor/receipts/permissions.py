"""The rights of receipts."""

from kontor.core.rights import Right

RIGHTS = (
    Right("receipts.submit", "Belege einreichen", "Hand in receipts", "org.view"),
    Right("receipts.view", "Alle Belege ansehen", "See all receipts", "org.view"),
    Right("receipts.process", "Belege bearbeiten und buchen", "Process and book receipts", "receipts.view"),
    Right("receipts.unlock", "Zuordnung anderer aufheben", "Break the assignment of others", "receipts.process"),
    Right("receipts.settle", "Belege von Hand bezahlt setzen", "Set receipts paid by hand", "receipts.process",
          is_critical=True),
    Right("receipts.setup", "Belegeinreichung einrichten", "Set up receipts", "org.view", is_critical=True),
)  # fmt: skip
