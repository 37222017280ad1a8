"""Advances: asking for one, paying it out (P-05)."""

from __future__ import annotations

from datetime import date, datetime

from kontor.core.audit import act
from kontor.core.numbering import take_numbers
from kontor.core.refusal import Refusal, gettext_noop
from kontor.core.tenancy import Actor
from kontor.ledger.queries.accounts import account_book
from kontor.ledger.queries.years import year_on
from kontor.ledger.rules.postings import by_role
from kontor.openitems.actions.opening import open_items
from kontor.openitems.rules.news import NewItem, NewPart
from kontor.receipts.actions.locking import check_mine, locked
from kontor.receipts.actions.money import place_of
from kontor.receipts.actions.people import staff_party
from kontor.receipts.models import Advance, IncomingDocument
from kontor.receipts.rules.advances import AdvanceOfOther, advance_number

SERIES = "advance"


class AdvanceWrong(Refusal):
    """No amount, or no word what for."""

    sentence = gettext_noop("Please say how much the advance is and what it is for.")


class AdvancePaidAlready(Refusal):
    """Paid out or declined before."""

    sentence = gettext_noop("This advance was paid out or declined already. Reload the page.")
    status = 409


def advance_name(advance: Advance) -> str:
    """Return the number as shown: `V-2026-000007`, "" before it is paid out."""
    return advance_number(advance.year, advance.sequence)


@act("receipts.request_advance")
def request_advance(
    *, user_id: int, amount: int, currency: str, purpose: str, project_id: int | None = None, at: datetime, by: Actor
) -> Advance:
    """Ask for an advance, for oneself or (as bookkeeper) for somebody; minor units.  Raises: AdvanceWrong."""
    if amount <= 0 or not purpose.strip():
        raise AdvanceWrong
    return Advance.objects.create(
        user_id=user_id, amount=amount, currency=currency, purpose=purpose.strip(), project_id=project_id,
        requested_at=at,
    )  # fmt: skip


@act("receipts.decline_advance")
def decline_advance(advance_id: int, *, by: Actor) -> None:
    """Refuse an advance that was asked for.  Raises: AdvancePaidAlready."""
    advance = _waiting(advance_id)
    advance.is_declined = True
    advance.save(update_fields=["is_declined"])


@act("receipts.pay_out_advance")
def pay_out_advance(advance_id: int, money_account_id: int, *, day: date, at: datetime, by: Actor) -> Advance:
    """Record that an advance was paid: Dr staff advances, Cr cash, or transit where a statement will show it.

    Raises:
        AdvancePaidAlready, CashInOtherCurrency, PeriodNotOpen
    """
    advance = _waiting(advance_id)
    book = account_book()
    through = place_of(money_account_id, currency=advance.currency)
    year = year_on(day)
    advance.year, advance.sequence, advance.paid_on = year, take_numbers(SERIES, year=year), day
    advance.item_id = open_items(
        [
            NewItem(
                kind="receivable",
                party_id=staff_party(advance.user_id, by=by).id,
                document_number=advance_name(advance),
                document_date=day,
                due_date=day,
                currency=advance.currency,
                parts=[NewPart(number=book.find(through).number, amount=advance.amount)],
                text=advance.purpose,
                project_id=advance.project_id,
                control=book.find(by_role("staff_advances")).number,
                source_type="receipts.advance",
                source_id=advance.id,
            )
        ],
        at=at,
    )[0]
    advance.save(update_fields=["year", "sequence", "paid_on", "item"])
    return advance


@act("receipts.link_advance")
def link_advance(document_id: int, advance_id: int, *, by: Actor) -> None:
    """Say which recorded advance a receipt was meant for.  Raises: AssignedToOther, AdvanceOfOther."""
    document = locked(document_id)
    check_mine(document, by=by)
    if not Advance.objects.filter(id=advance_id, user_id=document.submitter_id, is_declined=False).exists():
        raise AdvanceOfOther
    IncomingDocument.objects.filter(id=document_id, entry=None).update(advance_id=advance_id)


def _waiting(advance_id: int) -> Advance:
    advance = Advance.objects.filter(id=advance_id).select_for_update().first()
    if advance is None or advance.item_id is not None or advance.is_declined:
        raise AdvancePaidAlready
    return advance
