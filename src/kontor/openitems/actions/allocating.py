"""Allocating bank transactions to items and accounts; entry and allocations are written together.

Lock order (decisions.md 12): items ascending, transactions ascending, then what posting locks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from kontor.core import idempotency
from kontor.core.audit import act
from kontor.core.refusal import Refusal, gettext_noop
from kontor.core.tenancy import Actor
from kontor.ledger.actions.posting import ENTRIES_MAX, ControlAccount, InactiveAccount, NewEntry, post
from kontor.ledger.queries.accounts import AccountBook, account_book, account_names
from kontor.ledger.rules.postings import Memo
from kontor.openitems.actions.rows import ItemToWrite, RowToWrite, write_items, write_rows
from kontor.openitems.queries.loading import OpenPeriods, Rates, conventions, items_by_id, movements_by_id
from kontor.openitems.rules.news import NewItem
from kontor.openitems.rules.steps import (
    CREDIT_PREFIX,
    AccountShare,
    KnownItem,
    Movement,
    Plan,
    Remainder,
    Share,
    plan_step,
)

SOURCE = "banking.transaction"


class RefusedBefore(Refusal):
    """The step was refused when the same call came first."""

    sentence = gettext_noop("This assignment was refused when it was asked for first. Please ask for it anew.")
    status = 409


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one bank transaction is assigned to; `day` None posts on its booking date, `rate` None takes the known one.

    `evidence` is what matching knew, kept with every row; `text` None takes payer and remittance.
    """

    transaction_id: int
    shares: tuple[Share, ...] = ()
    accounts: tuple[AccountShare, ...] = ()
    remainder: Remainder = "leave"
    day: date | None = None
    rate: Decimal | None = None
    text: str | None = None
    evidence: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What became of a step: its entry and rows, the credit item of the rest, or why nothing was done."""

    transaction_id: int
    entry_id: int | None = None
    allocation_ids: tuple[int, ...] = ()
    credit_item_id: int | None = None
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewLine:
    """A line as it would be posted; debit and credit ≥ 0 in base currency, tax figures as the VAT return counts them."""

    number: str
    name_de: str
    name_en: str
    debit: int
    credit: int
    currency: str
    amount: int
    tax_code: str
    tax_base: int | None
    tax_amount: int | None
    party_id: int | None


@act("openitems.allocate")
def allocate(
    transaction_id: int,
    shares: Sequence[Share] = (),
    *,
    accounts: Sequence[AccountShare] = (),
    remainder: Remainder = "leave",
    day: date | None = None,
    rate: Decimal | None = None,
    text: str | None = None,
    evidence: Mapping[str, object] | None = None,
    run_key: str = "",
    is_automatic: bool = False,
    key: str = "",
    at: datetime,
    by: Actor | None,
) -> Done:
    """Assign a bank transaction to items (and accounts) with one entry (P-03, P-08, P-09, P-16, P-22).

    What is not assigned stays open on the transaction, or becomes a credit of the party (`remainder="credit"`).
    Under an idempotency `key` the same call again gives the first answer.

    Raises:
        whatever `rules.steps.plan_step` and `ledger.post` refuse, PeriodNotOpen, TransactionNotAllocatable,
        KeyReused; nothing is written then.
    """
    step = Step(
        transaction_id=transaction_id, shares=tuple(shares), accounts=tuple(accounts), remainder=remainder, day=day,
        rate=rate, text=text, evidence=evidence,
    )  # fmt: skip
    done = bulk_allocate([step], run_key=run_key, is_automatic=is_automatic, key=key, at=at, by=by)[0]
    if done.refusal is not None:
        raise done.refusal
    return done


@act("openitems.post_to_account")
def post_to_account(
    transaction_id: int,
    accounts: Sequence[AccountShare],
    *,
    day: date | None = None,
    text: str | None = None,
    evidence: Mapping[str, object] | None = None,
    run_key: str = "",
    is_automatic: bool = False,
    key: str = "",
    at: datetime,
    by: Actor | None,
) -> Done:
    """Post a bank transaction straight to accounts: fees, transfers through transit, donations (P-02, P-14, P-23).

    Raises: as `allocate`; ControlAccount for an account that collects open items.
    """
    return allocate(
        transaction_id, accounts=accounts, day=day, text=text, evidence=evidence, run_key=run_key,
        is_automatic=is_automatic, key=key, at=at, by=by,
    )  # fmt: skip


@act("openitems.allocate")
def bulk_allocate(
    steps: Sequence[Step],
    *,
    run_key: str = "",
    is_automatic: bool = False,
    key: str = "",
    at: datetime,
    by: Actor | None,  # the audit knows `by`
) -> list[Done]:
    """Do up to 1,000 steps with one statement each for entries, items and allocations; in order of `steps`.

    A step that the rules refuse is left out and says why; the others are done. A step sees what the earlier ones
    took. Under a `key` the same call again gives the first answer.
    """
    if len(steps) > ENTRIES_MAX:
        raise ValueError(f"at most {ENTRIES_MAX} steps per transaction")
    if not steps:
        return []
    if key:
        known = idempotency.claim(key, action="openitems.allocate", body=[asdict(step) for step in steps], at=at)
        if known is not None:
            return _answered(known, steps)
    round_ = _plan(steps, lock=True)
    done = _write(round_, run_key=run_key, is_automatic=is_automatic, at=at)
    if key:
        if len(done) == 1 and done[0].refusal is not None:
            raise done[0].refusal
        idempotency.answer(key, result={"done": [_answer(each) for each in done]})
    return done


def preview(
    transaction_id: int,
    shares: Sequence[Share] = (),
    *,
    accounts: Sequence[AccountShare] = (),
    remainder: Remainder = "leave",
    day: date | None = None,
    rate: Decimal | None = None,
) -> list[PreviewLine]:
    """Return the lines that `allocate` would post now, by the same plan; nothing is written or locked.

    Raises: as `allocate`.
    """
    step = Step(
        transaction_id=transaction_id, shares=tuple(shares), accounts=tuple(accounts), remainder=remainder, day=day,
        rate=rate,
    )  # fmt: skip
    round_ = _plan([step], lock=False)
    planned = round_.planned[0]
    if isinstance(planned, Refusal):
        raise planned
    return preview_lines(planned.plan, book=round_.book)


def preview_lines(plan: Plan, *, book: AccountBook | None = None) -> list[PreviewLine]:
    """Return the lines of a plan with the accounts' numbers and names."""
    accounts = book or account_book()
    found = [accounts.find(line.account) for line in plan.posting.lines]
    names = account_names(account.id for account in found)
    return [
        PreviewLine(
            number=account.number, name_de=names[account.id][0], name_en=names[account.id][1],
            debit=max(line.amount_base, 0), credit=max(-line.amount_base, 0), currency=line.currency, amount=line.amount,
            tax_code=line.tax_code or "", tax_base=line.tax_base, tax_amount=line.tax_amount, party_id=line.party_id,
        )
        for line, account in zip(plan.posting.lines, found, strict=True)
    ]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Planned:
    step: Step
    plan: Plan
    day: date


