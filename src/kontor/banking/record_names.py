"""What the record calls money accounts, files and transactions."""

from __future__ import annotations

from kontor.banking.models import BankTransaction, MoneyAccount, StatementImport
from kontor.core.object_names import name_objects


def name_our_objects() -> None:
    """Tell the record the names of this context's objects."""
    name_objects("banking.moneyaccount", MoneyAccount.objects.all, lambda row: row.name)
    name_objects(
        "banking.import",
        lambda: StatementImport.objects.select_related("file").only("file__name"),
        lambda row: row.file.name,
    )
    name_objects(
        "banking.transaction",
        lambda: BankTransaction.objects.only("counterparty_name", "booking_text", "booking_date"),
        lambda row: f"{row.counterparty_name or row.booking_text} · {row.booking_date:%d.%m.%Y}",
    )
