"""The rights of organisations and the presets of roles."""

from kontor.core.rights import Right

RIGHTS = (
    Right("org.view", "Mandant betreten", "Enter the tenant"),
    Right("org.roles", "Personen und Rollen verwalten", "Manage people and roles", "org.view", is_critical=True),
    Right("org.settings", "Einstellungen ändern", "Change settings", "org.view", is_critical=True),
    Right("org.audit", "Protokoll einsehen", "See the record", "org.view"),
)

READS = (
    "org.view",
    "contacts.view",
    "documents.view",
    "projects.view",
    "ledger.view",
    "openitems.view",
    "banking.view",
    "matching.view",
    "receipts.view",
    "payments.view",
)
WRITES = (
    "contacts.edit", "ledger.post", "ledger.reverse", "ledger.templates", "openitems.edit", "openitems.allocate",
    "banking.import", "banking.relevance", "matching.run", "matching.confirm", "projects.edit", "org.audit",
    "receipts.submit", "receipts.process", "approvals.decide", "payments.prepare",
)  # fmt: skip
PRESETS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "administrator": (
        "Administration", "Administrator",
        (*READS, *WRITES, "org.roles", "org.settings", "ledger.close", "ledger.commit", "ledger.setup",
         "ledger.check", "banking.accounts", "openitems.write_off", "receipts.unlock", "receipts.settle",
         "receipts.setup", "approvals.setup", "payments.settle"),
    ),
    "bookkeeper": (
        "Buchhaltung", "Bookkeeper",
        (*READS, *WRITES, "ledger.close", "ledger.setup", "ledger.check", "banking.accounts", "openitems.write_off", "receipts.settle",
         "receipts.setup", "payments.settle"),
    ),
    "treasurer": (
        "Schatzmeister/in", "Treasurer",
        (*READS, "org.audit", "ledger.close", "ledger.commit", "ledger.check", "openitems.write_off", "receipts.submit",
         "approvals.decide", "payments.prepare", "payments.settle"),
    ),
    "reader": ("Lesezugriff", "Reader", READS),
    "submitter": ("Einreichung", "Submitter", ("org.view", "receipts.submit")),
    "reviewer": ("Freigabe", "Reviewer", ("org.view", "receipts.submit", "approvals.decide")),
}  # fmt: skip

# Whoever has no more than this only submits receipts and takes no place of a full member in the plan.
UPLOAD_ONLY_RIGHTS = frozenset({"org.view", "receipts.submit"})
