"""Setting items off against each other or through a clearing account (P-05, P-10, P-18)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from kontor.core.money import half_up
from kontor.ledger.rules.postings import AccountRef, Memo, Posting, PostingLine, balanced, by_role, combined
from kontor.ledger.rules.settlements import Cash, Difference, Item, Settlement, settle
from kontor.ledger.rules.shares import TaxShare, reduction_lines, reductions


def set_off(
    item: Item,
    *,
    amount: int,
    discount: int = 0,
    difference: Difference | None = None,
    through: AccountRef,
    memo: Memo,
    is_given: bool = False,
) -> Settlement:
    """Settle `amount` of `item` against a clearing account, no VAT of its own (P-10 first half, P-18 set-off).

    Undue VAT of the settled part falls due, as set-off is payment; a `discount` beside it corrects its VAT (P-08). A
    `difference` beside it is what coins leave.
    What is given up as a donation (`is_given`) is income of the item's project, with its party as the donor (P-04).
    """
    base = half_up(Fraction(item.base_open * amount, item.amount_open)) if item.amount_open else 0
    cash = Cash(through, amount, amount, item.currency, base)
    if is_given:
        cash = replace(cash, project_id=item.project_id, party_id=item.party_id)
    differences = () if difference is None else (difference,)
    return settle(item, memo=memo, cash=cash if amount else None, discount=discount, differences=differences)


def clearing_difference(
    balance: int,
    *,
    shares: Sequence[TaxShare],
    clearing: AccountRef,
    account: AccountRef,
    currency: str,
    memo: Memo,
    project_id: int | None = None,
) -> Posting:
    """Write off what set-offs left on `clearing`: `balance` > 0 is unpaid, < 0 paid too much (P-10); base currency.

    The VAT of `shares` is corrected where it stands; after set-off it is due.
    """
    due = [replace(share, undue=0) for share in shares]
    lines = [
        line
        for cut in reductions(due or [TaxShare("", Decimal(0), 1, 0)], balance)
        for line in reduction_lines(cut, sign=1, account=account, currency=currency, project_id=project_id, sphere=None)
    ]
    return balanced([*lines, PostingLine(clearing, -balance, -balance, currency)], memo=memo)


def set_off_items(item: Item, *, against: Item, amount: int, memo: Memo) -> tuple[Posting, Settlement, Settlement]:
    """Set `amount` of two items of opposite sides off against each other (P-05, P-18); one posting for both.

    Undue VAT of both falls due, as set-off is payment; with different booked values the second takes the exchange
    difference. Both items have the same currency.
    """
    through = by_role("debtor_clearing")
    first = set_off(item, amount=amount, through=through, memo=memo)
    cash = Cash(through, amount, amount, item.currency, first.amount_base)
    second = settle(against, memo=memo, cash=cash)
    return combined([first.posting, second.posting], money=through, memo=memo), first, second
