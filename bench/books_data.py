"""A Kontor of its own with generated books, for workloads that need a database."""

# ruff: noqa: PLC0415  # models can be imported only once the database of the bench is known

from __future__ import annotations

import itertools
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from kontor.site.addresses import Addresses
from kontor.site.data_folder import DataFolder
from kontor.site.database import EmbeddedDatabase
from kontor.site.processes import migrate

if TYPE_CHECKING:
    from kontor.ledger.actions.posting import NewEntry
    from kontor.ledger.rules.postings import PostingLine
    from kontor.openitems.rules.news import NewItem
    from kontor.organisations.models import Tenant, User

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
BATCH = 1_000
_MONTHS = 12
_codes = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Office:
    """The data folder of the bench and the addresses of its database, tuned as an office's is."""

    data: DataFolder
    addresses: Addresses


@contextmanager
def office() -> Iterator[Office]:
    """Start a database in a folder that goes away again, and set Django up on it as the app's role."""
    with tempfile.TemporaryDirectory(prefix="kontor-bench-") as folder:
        data = DataFolder(Path(folder))
        data.prepare()
        database = EmbeddedDatabase(data)
        if not database.take_lock():
            raise RuntimeError(f"somebody uses {folder}")
        database.start()
        try:
            migrate(database.addresses)
            database.addresses.export(os.environ)
            os.environ |= {
                "KONTOR_DATA": folder, "KONTOR_DB_ROLE": "app", "DJANGO_SETTINGS_MODULE": "kontor.site.settings",
            }  # fmt: skip
            import django
            from django.db import connections

            django.setup()
            yield Office(data, database.addresses)
            connections.close_all()
        finally:
            database.stop()


def new_books(*, by: User | None = None) -> Tenant:
    """Open German books for 2025 to 2026, with `by` as their administrator."""
    from kontor.core.tenancy import tenant
    from kontor.organisations.actions import create_tenant, grant_access, reserve_tenant_id

    with tenant(reserve_tenant_id(), by=by):
        code = f"bench-{next(_codes)}"
        made = create_tenant(
            code, name=f"Books {code}", country="DE", chart="SKR03", first_year=2025, demands_second_factor=False, by=by
        )
        if by is not None:
            grant_access(by, tenant=made, role="administrator", by=None)
    return made


def new_person() -> User:
    """Make a person who keeps the books."""
    from kontor.organisations.actions import create_user

    return create_user(f"person-{next(_codes)}@example.org", name="Sabine Brandt")


def entries(count: int, *, start: int = 0) -> list[NewEntry]:
    """Return entries of 2, 3 and 4 lines in turn, spread over the months of 2026: three lines each on average."""
    return [_entry(number) for number in range(start, start + count)]


def _entry(number: int) -> NewEntry:
    from kontor.ledger.actions.posting import NewEntry
    from kontor.ledger.rules.postings import Memo, balanced

    amount = 100 + number % 7_919
    parts: Sequence[tuple[str, int]] = (
        (("8400", amount),),
        (("8400", amount), ("8300", 19)),
        (("8400", amount), ("8300", 19), ("4980", 7)),
    )[number % 3]
    lines = [_line("1200", sum(part for _, part in parts)), *(_line(account, -part) for account, part in parts)]
    memo = Memo(text=f"Verkauf {number}", document_number=f"RE-{number:06d}")
    return NewEntry(posting=balanced(lines, memo=memo), entry_date=date(2026, 1 + number % _MONTHS, 5))


def _line(account: str, amount: int) -> PostingLine:
    from kontor.ledger.rules.postings import PostingLine, by_number

    return PostingLine(by_number(account), amount, amount, "EUR")


def fill(
    tenant_id: int,
    *,
    entry_count: int,
    item_count: int,
    bank_lines: int = 0,
    parties: int = 50,
    receipts: int = 0,
    submitter: User | None = None,
) -> None:
    """Post entries and open items through the bulk paths, at most 1,000 per transaction; add lines of a bank account.

    `receipts` are handed in by `submitter`; every second one is done and stands in the archive.
    """
    from kontor.contacts.actions.bulk import find_or_create_parties
    from kontor.contacts.rules.parties import PartyRow
    from kontor.core.tenancy import tenant
    from kontor.ledger.actions.posting import post
    from kontor.openitems.actions.opening import open_items

    for start in range(0, entry_count, BATCH):
        with tenant(tenant_id):
            post(entries(min(BATCH, entry_count - start), start=start), at=AT)
    if bank_lines:
        with tenant(tenant_id):
            _add_bank_lines(bank_lines)
    if receipts and submitter is not None:
        with tenant(tenant_id, by=submitter):
            _add_receipts(receipts, submitter)
    if not item_count:
        return
    rows = [PartyRow(side="debtor", number=str(10_000 + n), name=f"Nordlicht Verlag {n} GmbH") for n in range(parties)]
    with tenant(tenant_id):
        known = list(find_or_create_parties(rows).values())
    for start in range(0, item_count, BATCH):
        with tenant(tenant_id):
            open_items([_item(n, known) for n in range(start, min(start + BATCH, item_count))], at=AT)


def _item(number: int, parties: Sequence[int]) -> NewItem:
    from kontor.openitems.rules.news import NewItem, NewPart

    day = date(2026, 1 + number % _MONTHS, 10)
    part = NewPart(number="8400", amount=10_000 + number % 997, tax_code="sale-standard")
    return NewItem(
        kind="receivable", party_id=parties[number % len(parties)], document_number=f"AR-2026-{number:06d}",
        document_date=day, due_date=day + timedelta(days=14), currency="EUR", parts=[part],
    )  # fmt: skip


def _add_bank_lines(count: int) -> None:
    from kontor.banking.models import BankTransaction, MoneyAccount
    from kontor.ledger.models.accounts import AccountRole

    account = AccountRole.objects.get(role="bank", rate_percent=None).account_id
    bank = MoneyAccount.objects.create(code="bench", name="Hausbank", currency="EUR", account_id=account)
    BankTransaction.objects.bulk_create(
        BankTransaction(
            money_account_id=bank.id, identity=f"line-{number}", booking_date=date(2026, 1 + number % _MONTHS, 20),
            value_date=date(2026, 1 + number % _MONTHS, 20), amount=11_900 + number % 997, currency="EUR",
            counterparty_name=f"Nordlicht Verlag {number % 50} GmbH", remittance=f"AR-2026-{number:06d}",
        )
        for number in range(count)
    )  # fmt: skip


def _add_receipts(count: int, submitter: User) -> None:
    from kontor.receipts.models import IncomingDocument, IncomingLine

    made = IncomingDocument.objects.bulk_create(
        IncomingDocument(
            kind="expense_receipt", state=("submitted", "final")[number % 2], year=2026, sequence=number + 1,
            submitter=submitter, supplier_name=f"Papierhaus {number % 50}", document_number=f"P-{number:05d}",
            document_date=date(2026, 1 + number % _MONTHS, 8), currency="EUR", gross=2_000 + number % 997,
            purpose="Druckkosten", variant="donation", created_at=AT, submitted_at=AT,
            finished_at=AT if number % 2 else None,
        )
        for number in range(count)
    )  # fmt: skip
    IncomingLine.objects.bulk_create(
        IncomingLine(document=document, position=1, gross=document.gross) for document in made
    )
