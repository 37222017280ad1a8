"""The rights of the ledger."""

from kontor.core.rights import Right

RIGHTS = (
    Right("ledger.view", "Journal und Konten sehen", "See journal and accounts"),
    Right("ledger.post", "Buchen", "Post entries", "ledger.view"),
    Right("ledger.reverse", "Buchungen stornieren", "Reverse entries", "ledger.post"),
    Right(
        "ledger.templates", "Vorlagen und wiederkehrende Buchungen", "Templates and recurring entries", "ledger.post"
    ),
    Right("ledger.close", "Perioden abschließen und öffnen", "Close and reopen periods", "ledger.view"),
    Right("ledger.commit", "Perioden festschreiben", "Commit periods", "ledger.close", is_critical=True),
    Right("ledger.setup", "Konten und Steuern einrichten", "Set up accounts and taxes", "ledger.view"),
    Right("ledger.check", "Bücher prüfen", "Check the books", "ledger.view"),
)
