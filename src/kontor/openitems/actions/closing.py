"""Closing items without money: write-off, set-off, cancellation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from kontor.banking.models import MoneyAccount, MoneyAccountKind
from kontor.core.audit import act
from kontor.core.refusal import Refusal, gettext_noop
from kontor.core.tenancy import Actor
from kontor.ledger.actions.posting import ControlAccount, NewEntry, post
from kontor.ledger.models.entries import JournalEntry
from kontor.ledger.queries.accounts import account_book
from kontor.ledger.rules.postings import AccountRef, Memo, balanced, by_number
from kontor.ledger.rules.set_offs import set_off as set_off_through
from kontor.ledger.rules.set_offs import set_off_items
from kontor.ledger.rules.settlements import Difference, Settlement, settle
from kontor.openitems.actions.rows import RowToWrite, write_rows
from kontor.openitems.actions.terms import InPayment
from kontor.openitems.models import OpenItem
from kontor.openitems.queries.loading import OpenPeriods, base_currency, items_by_id
from kontor.openitems.queries.past import lines_of_entries
from kontor.openitems.rules.coins import SMALLEST_COINS, coin_difference
from kontor.openitems.rules.set_off import pairs
from kontor.openitems.rules.steps import KnownItem, Row, write_off_role
from kontor.openitems.rules.undo import mirror_line

WAIVER = "waiver"


class HasAllocations(Refusal):
    """Something was assigned to the item."""

    sentence = gettext_noop("Document %(document)s is paid in part. Take back its assignments first, then cancel it.")
    status = 409


class ComesFromPayment(Refusal):
    """A credit from a payment is no document."""

    sentence = gettext_noop("%(document)s came from a payment. Take back the assignment of the payment instead.")


class AlreadyClosed(Refusal):
    """Nothing is open."""

    sentence = gettext_noop("Document %(document)s has nothing open any more.")
    status = 409


def _check_not_in_payment(items: Iterable[KnownItem]) -> None:
    """Refuse what a payment list holds and has not paid yet; the items' rows are locked.  Raises: InPayment."""
    waiting = [known.id for known in items if known.item.amount_open]
    held = OpenItem.objects.filter(id__in=waiting, is_in_payment=True)
    document = held.values_list("document_number", flat=True).first()
    if document is not None:
        raise InPayment(document=document)


@act("openitems.write_off")
def write_off(
    item_ids: Sequence[int],
    *,
    amount: int | None = None,
    account: str = "",
    text: str = "",
    day: date,
    at: datetime,
    by: Actor | None,  # the audit knows `by`
) -> list[int]:
    """Write off what is open of the items, or `amount` of a single one, with its VAT; one entry each (P-17).

    Without an `account` a lost claim goes to bad debts, a credit that nobody asks for to income. Returns the entries.

    Raises:
        AlreadyClosed, MoreThanOpen, InPayment, PeriodNotOpen
    """
    OpenPeriods().check(day)
    items = items_by_id(item_ids, base=base_currency())
    _check_not_in_payment(items.values())
    done = [_written_off(known, amount=amount, account=account, text=text, day=day) for known in items.values()]
    entries = post(
        [NewEntry(posting=each.posting, entry_date=day, kind="write_off") for each in done], at=at, by_open_items=True
    )
    rows = [
        RowToWrite(
            row=Row(
                kind="write_off", item_id=known.id, amount=each.amount, amount_base=each.amount_base,
                difference=each.amount, moved=each.moved if known.item.shares else (), line_first=1,
                line_last=len(each.posting.lines),
            ),
            account_id=None, entry_id=entry.id, day=day,
        )
        for known, each, entry in zip(items.values(), done, entries, strict=True)
    ]  # fmt: skip
    write_rows(rows, at=at)
    return [entry.id for entry in entries]


def _written_off(known: KnownItem, *, amount: int | None, account: str, text: str, day: date) -> Settlement:
    item = known.item
    if not item.amount_open:
        raise AlreadyClosed(document=item.document_number)
    place = by_number(account) if account else write_off_role(item)
    memo = Memo(text=text, document_number=item.document_number, document_date=day)
    return settle(item, memo=memo, differences=[Difference(item.amount_open if amount is None else amount, place)])


@act("openitems.set_off")
def set_off(item_ids: Sequence[int], *, text: str = "", day: date, at: datetime, by: Actor | None) -> list[int]:
    """Set items of one party off against each other as far as they go, in the given order (P-18).

    Returns the entries.

    Raises:
        NothingToSetOff, InPayment, PeriodNotOpen
    """
    OpenPeriods().check(day)
    items = items_by_id(item_ids, base=base_currency())
    _check_not_in_payment(items.values())
    standing = {item_id: items[item_id] for item_id in item_ids}
    done: list[tuple[KnownItem, KnownItem, Settlement, Settlement]] = []
    postings = []
    for one_id, other_id, amount in pairs(list(standing.values())):
        one, other = standing[one_id], standing[other_id]
        memo = Memo(text=text, document_number=one.item.document_number, document_date=day)
        posting, first, second = set_off_items(one.item, against=other.item, amount=amount, memo=memo)
        standing[one_id] = KnownItem(id=one_id, kind=one.kind, item=first.item)
        standing[other_id] = KnownItem(id=other_id, kind=other.kind, item=second.item)
        done.append((one, other, first, second))
        postings.append(posting)
    entries = post(
        [NewEntry(posting=posting, entry_date=day, kind="set_off") for posting in postings], at=at, by_open_items=True
    )
    rows = [
        RowToWrite(row=_set_off_row(known, each), account_id=None, entry_id=entry.id, day=day)
        for (one, other, first, second), entry in zip(done, entries, strict=True)
        for known, each in ((one, first), (other, second))
    ]
    write_rows(rows, at=at)
    return [entry.id for entry in entries]


