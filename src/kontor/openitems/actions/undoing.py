"""Taking allocations back: one, a whole step, a whole run, or a payment that the bank returned.

Every way posts the exact mirror of what had been posted and writes negative rows; nothing is deleted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from kontor.core import idempotency
from kontor.core.audit import act
from kontor.core.refusal import Refusal, gettext_noop
from kontor.core.tenancy import Actor
from kontor.ledger.actions.posting import ENTRIES_MAX, NewEntry, post
from kontor.ledger.queries.accounts import account_book
from kontor.ledger.rules.postings import Memo, Posting, balanced
from kontor.openitems.actions.rows import RowToWrite, write_rows
from kontor.openitems.actions.watching import tell_restored, tell_returned, tell_undoing, tell_undone
from kontor.openitems.models import OpenItem
from kontor.openitems.queries.loading import OpenPeriods, Rates, base_currency, items_by_id, movements_by_id
from kontor.openitems.queries.past import PastEntry, entries_of, holding_of_run, past_entries
from kontor.openitems.rules.steps import KnownItem, Movement, Row
from kontor.openitems.rules.undo import PastRow, mirror_line, mirror_row, take_back

SOURCE_ENTRY = "ledger.entry"


class AlreadyTakenBack(Refusal):
    """The allocation does not hold any more, or never did."""

    sentence = gettext_noop("This assignment was taken back already. Nothing was changed.")
    status = 409


class CreditUsed(Refusal):
    """The credit that the step opened was used."""

    sentence = gettext_noop(
        "The rest of this payment became a credit that is in use by now. Take back the assignments of the credit first."
    )
    status = 409


class OnlyWhole(Refusal):
    """Set-offs and cancellations go back as a whole."""

    sentence = gettext_noop("A set-off can only be taken back as a whole.")


class SettledMeanwhile(Refusal):
    """The item of a return was paid otherwise."""

    sentence = gettext_noop(
        "Document %(document)s was settled otherwise after the return. Take back that assignment first."
    )
    status = 409


class ReturnDiffers(Refusal):
    """The return is smaller than what it is said to return."""

    sentence = gettext_noop(
        "The returned amount is smaller than the payments chosen. Please choose only the payments that came back."
    )


class NothingReturned(Refusal):
    """A return needs the payments that it returns."""

    sentence = gettext_noop("Please choose the payment that the bank has returned.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What was taken back: the mirror entries and the new rows."""

    entry_ids: tuple[int, ...]
    allocation_ids: tuple[int, ...]


@act("openitems.cancel_allocation")
def cancel_allocation(
    allocation_id: int, *, day: date, at: datetime, by: Actor | None
) -> Undone:  # the audit knows `by`
    """Take one allocation back, dated `day`; the other ones of the same bank transaction stay.

    Raises:
        AlreadyTakenBack, CreditUsed, OnlyWhole, PeriodNotOpen
    """
    entry = _entry_of(allocation_id)
    chosen = [row for row in entry.rows if row.id == allocation_id]
    if not chosen:
        raise AlreadyTakenBack
    return _cancel([(entry, chosen)], day=day, at=at, by=by)


@act("openitems.cancel_allocation")
def cancel_entry(entry_id: int, *, day: date, at: datetime, by: Actor | None) -> Undone:
    """Take a whole step back: all allocations of the entry that still hold, and the credit it opened.

    Raises:
        AlreadyTakenBack, CreditUsed, PeriodNotOpen
    """
    entries = past_entries([entry_id])
    if not entries or not entries[0].rows:
        raise AlreadyTakenBack
    return _cancel([(entries[0], entries[0].rows)], day=day, at=at, by=by)


@act("openitems.cancel_run")
def cancel_run(run_key: str, *, day: date, at: datetime, by: Actor | None, limit: int = ENTRIES_MAX) -> Undone:
    """Take back up to `limit` steps of a run, newest first; call again until nothing comes back.

    Raises:
        CreditUsed, PeriodNotOpen
    """
    entries = past_entries(holding_of_run(run_key, limit=min(limit, ENTRIES_MAX)))
    return _cancel([(entry, entry.rows) for entry in entries], day=day, at=at, by=by)


