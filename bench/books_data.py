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
    from kontor.openitems.rules.news import NewItem

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


def new_books() -> int:
    """Open German books for 2025 to 2026 and return the tenant's id."""
    from kontor.core.tenancy import tenant
    from kontor.organisations.actions import create_tenant, reserve_tenant_id

    with tenant(reserve_tenant_id()) as opened:
        code = f"bench-{next(_codes)}"
        create_tenant(
            code, name=f"Books {code}", country="DE", chart="SKR03", first_year=2025, demands_second_factor=False, by=None
        )
    return opened.tenant_id


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


def _line(account: str, amount: int) -> object:
    from kontor.ledger.rules.postings import PostingLine, by_number

    return PostingLine(by_number(account), amount, amount, "EUR")


def fill(tenant_id: int, *, entry_count: int, item_count: int, parties: int = 50) -> None:
    """Post entries and open items through the bulk paths, at most 1,000 per transaction."""
    from kontor.contacts.actions.bulk import find_or_create_parties
    from kontor.contacts.rules.parties import PartyRow
    from kontor.core.tenancy import tenant
    from kontor.ledger.actions.posting import post
    from kontor.openitems.actions.opening import open_items

    for start in range(0, entry_count, BATCH):
        with tenant(tenant_id):
            post(entries(min(BATCH, entry_count - start), start=start), at=AT)
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
