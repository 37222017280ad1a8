"""Entries by hand: lines as people type them, gross with a tax code, become net and tax lines; and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from kontor.core.money import split_by_weights
from kontor.ledger.rules.parts import Part, contra_lines, taxed_by_code
from kontor.ledger.rules.postings import Memo, Posting, PostingLine, balanced, by_number
from kontor.ledger.rules.taxes import TaxCode, tax_in_gross


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedLine:
    """A line as typed: `amount` minor units in base currency, debit positive, gross where a tax code is given."""

    account: str
    amount: int
    tax: TaxCode | None = None
    project_id: int | None = None
    sphere: str = ""
    text: str = ""


def manual_posting(lines: Sequence[TypedLine], *, currency: str, memo: Memo) -> Posting:
    """Return the posting of typed lines; the tax within a gross amount goes to the account of its code, due at once.

    Raises:
        TooFewLines, UnbalancedEntry: the lines are no entry.
    """
    plain = [_plain(line, currency) for line in lines if line.tax is None]
    gross = [line for line in lines if line.tax is not None]
    # `contra_lines` turns the sign of a movement of money into its contra; a typed line is the contra itself.
    nets = [_net(line) for line in gross]
    stated: dict[str, int] = {}
    for line, net in zip(gross, nets, strict=True):
        if line.tax is not None:
            stated[line.tax.code] = stated.get(line.tax.code, 0) - line.amount - net.amount
    taxed = taxed_by_code(nets, rate=Decimal(1), taxes=stated)
    split = contra_lines(nets, [net.amount for net in nets], taxed, sign=1, currency=currency, is_received_timing=False)
    return balanced([*plain, *split], memo=memo)


def as_typed(lines: Sequence[PostingLine]) -> list[PostingLine]:
    """Return the lines of an entry with their tax put back into the gross amounts, as they can be typed again."""
    tax_sums: dict[str, int] = {}
    for line in lines:
        if line.tax_code and line.tax_amount is not None:
            tax_sums[line.tax_code] = tax_sums.get(line.tax_code, 0) + line.amount_base
    kept = [line for line in lines if line.tax_amount is None]
    found = []
    for index, line in enumerate(kept):
        mates = [at for at, other in enumerate(kept) if line.tax_code and other.tax_code == line.tax_code]
        weights = [kept[at].amount_base for at in mates]
        total = tax_sums.get(line.tax_code or "", 0)
        share = split_by_weights(total, weights)[mates.index(index)] if total and sum(weights) else 0
        gross = line.amount_base + share
        found.append(replace(line, amount=gross, amount_base=gross, tax_base=None))
    return found


def _plain(line: TypedLine, currency: str) -> PostingLine:
    return PostingLine(
        by_number(line.account), line.amount, line.amount, currency, project_id=line.project_id,
        sphere=line.sphere or None, text=line.text,
    )  # fmt: skip


def _net(line: TypedLine) -> Part:
    tax = line.tax
    within = 0 if tax is None or tax.is_owed_by_recipient else tax_in_gross(-line.amount, rate_percent=tax.rate_percent)
    return Part(
        by_number(line.account), -line.amount - within, tax, project_id=line.project_id, sphere=line.sphere or None,
        text=line.text,
    )  # fmt: skip
