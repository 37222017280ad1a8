"""The table of payment lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kontor.organisations.access import TenantRequest
from kontor.payments.models import BatchState, PaymentBatch
from kontor.payments.queries.lists import Sum, name_of
from kontor.ui.marks import Mark
from kontor.ui.tables.columns import Column, Empty
from kontor.ui.tables.table import Table

_WORDS = (
    gettext_noop("draft"), gettext_noop("exported"), gettext_noop("partly paid"), gettext_noop("paid"),
    gettext_noop("given up"), gettext_noop("not carried out"), gettext_noop("partly returned"),
    gettext_noop("came back"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """A list with its sums."""

    id: int
    name: str
    batch: PaymentBatch
    sum: Sum

    @property
    def account(self) -> str:
        """Return the name of the account."""
        return str(self.batch.money_account.name)

    @property
    def day(self) -> date:
        """Return the day of execution."""
        return self.batch.execution_date

    @property
    def total(self) -> int:
        """Return the sum in minor units."""
        return self.sum.total


def mark_of(batch: PaymentBatch, held: Sum) -> Mark:
    """Return where a list stands, read from its items."""
    if batch.state == BatchState.CANCELLED:
        return Mark("given up", "done")
    if batch.state == BatchState.DRAFT and not held.settled:
        return Mark("draft", "open")
    if held.lost and not held.orders:
        return Mark("came back", "neg") if held.returned == held.lost else Mark("not carried out", "neg")
    if held.orders and held.settled == held.orders:
        return Mark("partly returned", "warn") if held.lost else Mark("paid", "pos")
    return Mark("partly paid", "half") if held.settled or held.partly else Mark("exported", "brand")


def lists_table(request: TenantRequest, rows: Sequence[Row]) -> Table[Row]:
    """Return the table of lists."""
    code = request.tenant.code
    may_prepare = "payments.prepare" in request.rights
    columns: list[Column[Row]] = [
        Column(key="name", label=_("Payment list"), sort="id", is_strong=True, phone_sub=lambda row: row.account,
               href=lambda row: reverse("payments:batch", kwargs={"tenant": code, "batch_id": row.id})),
        Column(key="account", label=_("Account"), hide_mobile=True, sort="account"),
        Column(key="day", label=_("Day of execution"), kind="day", sort="day", hide_mobile=True),
        Column(key="orders", label=_("Orders"), kind="number", value=lambda row: row.sum.orders, hide_mobile=True),
        Column(key="state", label=_("State"), kind="status", value=lambda row: mark_of(row.batch, row.sum)),
        Column(key="total", label=_("Amount"), kind="amount", sort="total", currency=lambda row: row.batch.currency,
               is_strong=True),
    ]  # fmt: skip
    return Table[Row](
        request, rows, label=_("Payment lists"), columns=columns, sort="-name", row_label=lambda row: row.name, name="lists",
        empty=Empty(
            title=_("No payment list yet"),
            text=_("A payment list collects refunds and invoices and becomes one file for the bank."), icon="send",
            action=_("New payment list") if may_prepare else "",
            url=reverse("payments:new", kwargs={"tenant": code}) if may_prepare else "",
        ),
    )  # fmt: skip


def row_of(batch: PaymentBatch, held: Sum | None) -> Row:
    """Return a list as the table shows it."""
    return Row(batch.id, name_of(batch), batch, held or Sum())
