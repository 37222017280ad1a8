"""Booking receipts (P-01 … P-05), taking a booking back, setting paid by hand."""

from __future__ import annotations

from datetime import date, datetime

from kontor.contacts.models import Party
from kontor.core.audit import act
from kontor.core.figures import format_money
from kontor.core.refusal import Refusal, gettext_noop
from kontor.core.tenancy import Actor, current_tenant_id
from kontor.ledger.queries.accounts import account_book
from kontor.ledger.rules.postings import by_role
from kontor.openitems.actions.closing import cancel_item, set_off, settle_through
from kontor.openitems.actions.opening import open_items
from kontor.openitems.actions.undoing import cancel_entry
from kontor.openitems.models import Allocation, AllocationKind, ItemSide, OpenItem
from kontor.openitems.queries.loading import books
from kontor.openitems.rules.news import NewItem, NewPart
from kontor.organisations.models import Tenant
from kontor.receipts.actions.indexing import index_document
from kontor.receipts.actions.locking import check_mine, check_version, locked
from kontor.receipts.actions.money import place_of
from kontor.receipts.actions.people import staff_party, supplier_party
from kontor.receipts.actions.submitting import SUBJECT
from kontor.receipts.models import IncomingDocument, IncomingLine, WaivedReimbursement, Workflow
from kontor.receipts.models.settings import PaymentVariant
from kontor.receipts.notices import tell_booked
from kontor.receipts.queries.documents import name_of
from kontor.receipts.rules.lines import Line, check_parts, split_tax
from kontor.receipts.rules.workflow import NotBooked, check_move


class AdvanceNotLinked(Refusal):
    """The submitter typed an advance that the books do not know."""

    sentence = gettext_noop(
        "The submitter set this off against an advance that is not recorded. Please link the advance first."
    )
    status = 409


class MeansNotSet(Refusal):
    """No means of payment chosen."""

    sentence = gettext_noop("Please choose what the organisation paid with.")


class NoWaiverHere(Refusal):
    """A donation of expenses in books outside Germany."""

    sentence = gettext_noop(
        "A refund given as a donation is known to German tax law only. Please choose another payment for this receipt."
    )


