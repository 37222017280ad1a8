"""Taking allocations back: exact mirrors of the lines that they had posted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kontor.ledger.rules.postings import AccountRef, Memo, Posting, PostingLine, balanced, by_role
from kontor.openitems.rules.steps import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRow:
    """An allocation as written, with the lines of its entry that are its own (none: only the whole entry goes back).

    `home_id` is the transaction whose money it is: that of the first payment where a return was taken back.
    """

    id: int
    entry_id: int
    row: Row
    account_id: int | None
    lines: tuple[PostingLine, ...]
    home_id: int | None = None

    @property
    def is_at_home(self) -> bool:
        """Tell whether it stands on the transaction whose money it is."""
        return self.home_id == self.row.transaction_id


def mirror_line(line: PostingLine) -> PostingLine:
    """Return the line with all figures negated."""
    return replace(
        line,
        amount=-line.amount,
        amount_base=-line.amount_base,
        tax_base=None if line.tax_base is None else -line.tax_base,
        tax_amount=None if line.tax_amount is None else -line.tax_amount,
    )


def mirror_row(row: Row, *, transaction_id: int | None, line_first: int, line_last: int) -> Row:
    """Return the row that takes `row` back, with its place in the new entry."""
    return replace(
        row,
        transaction_id=transaction_id,
        amount=-row.amount,
        amount_base=-row.amount_base,
        cash=-row.cash,
        cash_base=-row.cash_base,
        discount=-row.discount,
        difference=-row.difference,
        moved=tuple(-part for part in row.moved),
        line_first=line_first,
        line_last=line_last,
    )


@dataclass(frozen=True, slots=True)
class UndoPlan:
    """The mirror posting and the rows that reverse the past ones, in their order; a fee's row comes last."""

    posting: Posting
    rows: tuple[Row, ...]
    fee: Row | None = None


def take_back(
    past: Sequence[PastRow],
    *,
    money: AccountRef,
    currency: str,
    memo: Memo,
    transaction_id: int | None = None,
    fee: int = 0,
    fee_base: int = 0,
    base_currency: str = "",
) -> UndoPlan:
    """Return the posting that takes single allocations of one movement back (P-13).

    A returned debit brings its own `transaction_id`; the `fee` > 0 that the bank kept goes to bank charges.
    """
    first = 2 if sum(each.row.cash for each in past) + fee else 1
    lines: list[PostingLine] = []
    rows = []
    for each in past:
        own = [mirror_line(line) for line in each.lines]
        start = first + len(lines)
        lines += own
        rows.append(
            mirror_row(
                each.row,
                transaction_id=transaction_id or each.home_id,
                line_first=start,
                line_last=start + len(own) - 1,
            )
        )
    fee_row = _fee_row(fee, fee_base, transaction_id=transaction_id, line=first + len(lines)) if fee else None
    if fee_row:
        lines.append(PostingLine(by_role("bank_charges"), fee_base, fee_base, base_currency))
    cash, cash_base = _money(past, fee, fee_base)
    return UndoPlan(balanced([PostingLine(money, cash_base, cash, currency), *lines], memo=memo), tuple(rows), fee_row)


def _money(past: Sequence[PastRow], fee: int, fee_base: int) -> tuple[int, int]:
    return -sum(each.row.cash for each in past) - fee, -sum(each.row.cash_base for each in past) - fee_base


def _fee_row(fee: int, fee_base: int, *, transaction_id: int | None, line: int) -> Row:
    return Row(
        kind="account",
        account=by_role("bank_charges"),
        transaction_id=transaction_id,
        amount=-fee,
        amount_base=-fee_base,
        cash=-fee,
        cash_base=-fee_base,
        line_first=line,
        line_last=line,
    )
