"""Booking receipts (P-01 … P-05), taking a booking back, setting paid by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from kontor.core.audit import act
from kontor.core.clock import ZONES
from kontor.core.refusal import Refusal, gettext_noop
from kontor.core.tenancy import Actor, current_tenant_id
from kontor.ledger.queries.accounts import account_book
from kontor.ledger.rules.postings import by_role
from kontor.openitems.actions.closing import cancel_item, set_off, settle_through
from kontor.openitems.actions.opening import open_items
from kontor.openitems.actions.undoing import cancel_entry
from kontor.openitems.models import Allocation, AllocationKind, ItemSide, OpenItem
from kontor.openitems.queries.loading import books
from kontor.openitems.rules.news import NewItem
from kontor.organisations.models import Tenant
from kontor.receipts.actions.composing import (
    AdvanceNotLinked,
    Creditor,
    MeansNotSet,
    check_has_advance,
    check_has_claim,
    check_may_book,
    new_item,
    text_of,
)
from kontor.receipts.actions.indexing import index_document
from kontor.receipts.actions.locking import check_mine, locked
from kontor.receipts.actions.money import place_of
from kontor.receipts.actions.people import staff_party, supplier_party
from kontor.receipts.models import IncomingDocument, IncomingLine, WaivedReimbursement, Workflow
from kontor.receipts.models.settings import PaymentVariant
from kontor.receipts.notices import tell_booked
from kontor.receipts.queries.documents import name_of
from kontor.receipts.rules.lines import Line
from kontor.receipts.rules.workflow import NotBooked, check_move


class DiffersFromRead(Refusal):
    """What was typed is not what was read."""

    sentence = gettext_noop(
        "Receipt %(number)s says another amount or date than was read from it. Please open it, compare both, and book "
        "it there."
    )
    status = 409


class NotCompleteYet(Refusal):
    """Something is missing for booking."""

    sentence = gettext_noop(
        "Receipt %(number)s is not complete yet: amount, payment and an account for each part are needed."
    )
    status = 409


class WaiverStands(Refusal):
    """The waiver alone was to be taken back."""

    sentence = gettext_noop(
        "This posting records that the refund of receipt %(number)s was given as a donation. Please take the booking of "
        "the receipt back instead; the donation ends with it."
    )
    status = 409


class NothingToPay(Refusal):
    """No money is to move."""

    sentence = gettext_noop("Receipt %(number)s waits for no payment.")
    status = 409


@act("receipts.book")
def book(
    document_id: int, *, entry_date: date | None = None, version: int | None = None, at: datetime, by: Actor
) -> IncomingDocument:
    """Post the receipt and open what is to be paid, in one transaction; `entry_date` None is the document's own.

    Private: payable to the submitter (P-01). By the organisation: clearing account of the means (P-02). To pay:
    payable to the supplier (P-03). Donation: payable, turned into donation income, with its record (P-04).
    Advance: payable, set off against the advance as far as both go (P-05).

    Raises:
        AssignedToOther, ChangedMeanwhile, WrongState, PartsDiffer, AccountMissing, AdvanceNotLinked, MeansNotSet, NoWaiverHere,
        whatever opening items and posting refuse; nothing is written then.
    """
    document, region = locked(document_id), _region()
    check_may_book(document, version=version, country=region, by=by)
    day = entry_date or document.document_date or at.date()
    item_id = open_items([_new_item(document, day=day, region=region, by=by)], at=at)[0]
    item = OpenItem.objects.select_related("journal_line").get(id=item_id)
    document.item_id, document.entry_id = item.id, item.journal_line.entry_id
    document.state, document.booked_at, document.handled_by_id = Workflow.FINAL, at, by.pk
    document.taken_at = document.taken_at or at
    document.assigned_to_id = None
    document.version += 1
    document.save(
        update_fields=[
            "item", "entry", "state", "booked_at", "handled_by", "taken_at", "assigned_to", "version",
        ]
    )  # fmt: skip
    if document.variant == "donation":
        _waive(document, item, day=day, at=at, by=by)
    if document.variant == "advance":
        _set_off(document, item, day=day, at=at, by=by)
    tell_booked(document, by=by.pk)
    return document


@act("receipts.unbook")
def unbook(document_id: int, *, day: date, at: datetime, by: Actor) -> IncomingDocument:
    """Take a booking back by its mirror, as long as no money has moved; the receipt is in progress again.

    The record of a waived refund stays, as cancelled. What an advance has left again takes the refunds of its other
    receipts (OC-41): nobody is paid who still holds money of ours.

    Raises:
        NotBooked, HasAllocations, PeriodNotOpen
    """
    document = locked(document_id)
    if document.item_id is None:
        raise NotBooked(number=name_of(document))
    check_move("unbook", state=document.state, number=name_of(document))
    WaivedReimbursement.objects.filter(document=document, cancelled_on=None).update(cancelled_on=day)
    _undo_own(document.item_id, day=day, at=at, by=by)
    cancel_item(document.item_id, day=day, at=at, by=by)
    document.item_id = document.entry_id = None
    document.state, document.booked_at = Workflow.IN_PROGRESS, None
    document.version += 1
    document.save(update_fields=["item", "entry", "state", "booked_at", "version"])
    if document.variant == "advance":
        _set_off_others(document, day=day, at=at, by=by)
    return document


@act("receipts.cancel")
def cancel(document_id: int, reason: str, *, day: date, at: datetime, by: Actor) -> IncomingDocument:
    """Cancel a receipt: its booking is reversed, it stays in the archive with the reason.

    Raises:
        AssignedToOther, WrongState, HasAllocations, PeriodNotOpen
    """
    document = locked(document_id)
    check_mine(document, by=by)
    check_move("cancel", state=document.state, number=name_of(document))
    if document.item_id is not None:
        document = unbook(document_id, day=day, at=at, by=by)
    document.state, document.reject_reason = Workflow.CANCELLED, reason.strip()
    document.assigned_to_id = None
    document.save(update_fields=["state", "reject_reason", "assigned_to"])
    index_document(document.id)
    return document


@act("receipts.set_paid")
def set_paid(document_id: int, money_account_id: int, *, day: date, at: datetime, by: Actor) -> int:
    """Record a payment made elsewhere; returns its entry.

    An account fed by statements is not credited: the money is in transit until its line comes (decisions.md 32).

    Raises:
        NotBooked, NothingToPay, CashInOtherCurrency, PeriodNotOpen
    """
    document = locked(document_id)
    if document.item_id is None:
        raise NotBooked(number=name_of(document))
    item = OpenItem.objects.get(id=document.item_id)
    if not item.amount_open:
        raise NothingToPay(number=name_of(document))
    through = place_of(money_account_id, currency=item.currency)
    return settle_through(item.id, through, text=text_of(document), day=day, at=at, by=by)


def _region() -> str:
    """Return the country of the open books."""
    found: str = Tenant.objects.values_list("country", flat=True).get(id=current_tenant_id())
    return found


def _new_item(document: IncomingDocument, *, day: date, region: str, by: Actor) -> NewItem:
    creditor = _creditor(document, by=by)
    return new_item(document, _lines(document), creditor=creditor, day=day, books=books(), region=region)


def _creditor(document: IncomingDocument, *, by: Actor) -> Creditor:
    """Return to whom the money is owed; a contact that is missing is made."""
    if document.variant == PaymentVariant.TO_PAY:
        return Creditor(supplier_party(document, by=by).id)
    if document.variant == PaymentVariant.ORGANISATION:
        if document.means is None:
            raise MeansNotSet
        return Creditor(document.means.party_id, document.means.account.number)
    check_has_advance(document)
    return Creditor(staff_party(document.submitter_id, by=by).id, account_book().find(by_role("staff_payables")).number)


def _lines(document: IncomingDocument) -> list[Line]:
    rows = IncomingLine.objects.filter(document=document).select_related("account").order_by("position")
    return [
        Line(
            position=row.position, gross=row.gross, account=row.account.number if row.account else "",
            tax_code=row.tax_code, tax_amount=row.tax_amount, project_id=row.project_id, sphere=row.sphere,
            text=row.text,
        )
        for row in rows
    ]  # fmt: skip


def _waive(document: IncomingDocument, item: OpenItem, *, day: date, at: datetime, by: Actor) -> None:
    """Turn the claim into donation income and keep the record that a donation receipt needs (P-04).

    Raises:
        NothingToGive: the supplier gave money back, so nobody has a claim that could be waived.
    """
    check_has_claim(item.side)
    entry_id = settle_through(
        item.id, by_role("donation_income"), text=text_of(document), kind="waiver", day=day, at=at, by=by
    )
    WaivedReimbursement.objects.create(
        document=document, party_id=item.party_id, amount=item.amount_base,
        waived_on=(document.submitted_at or at).astimezone(ZONES["DE"]).date(),
        entry_id=entry_id,
    )  # fmt: skip


def _set_off(document: IncomingDocument, item: OpenItem, *, day: date, at: datetime, by: Actor) -> None:
    advance = document.advance
    if advance is None or advance.item_id is None:
        raise AdvanceNotLinked
    is_owed_to_us = item.side == ItemSide.DEBIT  # a return: it is given back beside the advance
    if not is_owed_to_us and OpenItem.objects.get(id=advance.item_id).amount_open:
        set_off([advance.item_id, item.id], text=text_of(document), day=day, at=at, by=by)


def _set_off_others(document: IncomingDocument, *, day: date, at: datetime, by: Actor) -> None:
    advance = document.advance
    if advance is None or advance.item_id is None:
        return
    waiting = IncomingDocument.objects.filter(
        advance=advance, variant="advance", state=Workflow.FINAL, item__side=ItemSide.CREDIT,
        item__amount_open__gt=0, item__is_in_payment=False,
    ).exclude(id=document.id)  # fmt: skip
    item_ids = list(waiting.order_by("booked_at", "id").values_list("item_id", flat=True))
    if item_ids and OpenItem.objects.filter(id=advance.item_id, amount_open__gt=0).exists():
        set_off([advance.item_id, *item_ids], text=text_of(document), day=day, at=at, by=by)


def keep_waivers(entry_ids: Sequence[int]) -> None:
    """Refuse to take the posting of a waiver back while its record stands.  Raises: WaiverStands."""
    standing = WaivedReimbursement.objects.filter(entry_id__in=list(entry_ids), cancelled_on=None)
    found = standing.select_related("document").first()
    if found is not None:
        raise WaiverStands(number=name_of(found.document))


def _undo_own(item_id: int, *, day: date, at: datetime, by: Actor) -> None:
    """Take back what booking itself assigned: the set-off of an advance, the waiver of a donation."""
    taken = Allocation.objects.filter(item_id=item_id, reverses__isnull=False).values("reverses_id")
    held = Allocation.objects.filter(item_id=item_id, kind=AllocationKind.SETOFF, reverses=None).exclude(id__in=taken)
    for entry_id in list(held.filter(entry__kind__in=["set_off", "waiver"]).values_list("entry_id", flat=True)):
        cancel_entry(entry_id, day=day, at=at, by=by)
