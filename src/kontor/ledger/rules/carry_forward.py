"""Closing several items and opening their balance as one [Saldovortrag] (P-11)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from kontor.core.money import half_up
from kontor.ledger.rules.postings import AccountRef, Memo, Posting, PostingLine, balanced, by_role
from kontor.ledger.rules.settlements import Item, control_line
from kontor.ledger.rules.shares import TaxShare, inherited_shares


@dataclass(frozen=True, slots=True)
class CarryForward:
    """Reliefs of the closed items, the charge, and the new item (none if they cancel out)."""

    posting: Posting
    item: Item | None


def carry_forward(items: Sequence[Item], *, memo: Memo) -> CarryForward:
    """Close `items` of one party and currency and open their balance as one new item (P-11).

    Reliefs come first, one pair of lines per item; the new item's control line comes last. No VAT is posted; the
    new item inherits the split, due and undue (decisions.md 30). Where exchange rates turn the base value against the
    balance, the first item's rate holds and the rest is an exchange difference.
    """
    first = items[0]
    through = by_role("carry_forward_pass_through")
    balance = sum(item.sign * item.amount_open for item in items)
    left_base = sum(item.sign * item.base_open for item in items)
    balance_base = left_base if balance * left_base > 0 else _at_rate_of(first, balance)
    lines = [line for item in items for line in _relief_lines(item, through)]
    new = replace(
        first,
        side="debit" if balance >= 0 else "credit",
        amount=abs(balance),
        amount_open=abs(balance),
        amount_base=abs(balance_base),
        base_open=abs(balance_base),
        shares=_carried_shares(items, sign=1 if balance >= 0 else -1),
        document_number=memo.document_number,
    )
    gain = balance_base - left_base
    charge = [
        PostingLine(through, -left_base, -balance, first.currency),
        PostingLine(by_role("fx_gain" if gain > 0 else "fx_loss"), -gain, -gain, first.base_currency),
        control_line(new, amount=balance, base=balance_base),
    ]
    return CarryForward(balanced([*lines, *charge], memo=memo), new if balance else None)


def _relief_lines(item: Item, through: AccountRef) -> list[PostingLine]:
    amount, base = item.sign * item.amount_open, item.sign * item.base_open
    return [
        PostingLine(through, base, amount, item.currency),
        control_line(item, amount=-amount, base=-base),
    ]


def _carried_shares(items: Sequence[Item], *, sign: int) -> tuple[TaxShare, ...]:
    carried: list[TaxShare] = []
    for item in items:
        turn = item.sign * sign
        part = Fraction(turn * item.base_open, item.amount_base)
        for share, original in zip(inherited_shares(item.shares, part=part), item.shares, strict=True):
            carried.append(replace(share, undue=turn * original.undue))
    return tuple(carried)


def _at_rate_of(item: Item, amount: int) -> int:
    return half_up(Fraction(amount * item.base_open, item.amount_open))
