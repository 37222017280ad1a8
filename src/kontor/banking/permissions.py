"""The rights of banking."""

from kontor.core.rights import Right

RIGHTS = (
    Right("banking.view", "Konten und Umsätze sehen", "See accounts and transactions"),
    Right("banking.import", "Kontoauszüge importieren", "Import statements", "banking.view"),
    Right("banking.relevance", "Umsätze als nicht betriebsrelevant kennzeichnen", "Mark transactions as not business-relevant", "banking.view"),
    Right("banking.accounts", "Geldkonten anlegen und ändern", "Open and change money accounts", "banking.view"),
)  # fmt: skip
