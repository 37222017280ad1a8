"""The ledger's tables; one file per noun. Django finds them here."""

from kontor.ledger.models.accounts import Account, AccountRole, DocumentType
from kontor.ledger.models.entries import EntryTemplate, JournalEntry, JournalLine, RecurringEntry
from kontor.ledger.models.mappings import AccountMapping
from kontor.ledger.models.periods import FiscalYear, Period
from kontor.ledger.models.summaries import AccountMonth, ProjectMonth
from kontor.ledger.models.taxes import ExchangeRate, TaxCode, VatRegime

__all__ = [
    "Account",
    "AccountMapping",
    "AccountMonth",
    "AccountRole",
    "DocumentType",
    "EntryTemplate",
    "ExchangeRate",
    "FiscalYear",
    "JournalEntry",
    "JournalLine",
    "Period",
    "ProjectMonth",
    "RecurringEntry",
    "TaxCode",
    "VatRegime",
]
