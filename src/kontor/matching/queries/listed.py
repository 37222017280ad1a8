"""The rows of the workbench's list: plain values, as up to a hundred of them stand beside one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from django.contrib.postgres.fields import ArrayField
from django.db.models import Case, F, Func, IntegerField, OuterRef, QuerySet, Subquery, When

from kontor.banking.models import BankTransaction
from kontor.matching.models import Proposal

COLUMNS = (
    "id", "booking_date", "amount", "allocated", "currency", "counterparty_name", "booking_text", "remittance",
    "counterparty_iban", "money_account_id",
)  # fmt: skip


class Best(NamedTuple):
    """The best proposal of a transaction, as the list shows it; `is_automatic` where a run may post it."""

    score: int
    lead: int
    is_automatic: int
    items: int


class Row(NamedTuple):
    """A booked, relevant transaction of the list; `best` are the figures of its best proposal, None without one."""

    id: int
    booking_date: date
    amount: int
    allocated: int
    currency: str
    counterparty_name: str
    booking_text: str
    remittance: str
    counterparty_iban: str
    money_account_id: int
    best: Sequence[int] | None

    @property
    def state(self) -> str:
        """Return how far it is assigned: assigned, partly or unassigned."""
        if self.allocated == self.amount:
            return "assigned"
        return "partly" if self.allocated else "unassigned"

    @property
    def rest(self) -> int:
        """Return what is not assigned."""
        return self.amount - self.allocated

    @property
    def proposed(self) -> Best | None:
        """Return the best proposal."""
        return None if self.best is None else Best(*self.best)


def as_rows(rows: QuerySet[BankTransaction]) -> QuerySet[BankTransaction, Any]:
    """Return the transactions with the columns of `Row`."""
    best = Proposal.objects.filter(transaction_id=OuterRef("id"), rank=1).values(figures=_figures())
    return rows.select_related(None).values_list(*COLUMNS, Subquery(best))


def _figures() -> Func:
    may_post = Case(When(decision="automatic", then=1), default=0)
    items = Func(F("shares"), function="jsonb_array_length", output_field=IntegerField())
    return Func(
        F("score"), F("lead"), may_post, items, template="ARRAY[%(expressions)s]",
        output_field=ArrayField(IntegerField()),
    )  # fmt: skip
