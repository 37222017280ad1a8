"""Postings that open items: invoices, receipts, opening items."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from kontor.core.money import half_up
from kontor.ledger.rules.parts import Part, Taxed, contra_lines, is_undue, tax_by_code, taxed_by_code
from kontor.ledger.rules.postings import AccountRef, Memo, Posting, PostingLine, balanced, by_role
from kontor.ledger.rules.settlements import Item
from kontor.ledger.rules.shares import TaxShare


@dataclass(frozen=True, slots=True)
class OpenedItem:
    """A posting whose first line, on a control account, is the new item."""

    posting: Posting
    item: Item


def customer_invoice(
    parts: Sequence[Part],
    *,
    currency: str,
    base_currency: str,
    memo: Memo,
    party_id: int | None = None,
    control: AccountRef | None = None,
    rate: Decimal = Decimal(1),
    is_received_timing: bool = False,
    taxes: Mapping[str, int] | None = None,
) -> OpenedItem:
    """Post an invoice: Dr receivable, Cr revenue per part, Cr VAT once per tax code (P-06).

    Under received timing the tax goes to *VAT not yet due*. A negative total is a credit note. `rate` is base
    currency per unit; `taxes` gives the tax per code where the document states it.
    """
    return _opened(
        parts,
        sign=1,
        control=control or by_role("receivables"),
        currency=currency,
        base_currency=base_currency,
        memo=memo,
        party_id=party_id,
        rate=rate,
        is_received_timing=is_received_timing,
        taxes=taxes,
    )


def supplier_invoice(
    parts: Sequence[Part],
    *,
    currency: str,
    base_currency: str,
    memo: Memo,
    party_id: int | None = None,
    control: AccountRef | None = None,
    rate: Decimal = Decimal(1),
    is_received_timing: bool = False,
    taxes: Mapping[str, int] | None = None,
) -> OpenedItem:
    """Post an invoice or receipt to pay: Dr expense, Dr deductible input VAT, Cr payable (P-01, P-03).

    Input VAT that may not be deducted goes to the expense. Tax that we owe as recipient stands on both sides.
    """
    return _opened(
        parts,
        sign=-1,
        control=control or by_role("payables"),
        currency=currency,
        base_currency=base_currency,
        memo=memo,
        party_id=party_id,
        rate=rate,
        is_received_timing=is_received_timing,
        taxes=taxes,
    )


def opening_item(item: Item, *, memo: Memo, is_receivable: bool) -> OpenedItem:
    """Open an item of earlier books against its opening-balance account; its VAT was posted there (decisions.md 1, 41)."""
    base, amount = item.sign * item.amount_base, item.sign * item.amount
    contra = by_role("opening_receivables" if is_receivable else "opening_payables")
    lines = [
        PostingLine(item.control, base, amount, item.currency, party_id=item.party_id, project_id=item.project_id),
        PostingLine(contra, -base, -base, item.base_currency),
    ]
    return OpenedItem(balanced(lines, memo=memo), item)


def interest_invoice(
    amount: int, *, currency: str, memo: Memo, party_id: int | None, role: str = "interest_income"
) -> OpenedItem:
    """Charge interest or a fee outside VAT: Dr receivable, Cr interest income or `role` (P-12); base currency."""
    return customer_invoice(
        [Part(by_role(role), amount)], currency=currency, base_currency=currency, memo=memo, party_id=party_id
    )


def _opened(
    parts: Sequence[Part],
    *,
    sign: int,
    control: AccountRef,
    currency: str,
    base_currency: str,
    memo: Memo,
    party_id: int | None,
    rate: Decimal,
    is_received_timing: bool,
    taxes: Mapping[str, int] | None,
) -> OpenedItem:
    taxed = taxed_by_code(parts, rate=rate, taxes=taxes or {})
    gross = sum(part.amount for part in parts) + sum(tax_by_code(parts, taxes or {}).values())
    gross_base = half_up(Fraction(gross) * Fraction(rate))
    nets = _converted([part.amount for part in parts], rate=rate, total=gross_base - sum(one.tax for one in taxed))
    project, sphere = _only(part.project_id for part in parts), _only(part.sphere for part in parts)
    head = PostingLine(
        control, sign * gross_base, sign * gross, currency, party_id=party_id, project_id=project, sphere=sphere
    )
    lines = contra_lines(parts, nets, taxed, sign=sign, currency=base_currency, is_received_timing=is_received_timing)
    turn = 1 if gross >= 0 else -1
    item = Item(
        side="debit" if sign * turn > 0 else "credit",
        control=control,
        currency=currency,
        base_currency=base_currency,
        amount=abs(gross),
        amount_base=abs(gross_base),
        amount_open=abs(gross),
        base_open=abs(gross_base),
        shares=_shares(parts, nets, taxed, turn=turn, is_received_timing=is_received_timing),
        party_id=party_id,
        project_id=project,
        sphere=sphere,
        document_number=memo.document_number,
        kind="receivable" if sign > 0 else "payable",
    )
    return OpenedItem(balanced([head, *lines], memo=memo), item)


def _shares(
    parts: Sequence[Part], nets: Sequence[int], taxed: Sequence[Taxed], *, turn: int, is_received_timing: bool
) -> tuple[TaxShare, ...]:
    shares = []
    untaxed = sum(net for part, net in zip(parts, nets, strict=True) if part.tax is None)
    for one in taxed:
        code = one.code
        net = sum(net for part, net in zip(parts, nets, strict=True) if part.tax and part.tax.code == code.code)
        shares.append(
            TaxShare(
                code.code,
                code.rate_percent,
                net=turn * (net + one.tax - one.deductible),
                tax=turn * one.deductible,
                undue=turn * one.deductible if is_undue(code, is_received_timing=is_received_timing) else 0,
                tax_role=code.tax_role,
                undue_role=code.undue_role,
                contra_role=code.contra_role,
                owed=turn * one.owed,
                owed_deductible=turn * one.owed_deductible,
            )
        )
    if untaxed:
        shares.append(TaxShare("", Decimal(0), turn * untaxed, 0))
    return tuple(shares)


def _converted(amounts: Sequence[int], *, rate: Decimal, total: int) -> list[int]:
    """Return `amounts` in base currency, each rounded half up, the last so that they add up to `total`."""
    converted = [half_up(Fraction(amount) * Fraction(rate)) for amount in amounts]
    converted[-1] += total - sum(converted)
    return converted


def _only[T](values: Iterable[T]) -> T | None:
    """Return the one value that all share, None if they differ."""
    found = set(values)
    return found.pop() if len(found) == 1 else None
