"""Clerks at random: whatever they do and in whatever order, the invariants of this room hold after each step."""

from __future__ import annotations

import contextlib
from datetime import date
from decimal import Decimal

import pytest
from django.db import Error
from django_subatomic import db
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kontor.banking.models import BankTransaction
from kontor.core.refinement import refined
from kontor.core.refusal import Refusal
from kontor.ledger.models.taxes import ExchangeRate, VatRegime
from kontor.openitems.actions.allocating import allocate
from kontor.openitems.actions.closing import cancel_item, set_off, write_off
from kontor.openitems.actions.opening import open_items
from kontor.openitems.actions.undoing import cancel_allocation, cancel_entry, return_payment
from kontor.openitems.check import violations
from kontor.openitems.models import Allocation, OpenItem
from kontor.openitems.queries.past import past_entries
from kontor.openitems.rules.news import NewItem, NewPart
from kontor.openitems.rules.steps import Share
from kontor.organisations.models import User
from tests.builders import NOW, a_bank_line

from .office import DAY, Office, an_office

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.slow]
LATER = date(2026, 4, 2)
STEPS = (
    "pay",
    "part",
    "discount",
    "over",
    "together",
    "undo",
    "undo_entry",
    "return",
    "write_off",
    "set_off",
    "cancel",
    "redo",
)

picks = st.lists(
    st.tuples(st.sampled_from(STEPS), st.integers(0, 1_000), st.integers(1, 200_000)), min_size=3, max_size=8
)


class Clerk:
    """Does one step after the other on a handful of items."""

    def __init__(self, office: Office, *, gross: list[int], currency: str) -> None:
        self.office, self.by = office, office.clerk
        self.item_ids = open_items([self._new(n, net, currency) for n, net in enumerate(gross)], at=NOW)
        self.currency = currency

    def _new(self, number: int, net: int, currency: str) -> NewItem:
        codes = (("8400", "sale-standard"), ("8300", "sale-reduced"))
        parts = [NewPart(number=account, amount=net, tax_code=code) for account, code in codes]
        return NewItem(
            kind="receivable", party_id=self.office.party_id, document_number=f"RE-{number}", document_date=DAY,
            due_date=DAY, currency=currency, parts=parts, rate=Decimal("0.913") if currency == "USD" else Decimal(1),
        )  # fmt: skip

    def line(self, amount: int) -> int:
        return a_bank_line(amount, account_id=self.office.bank_id, day=DAY)

    def share(self, item: OpenItem, cash: int, *, discount: int = 0, difference: int = 0) -> Share:
        return Share(item_id=item.id, cash=cash, paid=cash, discount=discount, difference=difference)

    def do(self, step: str, pick: int, amount: int) -> None:
        """Do a step; what the office refuses leaves nothing behind."""
        item = OpenItem.objects.get(id=self.item_ids[pick % len(self.item_ids)])
        rows = list(Allocation.objects.order_by("id"))
        row = rows[pick % len(rows)] if rows else None
        try:
            with db.savepoint():
                self._do(step, item, row, amount)
        except Refusal:
            pass
        except Error as error:  # the database refuses in its own words; the door turns them into a sentence
            if refined(error) is None:
                raise

    def _do(self, step: str, item: OpenItem, row: Allocation | None, amount: int) -> None:
        sign = 1 if item.side == "debit" else -1
        open_ = item.amount_open
        match step:
            case "pay":
                self._pay(sign * (open_ or 1), [self.share(item, open_)])
            case "part":
                self._pay(sign * min(amount, open_ or 1), [self.share(item, min(amount, open_))])
            case "discount":
                cut = open_ * 3 // 100
                self._pay(
                    sign * (open_ - cut or 1),
                    [self.share(item, open_ - cut, discount=cut // 2, difference=cut - cut // 2)],
                )
            case "over":
                shares = [self.share(item, open_)]
                allocate(self.line(sign * (open_ + amount)), shares, remainder="credit", at=NOW, by=self.by)
            case "together":
                items = list(OpenItem.objects.filter(amount_open__gt=0)[:3])
                total = sum(each.amount_open if each.side == "debit" else -each.amount_open for each in items)
                self._pay(total or 1, [self.share(each, each.amount_open) for each in items])
            case "write_off":
                write_off([item.id], amount=min(amount, open_), day=LATER, at=NOW, by=self.by)
            case "set_off":
                set_off(
                    list(OpenItem.objects.filter(amount_open__gt=0).values_list("id", flat=True)),
                    day=LATER,
                    at=NOW,
                    by=self.by,
                )
            case "cancel":
                cancel_item(item.id, day=LATER, at=NOW, by=self.by)
            case _ if row is not None:
                self._take_back(step, row, amount, self.by)

    def _take_back(self, step: str, row: Allocation, amount: int, by: User) -> None:
        match step:
            case "undo":
                cancel_allocation(row.id, day=LATER, at=NOW, by=by)
            case "undo_entry" | "redo":
                cancel_entry(row.entry_id, day=LATER, at=NOW, by=by)
            case "return":
                fee = amount % 500
                return_payment(
                    self.line(-row.cash - fee if row.cash > 0 else max(-row.cash - fee, 1)), [row.id], at=NOW, by=by
                )

    def _pay(self, amount: int, shares: list[Share]) -> None:
        allocate(self.line(amount), [share for share in shares if share.cash or share.discount], at=NOW, by=self.by)


@pytest.mark.parametrize(("timing", "currency"), [("agreed", "EUR"), ("received", "EUR"), ("received", "USD")])
# The same stories in every run, and none shrunk: each builds whole books.
@settings(
    max_examples=4, derandomize=True, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)
@given(nets=st.lists(st.integers(-50_000, 150_000).filter(bool), min_size=2, max_size=4), steps=picks)
def test_the_invariants_hold_after_every_step(
    timing: str, currency: str, nets: list[int], steps: list[tuple[str, int, int]]
) -> None:
    office = an_office()
    with office.open():
        VatRegime.objects.create(valid_from=date(2026, 1, 1), output_timing=timing)
        ExchangeRate.objects.create(currency="USD", day=date(2026, 1, 1), rate="0.913")
        clerk = Clerk(office, gross=nets, currency=currency)
    for step in steps:
        with office.open():
            clerk.do(*step)
            assert [str(found) for found in violations()] == [], step
    with office.open():
        _take_everything_back(office)
        assert [str(found) for found in violations()] == []
        for item in OpenItem.objects.filter(id__in=clerk.item_ids):
            assert (item.amount_open, item.base_open, set(item.undue_moved)) == (item.amount, item.amount_base, {0})
        assert not BankTransaction.objects.exclude(allocated=0).exists()


def _take_everything_back(office: Office) -> None:
    """Undo newest first until nothing holds any more: then the office is as it was."""
    for _round in range(12):
        entries = list(Allocation.objects.order_by("-entry_id").values_list("entry_id", flat=True).distinct())
        done = False
        for entry_id in entries:
            with contextlib.suppress(Refusal), db.savepoint():
                holding = _forward(entry_id)
                if holding:
                    cancel_entry(entry_id, day=LATER, at=NOW, by=office.clerk)
                    done = True
        if not done:
            return


def _forward(entry_id: int) -> bool:
    """Tell whether the entry has rows that may be taken back; the closing of a credit goes with its payment."""
    entry = past_entries([entry_id])[0]
    return bool(entry.rows) and not all(row.row.kind == "setoff" and entry.kind == "reversal" for row in entry.rows)
