"""Parts of a document or bank line, and the lines and tax that they make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from kontor.core.money import half_up, split_by_weights
from kontor.ledger.rules.postings import AccountRef, PostingLine, by_role
from kontor.ledger.rules.taxes import TaxCode, TaxKind, tax_on_net


@dataclass(frozen=True, slots=True)
class Part:
    """A position of a document: `amount` minor units to `account` under `tax`, net in documents, gross in bank lines."""

    account: AccountRef
    amount: int
    tax: TaxCode | None = None
    project_id: int | None = None
    sphere: str | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Taxed:
    """All parts of one tax code in base currency: tax in the gross, its deductible part, tax owed by us on top."""

    code: TaxCode
    net: int
    tax: int
    deductible: int
    owed: int
    owed_deductible: int


def tax_by_code(parts: Sequence[Part], taxes: Mapping[str, int]) -> dict[str, int]:
    """Return the tax within the gross per code, document currency: as stated, else once on the code's net."""
    nets: dict[str, int] = {}
    codes: dict[str, TaxCode] = {}
    for part in parts:
        if part.tax is not None:
            codes[part.tax.code] = part.tax
            nets[part.tax.code] = nets.get(part.tax.code, 0) + part.amount
    return {
        code: 0 if row.is_owed_by_recipient else taxes.get(code, tax_on_net(nets[code], rate_percent=row.rate_percent))
        for code, row in codes.items()
    }


def taxed_by_code(parts: Sequence[Part], *, rate: Decimal, taxes: Mapping[str, int]) -> list[Taxed]:
    codes = {part.tax.code: part.tax for part in parts if part.tax is not None}
    found = []
    for code, stated in tax_by_code(parts, taxes).items():
        row = codes[code]
        net = sum(part.amount for part in parts if part.tax is not None and part.tax.code == code)
        tax = half_up(Fraction(stated) * Fraction(rate))
        net_base = half_up(Fraction(net) * Fraction(rate))
        owed = tax_on_net(net_base, rate_percent=row.rate_percent) if row.is_owed_by_recipient else 0
        deductible = row.deductible_percent / 100
        found.append(Taxed(row, net_base, tax, half_up(tax * deductible), owed, half_up(owed * deductible)))
    return found


def contra_lines(
    parts: Sequence[Part],
    nets: Sequence[int],
    taxed: Sequence[Taxed],
    *,
    sign: int,
    currency: str,
    is_received_timing: bool,
) -> list[PostingLine]:
    loads = _with_undeducted(parts, nets, taxed)
    by_code = {one.code.code: one for one in taxed}
    lines = []
    for part, net, load in zip(parts, nets, loads, strict=True):
        one = by_code[part.tax.code] if part.tax else None
        has_tax_line = one is not None and bool(one.tax or one.owed)
        lines.append(
            PostingLine(
                part.account,
                -sign * load,
                -sign * load,
                currency,
                tax_code=part.tax.code if part.tax else None,
                tax_base=None if one is None or has_tax_line else -sign * net,
                project_id=part.project_id,
                sphere=part.sphere,
                text=part.text,
            )
        )
    for one in taxed:
        lines += _tax_lines(
            one, sign=sign, currency=currency, goes_undue=is_undue(one.code, is_received_timing=is_received_timing)
        )
    return lines


def _tax_lines(one: Taxed, *, sign: int, currency: str, goes_undue: bool) -> list[PostingLine]:
    code, rate = one.code, one.code.rate_percent
    tax, owed, base = -sign * one.deductible, sign * one.owed, -sign * one.net
    deducted = -sign * one.owed_deductible
    if goes_undue:
        return [PostingLine(by_role(code.undue_role, rate_percent=rate), tax, tax, currency, tax_code=code.code)]
    lines = [PostingLine(by_role(code.tax_role, rate_percent=rate), tax, tax, currency, None, code.code, base, tax)]
    if owed:
        contra, place = by_role(code.contra_role, rate_percent=rate), by_role(code.tax_role, rate_percent=rate)
        lines += [
            PostingLine(contra, deducted, deducted, currency, tax_code=code.code, tax_amount=deducted),
            PostingLine(place, owed, owed, currency, tax_code=code.code, tax_base=-base, tax_amount=owed),
        ]
    return lines


def _with_undeducted(parts: Sequence[Part], nets: Sequence[int], taxed: Sequence[Taxed]) -> list[int]:
    """Return `nets` plus the input VAT that may not be deducted, pro rata per code; the last part takes the rounding."""
    loads = list(nets)
    for one in taxed:
        rest = one.tax - one.deductible + one.owed - one.owed_deductible
        places = [index for index, part in enumerate(parts) if part.tax and part.tax.code == one.code.code]
        if rest:
            shares = split_by_weights(rest, [nets[index] for index in places])
            for index, share in zip(places, shares, strict=True):
                loads[index] += share
    return loads


def is_undue(code: TaxCode, *, is_received_timing: bool) -> bool:
    return is_received_timing and code.kind in (TaxKind.OUTPUT, TaxKind.INPUT) and bool(code.undue_role)
