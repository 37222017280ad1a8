"""Postings as values: balanced lines that the ledger can write down, and the simple ones among them.

Debit is positive. `amount_base` is in the books' currency, `amount` in the line's own. Figures of the VAT
return stand on the tax line (`tax_base`, `tax_amount`, signed like the line); where a tax code has no tax
line, `tax_base` stands on the net line. VAT that is not yet due carries neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from kontor.core.refusal import Refusal, gettext_noop


class UnbalancedEntry(Refusal):
    """Debits and credits differ."""

    sentence = gettext_noop(
        "The entry does not balance: debits %(debit)s, credits %(credit)s. Nothing was posted; please correct the amounts."
    )


class TooFewLines(Refusal):
    """An entry needs two sides."""

    sentence = gettext_noop("An entry needs at least two lines with an amount. Nothing was posted.")


@dataclass(frozen=True, slots=True)
class AccountRef:
    """An account by its number, or by the part it plays at a tax rate."""

    role: str = ""
    rate_percent: Decimal | None = None
    number: str = ""


@dataclass(frozen=True, slots=True)
class Memo:
    """What an entry says about itself; `service_to` and `vat_date` are days, included."""

    text: str = ""
    document_number: str = ""
    document_date: date | None = None
    service_from: date | None = None
    service_to: date | None = None
    vat_date: date | None = None


@dataclass(frozen=True, slots=True)
class PostingLine:
    """One side of a posting; see the module for signs."""

    account: AccountRef
    amount_base: int
    amount: int
    currency: str
    party_id: int | None = None
    tax_code: str | None = None
    tax_base: int | None = None
    tax_amount: int | None = None
    project_id: int | None = None
    sphere: str | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Posting:
    """Lines that balance in base currency, with their memo."""

    lines: tuple[PostingLine, ...]
    memo: Memo


def by_role(role: str, *, rate_percent: Decimal | None = None) -> AccountRef:
    """Return the account that plays `role`."""
    return AccountRef(role=role, rate_percent=rate_percent)


def by_number(number: str) -> AccountRef:
    """Return the account of that number."""
    return AccountRef(number=number)


def check_balanced(lines: Sequence[PostingLine]) -> None:
    """Refuse lines that are no entry.

    Raises:
        TooFewLines: fewer than two.
        UnbalancedEntry: Σ `amount_base` is not 0.
    """
    if len(lines) < 2:
        raise TooFewLines
    if sum([line.amount_base for line in lines]):
        debit = sum(line.amount_base for line in lines if line.amount_base > 0)
        credit = -sum(line.amount_base for line in lines if line.amount_base < 0)
        raise UnbalancedEntry(debit=_two_places(debit), credit=_two_places(credit))


def balanced(lines: Iterable[PostingLine], *, memo: Memo) -> Posting:
    """Return the posting of `lines` without those that carry nothing.

    Raises:
        TooFewLines: fewer than two lines remain.
        UnbalancedEntry: Σ `amount_base` is not 0.
    """
    kept = tuple(line for line in lines if line.amount or line.amount_base)
    check_balanced(kept)
    return Posting(kept, memo)


def mirrored(posting: Posting, *, memo: Memo) -> Posting:
    """Return the exact mirror, for reversals, cancellations and returns (P-13, P-18)."""
    return balanced([_mirrored_line(line) for line in posting.lines], memo=memo)


def combined(postings: Iterable[Posting], *, money: AccountRef, memo: Memo) -> Posting:
    """Return one posting of all lines with a single line on `money`, as the bank shows one movement."""
    lines = [line for posting in postings for line in posting.lines]
    of_money = [line for line in lines if line.account == money]
    others = [line for line in lines if line.account != money]
    if not of_money:
        return balanced(others, memo=memo)
    total = replace(
        of_money[0],
        amount=sum(line.amount for line in of_money),
        amount_base=sum(line.amount_base for line in of_money),
        party_id=None,
        project_id=None,
        sphere=None,
    )
    return balanced([total, *others], memo=memo)


def transfer(
    *, debit: AccountRef, credit: AccountRef, amount: int, amount_base: int, currency: str, memo: Memo
) -> Posting:
    """Move `amount` from `credit` to `debit`: bank and transit, cash and transit, clearing and bank (P-02, P-14, P-21)."""
    return balanced(
        [PostingLine(debit, amount_base, amount, currency), PostingLine(credit, -amount_base, -amount, currency)],
        memo=memo,
    )


def donation(
    *,
    money: AccountRef,
    income: AccountRef,
    amount: int,
    amount_base: int,
    currency: str,
    memo: Memo,
    party_id: int | None = None,
    project_id: int | None = None,
    sphere: str | None = None,
) -> Posting:
    """Receive a donation: Dr money, Cr donation income with the project and the donor (P-23)."""
    return balanced(
        [
            PostingLine(money, amount_base, amount, currency),
            PostingLine(
                income, -amount_base, -amount, currency, party_id=party_id, project_id=project_id, sphere=sphere
            ),
        ],
        memo=memo,
    )


def waived_reimbursement(
    *, amount: int, currency: str, party_id: int, memo: Memo, project_id: int | None = None
) -> Posting:
    """Turn a claim of a volunteer into a donation: Dr staff payables, Cr donation income (P-04); base currency."""
    return balanced(
        [
            PostingLine(by_role("staff_payables"), amount, amount, currency, party_id=party_id),
            PostingLine(by_role("donation_income"), -amount, -amount, currency, party_id, project_id=project_id),
        ],
        memo=memo,
    )


def cash_count_difference(*, difference: int, currency: str, cash: AccountRef, memo: Memo) -> Posting:
    """Bring the cash account to what was counted: `difference` = counted − booked (P-15)."""
    return balanced(
        [
            PostingLine(cash, difference, difference, currency),
            PostingLine(by_role("cash_over_short"), -difference, -difference, currency),
        ],
        memo=memo,
    )


def _mirrored_line(line: PostingLine) -> PostingLine:
    return replace(
        line,
        amount=-line.amount,
        amount_base=-line.amount_base,
        tax_base=None if line.tax_base is None else -line.tax_base,
        tax_amount=None if line.tax_amount is None else -line.tax_amount,
    )


def _two_places(amount: int) -> str:
    return f"{Decimal(amount) / 100:.2f}"
