"""The rows of the workbench's list with exactly what they show, and how many each tab holds: two statements.

Written by hand, as every bookkeeper sees this list all day; the conditions of the filter bar, which are rarely set, come
in as one subquery from `queries.inbox`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection

from kontor.core.tenancy import current_tenant_id
from kontor.openitems.models import ItemSide
from kontor.receipts.models import IncomingDocument
from kontor.receipts.queries.documents import IS_UNFINISHED, STANDING_JOINS
from kontor.receipts.queries.inbox import ROWS, TABS, Scope, narrowed
from kontor.receipts.rules.completeness import differing, is_complete
from kontor.receipts.rules.tracks import Facts, ItemFacts
from kontor.receipts.rules.workflow import document_name

_BASE = f"FROM receipts_incomingdocument d {STANDING_JOINS} WHERE d.tenant_id = %s AND {IS_UNFINISHED}"
_TO_PAY = (
    "(d.state = 'final' AND i.amount_open > 0 AND i.side = 'credit' AND NOT i.is_in_payment "
    "AND d.variant IN ('private', 'to_pay', 'advance'))"
)
_TABS = {
    "new": "d.state IN ('submitted', 'approved')",
    "progress": "d.state = 'in_progress'",
    "query": "d.state = 'query'",
    "pay": _TO_PAY,
    "booked": f"d.state = 'final' AND {_TO_PAY} IS NOT TRUE",
    "all": "true",
}
_OLDEST_FIRST, _LATEST_FIRST = "submitted_at, id", "booked_at DESC, id DESC"
_COUNTS = f"SELECT {', '.join(f'count(*) FILTER (WHERE {_TABS[tab]})' for tab in TABS)} {_BASE}"
_COLUMNS = """
d.id, d.year, d.sequence, d.supplier_name, d.purpose, d.state, d.variant, d.gross, d.currency, d.means_id, d.entry_id,
d.more_receipts_follow, d.submitter_id, d.assigned_to_id, d.submitted_at, d.booked_at, m.is_debited_later, i.amount,
i.amount_open, i.is_in_payment, i.side, ai.amount_open AS advance_open, d.document_date,
d.proposals #>> '{amount,value}' AS read_amount, d.proposals #>> '{date,value}' AS read_date
"""
_PARTS = """
SELECT count(*) AS parts, count(l.account_id) AS to_account, coalesce(sum(l.gross), 0)::bigint AS gross,
  array_agg(p.name ORDER BY l.position) FILTER (WHERE p.name IS NOT NULL) AS projects
