"""What the record calls entries, accounts and what they are set up with."""

from __future__ import annotations

from kontor.core.object_names import name_objects
from kontor.ledger.models.accounts import Account, DocumentType
from kontor.ledger.models.entries import EntryTemplate, JournalEntry, RecurringEntry
from kontor.ledger.models.periods import FiscalYear, Period
from kontor.ledger.models.taxes import TaxCode
from kontor.ledger.queries.journal import number_of
from kontor.ledger.queries.names import account_name, is_german


def name_our_objects() -> None:
    """Tell the record the names of this context's objects."""
    name_objects(
        "ledger.entry",
        lambda: JournalEntry.objects.only("year", "sequence", "text"),
        lambda row: number_of(row) or row.text,
    )
    name_objects("ledger.account", Account.objects.all, lambda row: f"{row.number} {account_name(row)}")
    name_objects(
        "ledger.documenttype", DocumentType.objects.all, lambda row: row.name_de if is_german() else row.name_en
    )
    name_objects("ledger.taxcode", TaxCode.objects.all, lambda row: row.name_de if is_german() else row.name_en)
    name_objects("ledger.recurring", RecurringEntry.objects.all, lambda row: row.name)
    name_objects("ledger.template", EntryTemplate.objects.all, lambda row: row.name)
    name_objects("ledger.fiscalyear", FiscalYear.objects.all, lambda row: str(row.label))
    name_objects("ledger.period", Period.objects.all, lambda row: f"{row.first_day:%m/%Y}")