@dataclass(slots=True)
class _Round:
    """The steps as planned, and the account book that posting shares."""

    steps: Sequence[Step]
    planned: list[_Planned | Refusal] = field(default_factory=list)
    book: AccountBook = field(default_factory=account_book)


def _plan(steps: Sequence[Step], *, lock: bool) -> _Round:
    agreed = conventions(is_taxed=any(_names_tax(step) for step in steps))
    rates = Rates(agreed.base_currency)
    items = items_by_id(
        (share.item_id for step in steps for share in step.shares), base=agreed.base_currency, lock=lock
    )
    movements = movements_by_id((step.transaction_id for step in steps), rates=rates, lock=lock)
    periods = OpenPeriods()
    round_ = _Round(steps)
    for step in steps:
        try:
            movement = _movement(step, movements)
            day = step.day or movement.day
            periods.check(day)
            plan = plan_step(
                movement,
                items=items,
                shares=step.shares,
                accounts=step.accounts,
                remainder=step.remainder,
                memo=_memo(step, movement, items),
                conventions=agreed,
                day=day,
            )
            _check_accounts(plan, round_.book)
        except Refusal as refusal:
            round_.planned.append(refusal)
            continue
        items |= plan.items
        taken = sum(row.cash for row in plan.rows)
        movements[movement.id] = replace(movement, allocated=movement.allocated + taken)
        round_.planned.append(_Planned(step=step, plan=plan, day=day))
    return round_