@act("openitems.return_payment")
def return_payment(
    transaction_id: int,
    allocation_ids: Sequence[int],
    *,
    day: date | None = None,
    text: str | None = None,
    run_key: str = "",
    is_automatic: bool = False,
    key: str = "",
    at: datetime,
    by: Actor | None,
) -> Undone:
    """Assign a bank transaction that gives earlier payments back: items open again and marked, fee to bank charges (P-13).

    The allocations are reversed with discount, differences and their VAT; what the transaction holds beyond them
    is the bank's fee.

    Raises:
        NothingReturned, AlreadyTakenBack, ReturnDiffers, TransactionNotAllocatable, PeriodNotOpen
    """
    if key:
        known = idempotency.claim(key, action="openitems.return", body=[transaction_id, sorted(allocation_ids)], at=at)
        if known is not None:
            return _answered(known)
    past = _past_rows(allocation_ids)
    base = base_currency()
    items = items_by_id((row.row.item_id for row in past if row.row.item_id), base=base)
    movement = movements_by_id([transaction_id], rates=Rates(base))[transaction_id]
    if isinstance(movement, Refusal):
        raise movement
    entry_day = day or movement.day
    OpenPeriods().check(entry_day)
    numbers = [known_item.item.document_number for known_item in items.values()]
    memo = Memo(text=movement.text if text is None else text, document_number=numbers[0] if len(numbers) == 1 else "",
                document_date=movement.day)  # fmt: skip
    undone = _write_return(past, movement, memo=memo, day=entry_day, base=base, run_key=run_key,
                           is_automatic=is_automatic, at=at)  # fmt: skip
    OpenItem.objects.filter(id__in=list(items)).update(is_returned=True)
    tell_returned(list(items), transaction_id, by=by)
    if key:
        idempotency.answer(key, result={"entries": list(undone.entry_ids), "rows": list(undone.allocation_ids)})
    return undone


def _write_return(
    past: Sequence[PastRow],
    movement: Movement,
    *,
    memo: Memo,
    day: date,
    base: str,
    run_key: str,
    is_automatic: bool,
    at: datetime,
) -> Undone:
    fee = -movement.rest - sum(row.row.cash for row in past)
    if fee < 0:
        raise ReturnDiffers
    fee_base = abs(movement.base(movement.amount, movement.amount - fee)) if fee else 0
    plan = take_back(
        past, money=movement.money, currency=movement.currency, memo=memo, transaction_id=movement.id, fee=fee,
        fee_base=fee_base, base_currency=base,
    )  # fmt: skip
    book = account_book()
    entry = post(
        [NewEntry(posting=plan.posting, entry_date=day, kind="return", source_type="banking.transaction",
                  source_id=movement.id, is_automatic=is_automatic)],
        at=at, by_open_items=True, book=book,
    )[0]  # fmt: skip
    rows = [
        RowToWrite(row=row, account_id=before.account_id, entry_id=entry.id, day=day, reverses_id=before.id,
                   run_key=run_key, is_automatic=is_automatic)
        for row, before in zip(plan.rows, past, strict=True)
    ]  # fmt: skip
    if plan.fee is not None and plan.fee.account is not None:
        rows.append(
            RowToWrite(row=plan.fee, account_id=book.find(plan.fee.account).id, entry_id=entry.id, day=day,
                       run_key=run_key, is_automatic=is_automatic)
        )  # fmt: skip
    return Undone(entry_ids=(entry.id,), allocation_ids=tuple(write_rows(rows, at=at)))


def _past_rows(allocation_ids: Sequence[int]) -> list[PastRow]:
    if not allocation_ids:
        raise NothingReturned
    wanted = set(allocation_ids)
    entries = past_entries(entries_of(wanted).values())
    found = [row for entry in entries for row in entry.rows if row.id in wanted]
    if len(found) != len(wanted):
        raise AlreadyTakenBack
    if any(not row.row.line_first or row.row.transaction_id is None or row.row.item_id is None for row in found):
        raise OnlyWhole
    return found


def _entry_of(allocation_id: int) -> PastEntry:
    entries = past_entries(entries_of([allocation_id]).values())
    if not entries:
        raise AlreadyTakenBack
    return entries[0]


@dataclass(frozen=True, slots=True)
class _Mirror:
    """A mirror entry to post with the rows that go with it."""

    entry: NewEntry
    rows: tuple[tuple[Row, PastRow | None], ...]


