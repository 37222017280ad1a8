"""The rows of bank transactions: written in bulk, each once; announced ones laid aside, details put under their batch."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date

from django.db import connection

from kontor.banking.actions.outcomes import DetailsOfAllocatedBatch
from kontor.banking.models import BankTransaction, MoneyAccount
from kontor.banking.rules.identity import IdentityBook
from kontor.banking.rules.statements import LineStatus, StatementLine
from kontor.core.tenancy import current_tenant_id

_COLUMNS: dict[str, str] = {
    "identity": "text", "status": "text", "booking_date": "date", "value_date": "date", "amount": "bigint",
    "currency": "text", "counterparty_name": "text", "counterparty_iban": "text", "counterparty_bic": "text",
    "remittance": "text", "bank_reference": "text", "end_to_end_id": "text", "mandate_id": "text",
    "creditor_id": "text", "structured_reference": "text", "structured_type": "text", "transaction_code": "text",
    "gvc": "text", "booking_text": "text", "is_reversal": "boolean", "return_reason": "text",
    "original_amount": "bigint", "original_currency": "text", "exchange_rate": "numeric", "charges": "jsonb",
    "batch": "jsonb", "position": "int", "has_details_later": "boolean",
}  # fmt: skip
_INSERT = (
    f"INSERT INTO banking_banktransaction (tenant_id, money_account_id, statement_id, relevance, allocated, is_deleted, "  # constant column names
    f"{', '.join(_COLUMNS)}) SELECT %s, %s, %s, 'relevant', 0, false, {', '.join(f'r.{name}' for name in _COLUMNS)} "
    f"FROM unnest({', '.join(f'%s::{kind}[]' for kind in _COLUMNS.values())}) WITH ORDINALITY "
    f"AS r({', '.join(_COLUMNS)}, n) ORDER BY r.n "
    "ON CONFLICT (tenant_id, money_account_id, identity) DO UPDATE SET is_deleted = false "
    "WHERE banking_banktransaction.status = 'pending' AND banking_banktransaction.is_deleted RETURNING (xmax = 0)"
)


def insert_lines(rows: list[tuple[object, ...]], *, account_id: int, statement_id: int) -> int:
    """Write what is not there yet; return how many rows are new. `rows` hold the columns of `row_of`."""
    if not rows:
        return 0
    columns = [list(column) for column in zip(*rows, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [current_tenant_id(), account_id, statement_id, *columns])
        return sum(1 for (is_new,) in cursor.fetchall() if is_new)


def row_of(line: StatementLine, *, identity: str, position: int) -> tuple[object, ...]:
    """Return the columns of a line in the order of `_COLUMNS`."""
    batch = None
    if line.batch or line.leaf_count > 1 or line.entry_servicer_reference:
        batch = {**(asdict(line.batch) if line.batch else {}), "entry": line.entry_servicer_reference,
                 "leaf": line.leaf_index, "leaves": line.leaf_count}  # fmt: skip
    return (
        identity, line.status.value, line.booking_date, line.value_date or line.booking_date, line.amount, line.currency,
        line.counterparty_name or "", line.counterparty_iban or line.counterparty_account_other or "",
        line.counterparty_bic or "", _text(line), line.bank_reference or "", line.end_to_end_id or "",
        line.mandate_id or "", line.creditor_id or "", line.structured_reference or "",
        line.structured_type.value if line.structured_type else "", line.transaction_code or "", line.gvc or "",
        line.booking_text or "", line.is_reversal, line.return_reason or "", line.original_amount,
        line.original_currency or "", line.exchange_rate, _json([asdict(charge) for charge in line.charges]),
        _json(batch), position, line.has_pending_details,
    )  # fmt: skip


def _text(line: StatementLine) -> str:
    parts = [line.remittance, line.return_text or "", "" if line.remittance else line.additional_info or ""]
    return " ".join(part.replace("\x00", "") for part in parts if part)


def _json(value: object) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)


def identity_of(book: IdentityBook, line: StatementLine) -> str:
    """Return what tells the line from every other one of its account; announced lines never equal booked ones."""
    found = book.identify(line)
    mark = "p" if line.status is LineStatus.PENDING else found.kind.value[0]
    return f"{mark}:{found.key}:{found.occurrence}"


def lay_pending_aside(account: MoneyAccount, *, until: date | None) -> None:
    """Lay announced transactions aside: the bank now says what became of them."""
    pending = BankTransaction.objects.filter(money_account=account, status="pending", is_deleted=False)
    (pending if until is None else pending.filter(booking_date__lte=until)).update(is_deleted=True)


def join_batch(account: MoneyAccount, reference: str) -> None:
    """Put the details with `reference` under their collective booking.  Raises: DetailsOfAllocatedBatch."""
    rows = BankTransaction.objects.filter(money_account=account, batch__entry=reference, is_deleted=False)
    parents = list(rows.filter(has_details_later=True).order_by("id").select_for_update())
    details = rows.filter(has_details_later=False, parent__isnull=True)
    if len(parents) != 1 or not details.exists():
        return
    if parents[0].allocated:
        raise DetailsOfAllocatedBatch(reference=reference)
    details.update(parent_id=parents[0].id)
