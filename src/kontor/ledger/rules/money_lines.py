"""Bank lines and cash entries that go straight to accounts, without an open item."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from kontor.ledger.rules.parts import Part, contra_lines, taxed_by_code
from kontor.ledger.rules.postings import AccountRef, Memo, Posting, PostingLine, balanced
from kontor.ledger.rules.taxes import tax_in_gross


def money_posting(
    parts: Sequence[Part],
    *,
    money: AccountRef,
    amount: int,
    amount_base: int,
    currency: str,
    base_currency: str,
    memo: Memo,
) -> Posting:
    """Post a movement of `money` straight to accounts: fees, provider fees, cash entries, transit (P-02, P-14, P-15).

    `amount` > 0 came in, < 0 went out. Parts are gross in base currency with the sign of the movement.

    Raises:
        UnbalancedEntry: the parts do not add up to `amount_base`.
    """
    nets = [_without_tax(part) for part in parts]
    stated: dict[str, int] = {}
    for part, net in zip(parts, nets, strict=True):
        if part.tax is not None:
            stated[part.tax.code] = stated.get(part.tax.code, 0) + part.amount - net.amount
    taxed = taxed_by_code(nets, rate=Decimal(1), taxes=stated)
    net_amounts = [part.amount for part in nets]
    lines = contra_lines(nets, net_amounts, taxed, sign=1, currency=base_currency, is_received_timing=False)
    return balanced([PostingLine(money, amount_base, amount, currency), *lines], memo=memo)


def _without_tax(part: Part) -> Part:
    if part.tax is None or part.tax.is_owed_by_recipient:
        return part
    return replace(part, amount=part.amount - tax_in_gross(part.amount, rate_percent=part.tax.rate_percent))