class NotCompleteYet(Refusal):
    """Something is missing for booking."""

    sentence = gettext_noop(
        "Receipt %(number)s is not complete yet: amount, payment and an account for each part are needed."
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
    document = locked(document_id)
    check_mine(document, by=by)
    check_version(document, version=version)
    check_move("book", state=document.state, number=name_of(document))
    if document.variant == PaymentVariant.DONATION and not _knows_waivers():
        raise NoWaiverHere
    day = entry_date or document.document_date or at.date()
    item_id = open_items([_new_item(document, day=day, by=by)], at=at)[0]
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

    Raises:
        NotBooked, HasAllocations, PeriodNotOpen
    """
    document = locked(document_id)
    if document.item_id is None:
        raise NotBooked(number=name_of(document))
    check_move("unbook", state=document.state, number=name_of(document))
    _undo_own(document.item_id, day=day, at=at, by=by)
    WaivedReimbursement.objects.filter(document=document).delete()
    cancel_item(document.item_id, day=day, at=at, by=by)
    document.item_id = document.entry_id = None
    document.state, document.booked_at = Workflow.IN_PROGRESS, None
    document.version += 1
    document.save(update_fields=["item", "entry", "state", "booked_at", "version"])
    return document


@act("receipts.cancel")
def cancel(document_id: int, reason: str, *, day: date, at: datetime, by: Actor) -> IncomingDocument:
    """Cancel a receipt: its booking is reversed, it stays in the archive with the reason.

    Raises:
        WrongState, HasAllocations, PeriodNotOpen
    """
    document = locked(document_id)
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
    return settle_through(item.id, through, text=_text(document), day=day, at=at, by=by)


def _knows_waivers() -> bool:
    """Tell whether these books are kept where a waived refund is a donation (decisions.md 35)."""
    return Tenant.objects.filter(id=current_tenant_id(), country="DE").exists()


def _new_item(document: IncomingDocument, *, day: date, by: Actor) -> NewItem:
    party, control = _creditor(document, by=by)
    on = document.service_to or document.document_date or day
    lines = _lines(document)
    region = Tenant.objects.values_list("country", flat=True).get(id=current_tenant_id())
    gross = document.gross or 0
    check_parts(
        [line.gross for line in lines], gross=gross,
        shown=(
            format_money(sum(line.gross for line in lines), currency=document.currency, region=region),
            format_money(gross, currency=document.currency, region=region),
        ),
    )  # fmt: skip
    known = books()
    codes = {line.tax_code: known.tax_code(line.tax_code, on=on) for line in lines if line.tax_code}
    split = split_tax(lines, codes=codes)
    own_number = name_of(document)
    is_invoice = document.variant == "to_pay"
    document_day = document.document_date or day
    return NewItem(
        kind="payable",
        party_id=party.id,
        document_number=(document.document_number.strip() if is_invoice else "") or own_number,
        document_date=document_day,
        due_date=max(document.due_date or document_day, document_day),
        currency=document.currency,
        parts=[
            NewPart(
                number=part.line.account, amount=part.net, tax_code=part.line.tax_code, project_id=part.line.project_id,
                sphere=part.line.sphere or None, text=part.line.text,
            )
            for part in split.parts
        ],
        entry_date=day,
        rate=document.rate,
        taxes=split.taxes,
        references=tuple(dict.fromkeys(r for r in (own_number, document.document_number, document.payment_reference) if r)),
        text=_text(document),
        control=control,
        service_from=document.service_from,
        service_to=document.service_to,
        source_type=SUBJECT,
        source_id=document.id,
    )  # fmt: skip


def _creditor(document: IncomingDocument, *, by: Actor) -> tuple[Party, str]:
    """Return to whom the money is owed, and the control account ("" for trade payables)."""
    if document.variant == "to_pay":
        return supplier_party(document, by=by), ""
    if document.variant == "organisation":
        if document.means is None:
            raise MeansNotSet
        return document.means.party, document.means.account.number
    if document.variant == "advance" and (document.advance is None or document.advance.item_id is None):
        raise AdvanceNotLinked
    return staff_party(document.submitter_id, by=by), account_book().find(by_role("staff_payables")).number


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
    """Turn the claim into donation income and keep the record that a donation receipt needs (P-04)."""
    entry_id = settle_through(
        item.id, by_role("donation_income"), text=_text(document), kind="waiver", day=day, at=at, by=by
    )
    WaivedReimbursement.objects.create(
        document=document, party_id=item.party_id, amount=item.amount_base, waived_on=(document.submitted_at or at).date(),
        entry_id=entry_id,
    )  # fmt: skip


def _set_off(document: IncomingDocument, item: OpenItem, *, day: date, at: datetime, by: Actor) -> None:
    advance = document.advance
    if advance is None or advance.item_id is None:
        raise AdvanceNotLinked
    is_owed_to_us = item.side == ItemSide.DEBIT  # a return: it is given back beside the advance
    if not is_owed_to_us and OpenItem.objects.get(id=advance.item_id).amount_open:
        set_off([advance.item_id, item.id], text=_text(document), day=day, at=at, by=by)


def _undo_own(item_id: int, *, day: date, at: datetime, by: Actor) -> None:
    """Take back what booking itself assigned: the set-off of an advance, the waiver of a donation."""
    taken = Allocation.objects.filter(item_id=item_id, reverses__isnull=False).values("reverses_id")
    held = Allocation.objects.filter(item_id=item_id, kind=AllocationKind.SETOFF, reverses=None).exclude(id__in=taken)
    for entry_id in list(held.filter(entry__kind__in=["set_off", "waiver"]).values_list("entry_id", flat=True)):
        cancel_entry(entry_id, day=day, at=at, by=by)


def _text(document: IncomingDocument) -> str:
    return " · ".join(part for part in (document.supplier_name.strip(), document.purpose.strip()) if part)[:140]
