"""The table of bank transactions: state always as word, shape and colour."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from kontor.banking.models import BankTransaction
from kontor.banking.queries.transactions import state_of
from kontor.core.figures import format_day
from kontor.core.kept_statements import Source
from kontor.organisations.access import TenantRequest
from kontor.ui.addresses import address, address_writer
from kontor.ui.marks import Mark
from kontor.ui.tables.columns import Bulk, Column, Empty
from kontor.ui.tables.table import Table

STATES = (
    ("unassigned", gettext_noop("Not assigned")),
    ("partly", gettext_noop("Partly assigned")),
    ("assigned", gettext_noop("Assigned")),
    ("not_relevant", gettext_noop("Not business-relevant")),
    ("pending", gettext_noop("Announced")),
)
# VA-05: red not assigned, amber partly, green assigned, light blue not business-relevant.
MARKS = {
    "unassigned": Mark("Not assigned", "neg"),
    "partly": Mark("Partly assigned", "half"),
    "assigned": Mark("Assigned", "pos"),
    "not_relevant": Mark("Not business-relevant", "done"),
    "pending": Mark("Announced", "open"),
}


def transaction_table(
    request: TenantRequest,
    rows: QuerySet[BankTransaction] | Source[BankTransaction],
    *,
    search: Callable[[Any, str], Any],
    count: int | None = None,
) -> Table[BankTransaction]:
    """Return the table of `rows` as the request sorts, searches and pages it; `count` is their number, if it is known."""
    may_mark = "banking.relevance" in request.rights
    language = get_language() or "de"
    address_of = address_writer("bank_transaction", "transaction_id", tenant=request.tenant.code)
    return Table[BankTransaction](
        request, rows, label=_("Transactions"), sort="-day", search=search, search_hint=_("Name, purpose, amount, IBAN"), count=count,
        columns=[
            Column(key="name", label=_("Name and purpose"), value=lambda row: row.counterparty_name or row.booking_text or "–",
                   sub=lambda row: row.remittance, sub_label=_("Purpose"), phone_sub=lambda row: _phone_words(row, language), sort="counterparty_name", href=lambda row: address_of(row.id)),
            Column(key="day", label=_("Booked on"), kind="day", value=lambda row: row.booking_date,
                   sort=("booking_date", "id"), hide_mobile=True),
            Column(key="account", label=_("Account"), value=lambda row: row.money_account.name, hide_mobile=True),
            Column(key="state", label=_("State"), kind="status", value=lambda row: MARKS[state_of(row)]),
            Column(key="amount", label=_("Amount"), kind="amount", sort="amount", currency=lambda row: row.currency,
                   is_strong=True),
        ],
        bulk=_bulk(request) if may_mark else (),
        row_label=lambda row: f"{row.counterparty_name} {row.booking_date}",
        empty=Empty(title=_("No transactions yet"), icon="landmark",
                    text=_("Drop a statement of the bank here: camt, MT940 or CSV, also zipped.")),
        name="transactions",
    )  # fmt: skip


def _phone_words(row: BankTransaction, language: str) -> str:
    day = format_day(row.booking_date, language=language)
    return f"{day} · {row.remittance}" if row.remittance else day


def _bulk(request: TenantRequest) -> tuple[Bulk, ...]:
    url = address("bank_relevance", tenant=request.tenant.code)
    query = request.GET.urlencode()
    return (
        Bulk(label=_("Not business-relevant"), url=f"{url}?to=not_relevant&{query}", icon="circle-slash"),
        Bulk(label=_("Relevant again"), url=f"{url}?to=relevant&{query}", icon="undo-2"),
    )
