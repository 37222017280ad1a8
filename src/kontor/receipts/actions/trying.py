"""What booking a receipt would write, made by the rules alone; and what it has written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db import connection

from kontor.core.refusal import Refusal
from kontor.core.tenancy import Actor, current_tenant_id
from kontor.ledger.actions.posting import ControlAccount
from kontor.ledger.actions.previews import Ground, PreviewLine, ground_for
from kontor.ledger.rules.postings import Memo, Posting, by_role
from kontor.ledger.rules.set_offs import set_off, set_off_items
from kontor.ledger.rules.settlements import Item
from kontor.ledger.rules.taxes import TaxCode
from kontor.openitems.actions.terms import InPayment
from kontor.openitems.models import ItemSide
from kontor.openitems.queries.loading import items_by_id
from kontor.openitems.rules.news import NewItem, opened
from kontor.openitems.rules.set_off import pairs
from kontor.openitems.rules.steps import KnownItem
from kontor.organisations.models import Tenant
from kontor.receipts.actions.composing import (
    Creditor,
    MeansNotSet,
    check_has_advance,
    check_has_claim,
    check_may_book,
    new_item,
    text_of,
)
from kontor.receipts.actions.people import foreseen_staff, foreseen_supplier
from kontor.receipts.models import IncomingDocument
from kontor.receipts.models.settings import PaymentVariant
from kontor.receipts.queries.bookings import BookingFacts, booking_facts
from kontor.receipts.rules.lines import Line

NEW_ITEM = 0

_BOOKED = """
SELECT a.number, a.name_de, a.name_en, l.amount_base
FROM ledger_journalline l JOIN ledger_account a ON a.tenant_id = l.tenant_id AND a.id = l.account_id
WHERE l.tenant_id = %(tenant)s AND l.entry_id = ANY(ARRAY(
  SELECT %(entry)s::bigint
  UNION ALL
  SELECT x.entry_id FROM openitems_allocation x
  JOIN ledger_journalentry e ON e.tenant_id = x.tenant_id AND e.id = x.entry_id
  WHERE x.tenant_id = %(tenant)s AND x.item_id = %(item)s AND x.reverses_id IS NULL AND e.kind IN ('set_off', 'waiver')))
ORDER BY l.entry_id, l.position
"""


@dataclass(frozen=True, slots=True)
class Preview:
    """What booking would write, or why it would be refused."""

    lines: tuple[PreviewLine, ...] = ()
    refusal: Refusal | None = None

    @property
    def total(self) -> int:
        """Return the sum of the debits, which is that of the credits."""
        return sum(line.debit for line in self.lines)


@dataclass(frozen=True, slots=True)
class Trial:
    """A receipt as it would be booked: with these parts, on this day, by this person; `facts` of the books where known."""

    document: IncomingDocument
    lines: Sequence[Line]
    day: date
    by: Actor
    tenant: Tenant
    codes: Sequence[TaxCode]
    version: int | None = None
    facts: BookingFacts | None = None


def preview_of(trial: Trial) -> Preview:
    """Return the lines that `book` would write for the receipt, or its refusal; nothing is written, not even for a moment."""
    try:
        return Preview(tuple(_lines(trial)))
    except Refusal as no:
        return Preview(refusal=no)


def booked_lines(document: IncomingDocument) -> tuple[PreviewLine, ...]:
    """Return the lines of the entries that a booking has written: its own, a set-off, a waiver."""
    values = {"tenant": current_tenant_id(), "entry": document.entry_id, "item": document.item_id}
    with connection.cursor() as cursor:
        cursor.execute(_BOOKED, values)
        rows = cursor.fetchall()
    return tuple(PreviewLine(number, de, en, max(value, 0), max(-value, 0)) for number, de, en, value in rows)


def _lines(trial: Trial) -> list[PreviewLine]:
    document = trial.document
    check_may_book(document, version=trial.version, country=trial.tenant.country, by=trial.by)
    facts = trial.facts or booking_facts(document.submitter_id, tenant=trial.tenant, codes=trial.codes)
    new = new_item(
        document, trial.lines, creditor=_creditor(document, facts), day=trial.day, books=facts.books,
        region=trial.tenant.country,
    )  # fmt: skip
    made = opened(new, books=facts.books)
    first_day = max(trial.day, facts.first_day) if facts.first_day else trial.day
    then, refusal = _after(document, made.item, new, day=trial.day)
    postings = [(made.posting, first_day), *((posting, trial.day) for posting in then)]
    refs = [line.account for posting, _day in postings for line in posting.lines]
    ground = ground_for([*refs, by_role("donation_income")], days=[first_day, trial.day])
    lines = ground.lines_of(made.posting, day=first_day)
    if refusal is not None:
        raise refusal
    _check_income(document, ground)
    return [*lines, *(line for posting in then for line in ground.lines_of(posting, day=trial.day))]


def _creditor(document: IncomingDocument, facts: BookingFacts) -> Creditor:
    """Return to whom the money would be owed; a contact that is still to be made has no id yet."""
    if document.variant == PaymentVariant.TO_PAY:
        return Creditor(foreseen_supplier(document))
    if document.variant == PaymentVariant.ORGANISATION:
        if document.means is None:
            raise MeansNotSet
        return Creditor(document.means.party_id, document.means.account.number)
    check_has_advance(document)
    party_id = facts.staff_party_id or foreseen_staff(document.submitter)
    return Creditor(party_id, facts.staff_control)


def _after(document: IncomingDocument, item: Item, new: NewItem, *, day: date) -> tuple[list[Posting], Refusal | None]:
    """Return what is posted after the receipt's own entry, or why that would be refused: a waiver, a set-off."""
    known = KnownItem(id=NEW_ITEM, kind=new.kind, item=item)
    memo = Memo(text=text_of(document), document_number=new.document_number, document_date=day)
    try:
        if document.variant == PaymentVariant.DONATION:
            check_has_claim(item.side)
            through = by_role("donation_income")
            return [set_off(known.item, amount=item.amount_open, through=through, memo=memo).posting], None
        if document.variant == PaymentVariant.ADVANCE:
            return _set_off_postings(document, known, memo=memo), None
    except Refusal as no:
        return [], no
    return [], None


def _set_off_postings(document: IncomingDocument, known: KnownItem, *, memo: Memo) -> list[Posting]:
    advance_item_id = document.advance.item_id if document.advance is not None else None
    if advance_item_id is None or known.item.side == ItemSide.DEBIT:
        return []
    advance = items_by_id([advance_item_id], base=known.item.base_currency, lock=False)[advance_item_id]
    if not advance.item.amount_open:
        return []
    if document.advance is not None and document.advance.item is not None and document.advance.item.is_in_payment:
        raise InPayment(document=advance.item.document_number)
    held = {advance.id: advance, known.id: known}
    found = []
    for one_id, other_id, amount in pairs(list(held.values())):
        one, other = held[one_id].item, held[other_id].item
        posting, _first, _second = set_off_items(
            one, against=other, amount=amount, memo=replace(memo, document_number=one.document_number)
        )
        found.append(posting)
    return found


def _check_income(document: IncomingDocument, ground: Ground) -> None:
    """Refuse to waive onto an account that collects open items.  Raises: ControlAccount, MissingAccountRole."""
    if document.variant == PaymentVariant.DONATION:
        income = ground.book.find(by_role("donation_income"))
        if income.control:
            raise ControlAccount(number=income.number)