def _names_tax(step: Step) -> bool:
    """Tell whether a step brings a tax code of its own."""
    if any(account.tax_code for account in step.accounts):
        return True
    return any(part.tax_code for share in step.shares for part in share.differences)


def _movement(step: Step, movements: Mapping[int, Movement | Refusal]) -> Movement:
    found = movements[step.transaction_id]
    if isinstance(found, Refusal):
        raise found
    return found if step.rate is None else replace(found, rate=step.rate)


def _write(round_: _Round, *, run_key: str, is_automatic: bool, at: datetime) -> list[Done]:
    doing = [each for each in round_.planned if isinstance(each, _Planned)]
    entries = post(
        [
            NewEntry(
                posting=each.plan.posting, entry_date=each.day, kind="payment", source_type=SOURCE,
                source_id=each.step.transaction_id, is_automatic=is_automatic,
            )
            for each in doing
        ],
        at=at, by_open_items=True, book=round_.book,
    )  # fmt: skip
    opening = [(each, entry) for each, entry in zip(doing, entries, strict=True) if each.plan.credit]
    credit_ids = iter(write_items([_credit_item(each, entry.line_ids[-1]) for each, entry in opening], at=at))
    rows = [
        RowToWrite(
            row=row,
            account_id=round_.book.find(row.account).id if row.account else None,
            entry_id=entry.id,
            day=each.day,
            run_key=run_key,
            evidence=each.step.evidence,
            is_automatic=is_automatic,
        )
        for each, entry in zip(doing, entries, strict=True)
        for row in each.plan.rows
    ]
    row_ids = iter(write_rows(rows, at=at))
    written = iter(zip(doing, entries, strict=True))
    done = []
    for step, planned in zip(round_.steps, round_.planned, strict=True):
        if isinstance(planned, Refusal):
            done.append(Done(transaction_id=step.transaction_id, refusal=planned))
            continue
        each, entry = next(written)
        done.append(
            Done(
                transaction_id=step.transaction_id,
                entry_id=entry.id,
                allocation_ids=tuple(next(row_ids) for _ in each.plan.rows),
                credit_item_id=next(credit_ids) if each.plan.credit else None,
            )
        )
    return done


def _credit_item(planned: _Planned, line_id: int) -> ItemToWrite:
    credit = planned.plan.credit
    assert credit is not None
    item = credit.item
    news = NewItem(
        kind=credit.kind,
        party_id=item.party_id or 0,
        document_number=item.document_number,
        document_date=planned.day,
        due_date=planned.day,
        currency=item.currency,
        text=planned.plan.posting.memo.text,
    )
    return ItemToWrite(item=item, news=news, line_id=line_id)


def _check_accounts(plan: Plan, book: AccountBook) -> None:
    """Refuse accounts that this act may not post to, before a whole batch is refused for one."""
    kept = {plan.credit.item.control} if plan.credit else set()
    for row in plan.rows:
        if row.account is not None and row.account not in kept and book.find(row.account).control:
            raise ControlAccount(number=book.find(row.account).number)
    for line in plan.posting.lines:
        account = book.find(line.account)
        if not account.is_active:
            raise InactiveAccount(number=account.number)


def _memo(step: Step, movement: Movement, items: Mapping[int, KnownItem]) -> Memo:
    numbers = list(dict.fromkeys(items[share.item_id].item.document_number for share in step.shares))
    return Memo(
        text=movement.text if step.text is None else step.text,
        document_number=numbers[0] if len(numbers) == 1 else f"{CREDIT_PREFIX}{movement.id}",
        document_date=movement.day,
    )


def _answer(done: Done) -> dict[str, object]:
    return {"entry": done.entry_id, "rows": list(done.allocation_ids), "credit": done.credit_item_id}


def _answered(known: idempotency.Answer, steps: Sequence[Step]) -> list[Done]:
    """Return the first answer; a step that was refused then is not tried again."""
    answers: Any = known.get("done", [])
    return [
        Done(
            transaction_id=step.transaction_id, entry_id=each["entry"], allocation_ids=tuple(each["rows"]),
            credit_item_id=each["credit"], refusal=None if each["entry"] else RefusedBefore(),
        )
        for step, each in zip(steps, answers, strict=True)
    ]  # fmt: skip
