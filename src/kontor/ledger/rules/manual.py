"""Entries by hand: lines as people type them, gross with a tax code, become net and tax lines; and back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from kontor.core.money import half_up, split_by_weights
from kontor.ledger.rules.parts import Part, contra_lines, taxed_by_code
from kontor.ledger.rules.postings import Memo, Posting, PostingLine, balanced, by_number
from kontor.ledger.rules.taxes import TaxCode, TaxKind, tax_in_gross


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedLine:
    """A line as typed: `amount` minor units in base currency, debit positive, gross where a tax code is given.

    A line in another currency also has its `currency` and its `amount_currency`, gross as well.
    """

    account: str
    amount: int
    tax: TaxCode | None = None
    project_id: int | None = None
    sphere: str = ""
    text: str = ""
    currency: str = ""
    amount_currency: int = 0


def undue_kinds(
    *, output_received: bool, input_received: bool, moves_money: bool, wish: str = ""
) -> frozenset[TaxKind]:
    """Return the kinds of tax that an entry by hand leaves not yet due.

    Under received timing [Ist-Versteuerung] tax waits until money moves (§ 13 (1) no. 1 b, § 20 UStG): an entry without
    money leaves it undue. `wish` is "due" or "undue" where a person says so, which only received timing allows.
    """
    if wish == "due" or (moves_money and wish != "undue"):
        return frozenset()
    return frozenset(
        kind
        for kind, is_received in ((TaxKind.OUTPUT, output_received), (TaxKind.INPUT, input_received))
        if is_received
    )


def manual_posting(
    lines: Sequence[TypedLine], *, currency: str, memo: Memo, undue: Collection[TaxKind] = ()
) -> Posting:
    """Return the posting of typed lines; the tax within a gross amount goes to the account of its code.

    Tax of the kinds in `undue` goes to the account of tax not yet due. Tax is always in base `currency`.

    Raises:
        TooFewLines, UnbalancedEntry: the lines are no entry.
    """
    plain = [_plain(line, currency) for line in lines if line.tax is None]
    gross = [_timed(line, undue) for line in lines if line.tax is not None]
    # `contra_lines` turns the sign of a movement of money into its contra; a typed line is the contra itself.
    nets = [_net(line) for line in gross]
    stated: dict[str, int] = {}
    for line, net in zip(gross, nets, strict=True):
        if line.tax is not None:
            stated[line.tax.code] = stated.get(line.tax.code, 0) - line.amount - net.amount
    taxed = taxed_by_code(nets, rate=Decimal(1), taxes=stated)
    split = contra_lines(nets, [net.amount for net in nets], taxed, sign=1, currency=currency, is_received_timing=True)
    own = [_in_own_currency(net, line) for net, line in zip(split, gross, strict=False)]
    return balanced([*plain, *own, *split[len(own) :]], memo=memo)


def as_typed(lines: Sequence[PostingLine], *, undue_accounts: Collection[str] = ()) -> list[PostingLine]:
    """Return the lines of an entry with their tax put back into the gross amounts, as they can be typed again.

    `undue_accounts` are the numbers of the accounts of tax not yet due, whose lines carry no figures of the return.
    """
    tax_sums: dict[str, int] = {}
    taxes = [line for line in lines if line.tax_code and _is_tax(line, undue_accounts)]
    for line in taxes:
        tax_sums[line.tax_code or ""] = tax_sums.get(line.tax_code or "", 0) + line.amount_base
    kept = [line for line in lines if line not in taxes]
    found = []
    for index, line in enumerate(kept):
        mates = [at for at, other in enumerate(kept) if line.tax_code and other.tax_code == line.tax_code]
        weights = [kept[at].amount_base for at in mates]
        total = tax_sums.get(line.tax_code or "", 0)
        share = split_by_weights(total, weights)[mates.index(index)] if total and sum(weights) else 0
        gross = line.amount_base + share
        own = gross
        if line.amount != line.amount_base:
            own = half_up(Fraction(line.amount * gross, line.amount_base)) if line.amount_base else line.amount
        found.append(replace(line, amount=own, amount_base=gross, tax_base=None))
    return found


def _is_tax(line: PostingLine, undue_accounts: Collection[str]) -> bool:
    return line.tax_amount is not None or line.account.number in undue_accounts


def _timed(line: TypedLine, undue: Collection[TaxKind]) -> TypedLine:
    if line.tax is None or line.tax.kind in undue:
        return line
    return replace(line, tax=replace(line.tax, undue_role=""))


def _in_own_currency(net: PostingLine, line: TypedLine) -> PostingLine:
    """Return the net line with its share of what was typed in another currency."""
    if not line.currency or not line.amount:
        return net
    own = half_up(Fraction(line.amount_currency * net.amount_base, line.amount))
    return replace(net, amount=own, currency=line.currency)


def _plain(line: TypedLine, currency: str) -> PostingLine:
    return PostingLine(
        by_number(line.account), line.amount, line.amount_currency if line.currency else line.amount,
        line.currency or currency, project_id=line.project_id, sphere=line.sphere or None, text=line.text,
    )  # fmt: skip


def _net(line: TypedLine) -> Part:
    tax = line.tax
    within = 0 if tax is None or tax.is_owed_by_recipient else tax_in_gross(-line.amount, rate_percent=tax.rate_percent)
    return Part(
        by_number(line.account), -line.amount - within, tax, project_id=line.project_id, sphere=line.sphere or None,
        text=line.text,
    )  # fmt: skip