FROM receipts_incomingline l LEFT JOIN projects_project p ON p.tenant_id = l.tenant_id AND p.id = l.project_id
WHERE l.tenant_id = %s AND l.document_id = page.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedRow:
    """A receipt as the list shows it; `gross` in minor units of `currency`, `owner` "" while nobody keeps it.

    `differing` names what was typed otherwise than it was read: "amount", "date".
    """

    id: int
    number: str
    supplier: str
    purpose: str
    gross: int | None
    currency: str
    submitter: str
    owner_id: int | None
    owner: str
    facts: Facts
    projects: tuple[str, ...]
    is_complete: bool
    differing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPage:
    """A page of the list, numbered from 1, and how many receipts each tab holds; `below` is the row after the last one."""

    rows: tuple[ListedRow, ...]
    number: int
    counts: dict[str, int]
    total: int
    below: int | None = None

    @property
    def pages(self) -> int:
        """Return how many pages the list has."""
        return max(1, -(-self.total // ROWS))

    @property
    def first(self) -> int:
        """Return the number of the first row shown."""
        return (self.number - 1) * ROWS + 1

    @property
    def last(self) -> int:
        """Return the number of the last row shown."""
        return self.first + len(self.rows) - 1


def listed_page(scope: Scope, *, user_id: int) -> ListedPage:
    """Return the scope's page of the list; beyond the end is the last one."""
    condition, values = _condition(scope, user_id=user_id)
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS + condition, [current_tenant_id(), *values])
        counts = dict(zip(TABS, cursor.fetchone(), strict=True))
    total = counts[scope.tab]
    number = min(scope.page, max(1, -(-total // ROWS)))
    found = _rows(scope.tab, condition, values, start=(number - 1) * ROWS) if total else []
    below = found[ROWS].id if len(found) > ROWS else None
    return ListedPage(rows=tuple(found[:ROWS]), number=number, counts=counts, total=total, below=below)


def listed_ids(scope: Scope, *, user_id: int, limit: int) -> list[int]:
    """Return the ids of the list's first rows in their order."""
    condition, values = _condition(scope, user_id=user_id)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT d.id {_BASE} AND {_TABS[scope.tab]} {condition} ORDER BY {_order(scope.tab, 'd.')} LIMIT %s",
            [current_tenant_id(), *values, limit],
        )
        return [row[0] for row in cursor.fetchall()]


def next_after(scope: Scope, document_id: int, *, user_id: int, page: ListedPage | None = None) -> int | None:
    """Return the receipt below this one in the list, at its end the first other one; None if there is none.

    A `page` that shows it answers without a statement.
    """
    shown = [row.id for row in page.rows] if page is not None else []
    if page is not None and document_id in shown:
        at = shown.index(document_id) + 1
        following = shown[at] if at < len(shown) else page.below
        if following is not None:
            return following
        if page.number == 1:
            return shown[0] if shown[0] != document_id else None
    ids = listed_ids(scope, user_id=user_id, limit=ROWS * 20)
    at = ids.index(document_id) if document_id in ids else -1
    return next((key for key in ids[at + 1 :] + ids[: max(at, 0)] if key != document_id), None)


def _condition(scope: Scope, *, user_id: int) -> tuple[str, list[Any]]:
    """Return what the filter bar asks for, as the rest of a WHERE, and its values."""
    if not scope.conditions and not scope.q:
        return "", []
    rows = narrowed(IncomingDocument.objects.all(), scope, user_id=user_id).order_by().values("id")
    try:
        statement, values = rows.query.sql_with_params()
    except EmptyResultSet:  # a number that no row can have
        return " AND false", []
    return f" AND d.id IN ({statement})", list(values)


def _rows(tab: str, condition: str, values: Sequence[Any], *, start: int) -> list[ListedRow]:
    here = current_tenant_id()
    statement = f"""
    WITH page AS MATERIALIZED (
      SELECT {_COLUMNS} {_BASE} AND {_TABS[tab]} {condition} ORDER BY {_order(tab, "d.")} LIMIT %s OFFSET %s
    )
    SELECT page.*, u.name, o.name, parts.parts, parts.to_account, parts.gross, parts.projects FROM page
    JOIN organisations_user u ON u.id = page.submitter_id
    LEFT JOIN organisations_user o ON o.id = page.assigned_to_id
    CROSS JOIN LATERAL ({_PARTS}) parts ORDER BY {_order(tab, "page.")}
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, [here, *values, ROWS + 1, start, here])
        return [_row(row) for row in cursor.fetchall()]


def _order(tab: str, of: str) -> str:
    columns = _LATEST_FIRST if tab in {"pay", "booked"} else _OLDEST_FIRST
    return ", ".join(of + column for column in columns.split(", "))


def _row(row: Sequence[Any]) -> ListedRow:
    (key, year, sequence, supplier, purpose, state, variant, gross, currency, means_id, entry_id, more_follow, _submitter_id,
     owner_id, _submitted_at, _booked_at, is_debited_later, amount, amount_open, is_in_payment, side, advance_open,
     document_date, read_amount, read_date, submitter, owner, parts, to_account, parts_gross, projects) = row  # fmt: skip
    item = None
    if amount is not None:
        item = ItemFacts(
            amount=amount, amount_open=amount_open, is_in_payment=is_in_payment, is_owed_to_us=side == ItemSide.DEBIT
        )
    return ListedRow(
        id=key, number=document_name(year, sequence), supplier=supplier, purpose=purpose, gross=gross, currency=currency,
        submitter=submitter, owner_id=owner_id, owner=owner or "",
        facts=Facts(
            state=state, variant=variant, is_booked=entry_id is not None, item=item,
            is_debited_later=bool(is_debited_later), advance_open=advance_open or 0, more_receipts_follow=more_follow,
        ),
        projects=tuple(dict.fromkeys(projects or ())),
        is_complete=is_complete(
            state=state, variant=variant, has_means=means_id is not None, gross=gross, parts_gross=parts_gross,
            has_accounts=parts == to_account > 0,
        ),
        differing=differing(
            read_amount=read_amount, read_date=read_date, gross=gross, document_date=document_date
        ),
    )  # fmt: skip
