"""The parts of a document and their tax: gross as on the paper, net as in the books."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from kontor.core.money import half_up
from kontor.core.refusal import Refusal, gettext_noop
from kontor.ledger.rules.taxes import TaxCode, TaxKind, tax_in_gross, tax_on_net


class PartsDiffer(Refusal):
    """The parts are not the whole."""

    sentence = gettext_noop(
        "The parts add up to %(parts)s, but the receipt says %(gross)s. Please correct one of them."
    )


class AccountMissing(Refusal):
    """A part without an account."""

    sentence = gettext_noop("Part %(position)s has no account yet. Please choose one.")


class TaxTooLarge(Refusal):
    """More tax than the gross can hold."""

    sentence = gettext_noop("The tax of part %(position)s is larger than its amount. Please correct it.")


class SalesTaxOnPurchase(Refusal):
    """A code of our own sales on what we bought: it would stand in the wrong box of the VAT return."""

    sentence = gettext_noop("The tax code of part %(position)s is one for sales. Please choose one for purchases.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A part as booked: `gross` minor units in document currency, `tax_amount` as stated (None computes it)."""

    position: int
    gross: int
    account: str
    tax_code: str = ""
    tax_amount: int | None = None
    project_id: int | None = None
    sphere: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NetLine:
    """A part without its tax."""

    line: Line
    net: int
    tax: int


@dataclass(frozen=True, slots=True)
class Split:
    """All parts, and the tax per code that makes them the gross again."""

    parts: tuple[NetLine, ...]
    taxes: Mapping[str, int] = field(default_factory=dict)


def check_parts(grosses: Sequence[int], *, gross: int, shown: tuple[str, str]) -> None:
    """Refuse parts that are not the whole; `shown` are both sums as people read them.  Raises: PartsDiffer."""
    if sum(grosses) != gross:
        raise PartsDiffer(parts=shown[0], gross=shown[1])


def split_tax(lines: Sequence[Line], *, codes: Mapping[str, TaxCode]) -> Split:
    """Take the tax out of each part, exactly: net and tax of every part make its gross.

    Tax that the recipient owes is not in the gross; a code without rate holds none. A part of import VAT is nothing
    but tax (§ 15 Abs. 1 Nr. 2 UStG): what the customs asked for.

    Raises:
        AccountMissing, SalesTaxOnPurchase, TaxTooLarge
    """
    parts, taxes = [], dict[str, int]()
    for line in lines:
        if not line.account:
            raise AccountMissing(position=line.position)
        code = codes.get(line.tax_code)
        if code is not None and not is_of_purchases(code):
            raise SalesTaxOnPurchase(position=line.position)
        tax = _tax(line, code)
        is_import = code is not None and code.kind is TaxKind.IMPORT
        if is_import and abs(tax) > abs(line.gross):
            raise TaxTooLarge(position=line.position)
        if not is_import and abs(tax) >= abs(line.gross) > 0 and tax:
            raise TaxTooLarge(position=line.position)
        parts.append(NetLine(line=line, net=line.gross - tax, tax=tax))
        if line.tax_code:
            taxes[line.tax_code] = taxes.get(line.tax_code, 0) + tax
    return Split(tuple(parts), taxes)


def cost_of(gross: int, *, code: TaxCode | None, tax_amount: int | None = None) -> int:
    """Return what a part costs: its gross without deductible input VAT, with such tax owed by us as is not deducted."""
    if code is None or code.kind is TaxKind.OUTPUT:
        return gross
    deductible = Fraction(code.deductible_percent) / 100
    if code.is_owed_by_recipient:
        owed = tax_on_net(gross, rate_percent=code.rate_percent)
        return gross + owed - half_up(owed * deductible)
    return gross - half_up(_tax_within(gross, code, tax_amount) * deductible)


def _tax(line: Line, code: TaxCode | None) -> int:
    return _tax_within(line.gross, code, line.tax_amount)


def _tax_within(gross: int, code: TaxCode | None, stated: int | None) -> int:
    if code is None or code.is_owed_by_recipient:
        return 0
    if stated is not None:
        return stated
    return gross if code.kind is TaxKind.IMPORT else tax_in_gross(gross, rate_percent=code.rate_percent)


def is_of_purchases(code: TaxCode) -> bool:
    """Tell whether a receipt can have the code: input VAT, tax owed by the recipient, import VAT, or none at all."""
    if code.kind is TaxKind.NONE:
        return not code.base_box
    return code.kind in {TaxKind.INPUT, TaxKind.REVERSE_CHARGE, TaxKind.EU_ACQUISITION, TaxKind.IMPORT}