def _cancel(
    chosen: Sequence[tuple[PastEntry, Sequence[PastRow]]], *, day: date, at: datetime, by: Actor | None
) -> Undone:
    OpenPeriods().check(day)
    tell_undoing([entry.id for entry, _ in chosen])
    base = base_currency()
    opened = {credit[0] for entry, rows in chosen for credit in _credits_of(entry, rows)}
    items = items_by_id(
        [row.row.item_id for _, rows in chosen for row in rows if row.row.item_id] + list(opened), base=base
    )
    ids = {number for _, rows in chosen for row in rows for number in (row.row.transaction_id, row.home_id) if number}
    movements = movements_by_id(ids, rates=Rates(base))
    fresh = {entry.id: entry for entry in past_entries(entry.id for entry, _ in chosen)}
    mirrors = [
        _mirror(fresh[entry.id], {row.id for row in rows}, movements=movements, day=day) for entry, rows in chosen
    ]
    _check_room(mirrors, items)
    written = post([mirror.entry for mirror in mirrors], at=at, by_open_items=True)
    rows = [
        RowToWrite(row=row, account_id=past.account_id if past else None, entry_id=entry.id, day=day,
                   reverses_id=past.id if past else None)
        for mirror, entry in zip(mirrors, written, strict=True)
        for row, past in mirror.rows
    ]  # fmt: skip
    undone = Undone(entry_ids=tuple(entry.id for entry in written), allocation_ids=tuple(write_rows(rows, at=at)))
    back = {row.id for entry, past in chosen if entry.kind == "return" for row in past if row.row.item_id}
    tell_restored(sorted(back), by=by)
    tell_undone(sorted({row.row.item_id for _, past in chosen for row in past if row.row.item_id}), by=by)
    return undone


def _check_room(mirrors: Sequence[_Mirror], items: Mapping[int, KnownItem]) -> None:
    """Refuse to take a return back when the item was settled otherwise meanwhile."""
    taken: dict[int, int] = {}
    for mirror in mirrors:
        for row, past in mirror.rows:
            if past is not None and row.item_id is not None:
                taken[row.item_id] = taken.get(row.item_id, 0) + row.amount
    for item_id, amount in taken.items():
        if amount > items[item_id].item.amount_open:
            raise SettledMeanwhile(document=items[item_id].item.document_number)


def _mirror(entry: PastEntry, wanted: set[int], *, movements: Mapping[int, Movement | Refusal], day: date) -> _Mirror:
    """Return the mirror of what still holds now, under the locks: the whole entry if that is all of it."""
    past = [row for row in entry.rows if row.id in wanted]
    if len(past) != len(wanted):
        raise AlreadyTakenBack
    closings = [(_closing(credit), None) for credit in _credits_of(entry, past)]
    memo = Memo(text=entry.text, document_number=entry.document_number)
    if entry.is_untouched and len(past) == len(entry.rows) and all(each.is_at_home for each in past):
        posting = balanced([mirror_line(line) for line in entry.lines], memo=memo)
        rows = [(mirror_row(each.row, transaction_id=each.row.transaction_id, line_first=each.row.line_first,
                            line_last=each.row.line_last), each) for each in past]  # fmt: skip
        return _Mirror(_new_entry(entry, posting, day=day, reverses_id=entry.id), (*rows, *closings))
    if any(not each.row.line_first for each in past):
        raise OnlyWhole
    money = entry.lines[0]
    home = movements.get(past[0].home_id or 0)
    account = home.money if isinstance(home, Movement) else money.account
    plan = take_back(past, money=account, currency=money.currency, memo=memo)
    return _Mirror(
        _new_entry(entry, plan.posting, day=day, reverses_id=None), (*zip(plan.rows, past, strict=True), *closings)
    )


def _new_entry(entry: PastEntry, posting: Posting, *, day: date, reverses_id: int | None) -> NewEntry:
    return NewEntry(
        posting=posting,
        entry_date=day,
        kind="reversal",
        source_type=SOURCE_ENTRY,
        source_id=entry.id,
        reverses_id=reverses_id,
    )


def _credits_of(entry: PastEntry, rows: Sequence[PastRow]) -> tuple[tuple[int, int, int, int], ...]:
    """Return the credit items that go with `rows`: a row on a control account is the money of one."""
    if entry.kind != "payment" or not entry.credit_items:
        return ()
    control_rows = [row for row in rows if row.row.item_id is None and row.lines and row.lines[0].party_id is not None
                    and abs(row.row.amount) == entry.credit_items[0][1]]  # fmt: skip
    return entry.credit_items if control_rows else ()


def _closing(credit: tuple[int, int, int, int]) -> Row:
    item_id, amount, amount_base, amount_open = credit
    if amount_open != amount:
        raise CreditUsed
    return Row(kind="setoff", item_id=item_id, amount=amount, amount_base=amount_base)


def _answered(known: idempotency.Answer) -> Undone:
    entries: list[int] = known.get("entries", [])  # type: ignore[assignment]  # as `answer` wrote it
    rows: list[int] = known.get("rows", [])  # type: ignore[assignment]
    return Undone(entry_ids=tuple(entries), allocation_ids=tuple(rows))