@act("openitems.settle_through")
def settle_through(
    item_id: int,
    account: AccountRef,
    *,
    amount: int | None = None,
    discount: int = 0,
    text: str = "",
    kind: str = "payment",
    is_order: bool = False,
    day: date,
    at: datetime,
    by: Actor | None,  # the audit knows `by`
) -> int:
    """Settle an item, or `amount` of it in its currency, against an account: paid by hand, waived (P-04, decisions.md 32).

    Money that a statement will show goes through transit, which the statement line clears. No VAT of its own;
    undue VAT falls due as by payment; a `discount` beside the amount is booked as such. Out of a cash box it is paid in
    coins. `is_order` is set by payments alone, whose list holds the item: anybody else would pay it twice. Returns the
    entry.

    Raises:
        AlreadyClosed, MoreThanOpen, InPayment, ControlAccount, PeriodNotOpen
    """
    OpenPeriods().check(day)
    known = items_by_id([item_id], base=base_currency())[item_id]
    if not is_order:
        _check_not_in_payment([known])
    if not known.item.amount_open:
        raise AlreadyClosed(document=known.item.document_number)
    book = account_book()
    if book.find(account).control:
        raise ControlAccount(number=book.find(account).number)
    memo = Memo(text=text, document_number=known.item.document_number, document_date=day)
    wanted = known.item.amount_open - discount if amount is None else amount
    coins = coin_difference(known.item, wanted) if _is_cash_box(book.find(account).id, known.item.currency) else None
    left = coins.amount if coins is not None else 0
    done = set_off_through(
        known.item, amount=wanted - left, discount=discount, difference=coins, through=account, memo=memo,
        is_given=kind == WAIVER,
    )  # fmt: skip
    entry = post(
        [NewEntry(posting=done.posting, entry_date=day, kind=kind, source_type="openitems.item", source_id=item_id)],
        at=at, by_open_items=True, book=book,
    )[0]  # fmt: skip
    row = replace(_set_off_row(known, done), discount=discount, difference=left)
    write_rows([RowToWrite(row=row, account_id=None, entry_id=entry.id, day=day)], at=at)
    return entry.id


def _is_cash_box(account_id: int, currency: str) -> bool:
    """Tell whether an account is a cash box of a currency that has no smallest coins."""
    boxes = MoneyAccount.objects.filter(kind=MoneyAccountKind.CASH, account_id=account_id)
    return currency in SMALLEST_COINS and boxes.exists()


def _set_off_row(known: KnownItem, done: Settlement) -> Row:
    return Row(
        kind="setoff",
        item_id=known.id,
        amount=done.amount,
        amount_base=done.amount_base,
        moved=done.moved if known.item.shares else (),
    )


@act("openitems.cancel_item")
def cancel_item(item_id: int, *, text: str = "", day: date, at: datetime, by: Actor | None) -> int:
    """Cancel a document nothing was assigned to: the exact mirror of its entry closes the item (P-18).

    Returns the entry.

    Raises:
        HasAllocations, InPayment, ComesFromPayment, PeriodNotOpen
    """
    OpenPeriods().check(day)
    known = items_by_id([item_id], base=base_currency())[item_id]
    item = known.item
    _check_not_in_payment([known])
    if item.amount_open != item.amount:
        raise HasAllocations(document=item.document_number)
    entry = JournalEntry.objects.get(id=OpenItem.objects.values_list("journal_line__entry", flat=True).get(id=item_id))
    if entry.kind == "payment":
        raise ComesFromPayment(document=item.document_number)
    lines = lines_of_entries([entry.id])[entry.id]
    memo = Memo(text=text or entry.text, document_number=item.document_number, document_date=day,
                service_from=entry.service_from, service_to=entry.service_to)  # fmt: skip
    written = post(
        [NewEntry(posting=balanced([mirror_line(line) for line in lines], memo=memo), entry_date=day, kind="cancellation",
                  source_type="openitems.item", source_id=item_id, reverses_id=_standing(entry.id))],
        at=at, by_open_items=True,
    )[0]  # fmt: skip
    row = Row(kind="setoff", item_id=item_id, amount=item.amount, amount_base=item.amount_base,
              moved=tuple(share.undue for share in item.shares))  # fmt: skip
    write_rows([RowToWrite(row=row, account_id=None, entry_id=written.id, day=day)], at=at)
    return written.id


def _standing(entry_id: int) -> int:
    """Return what holds the document now: its entry, or the entry that took the last cancellation of it back."""
    while (back := _reversal_of(entry_id)) is not None and (again := _reversal_of(back)) is not None:
        entry_id = again
    return entry_id


def _reversal_of(entry_id: int) -> int | None:
    return JournalEntry.objects.filter(reverses_id=entry_id).values_list("id", flat=True).first()
