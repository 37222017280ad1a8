"""Tax codes: dated rows per country, chosen by the day of the service (decisions.md 26)."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cache
from importlib.resources import files

from kontor.core.money import half_up
from kontor.core.refusal import Refusal, gettext_noop


class TaxKind(StrEnum):
    """What a tax code does."""

    OUTPUT = "output"
    INPUT = "input"
    REVERSE_CHARGE = "reverse_charge"
    EU_ACQUISITION = "eu_acquisition"
    EU_SUPPLY = "eu_supply"
    EXPORT = "export"
    EXEMPT = "exempt"
    NONE = "none"
    IMPORT = "import"


class UnknownTaxCode(Refusal):
    """The tax code does not exist, or not on the day of the service."""

    sentence = gettext_noop(
        "The tax code “%(code)s” is not valid on %(day)s. Choose another code or check the date of the service."
    )


class UnknownTaxCountry(Refusal):
    """Kontor has no tax codes for the country."""

    sentence = gettext_noop("There are no tax codes for the country “%(country)s”. Choose DE, AT or CH.")


@dataclass(frozen=True, slots=True)
class TaxCode:
    """A tax treatment [Steuerschlüssel] for services from `valid_from` to `valid_to`, both included.

    Boxes name lines of the VAT return (UStVA, U30, Swiss return), several parted by a space.
    `contra_role` and `contra_box` are the input side of a tax that the recipient owes.
    """

    code: str
    name_de: str
    name_en: str
    kind: TaxKind
    rate_percent: Decimal
    valid_from: date
    valid_to: date | None
    deductible_percent: Decimal = Decimal(100)
    tax_role: str = ""
    contra_role: str = ""
    undue_role: str = ""
    base_box: str = ""
    tax_box: str = ""
    contra_box: str = ""
    einvoice_category: str = ""
    reason_de: str = ""
    reason_en: str = ""

    @property
    def is_owed_by_recipient(self) -> bool:
        """Whether the tax stands on both sides: owed and deducted by the buyer."""
        return self.kind in (TaxKind.REVERSE_CHARGE, TaxKind.EU_ACQUISITION)


@cache
def country_tax_codes(country: str) -> tuple[TaxCode, ...]:
    """Return the dated tax codes of DE, AT or CH.

    Raises:
        UnknownTaxCountry: another country.
    """
    if country not in ("DE", "AT", "CH"):
        raise UnknownTaxCountry(country=country)
    text = files("kontor.ledger").joinpath("charts", f"taxes_{country.lower()}.csv").read_text(encoding="utf-8")
    return tuple(_tax_code(row) for row in csv.DictReader(text.splitlines()))


def tax_code_on(codes: Iterable[TaxCode], code: str, *, on: date) -> TaxCode:
    """Return the row of `code` that holds for a service on day `on`.

    Raises:
        UnknownTaxCode: none does.
    """
    for row in codes:
        if row.code == code and row.valid_from <= on and (row.valid_to is None or on <= row.valid_to):
            return row
    raise UnknownTaxCode(code=code, day=on.isoformat())


def without_deduction(code: TaxCode) -> TaxCode:
    """Return `code` for books that may not deduct input VAT: a small business or no entrepreneur (§§ 15, 19 UStG).

    Output VAT stays: whoever states it owes it (§ 14c UStG).
    """
    return code if code.kind is TaxKind.OUTPUT else replace(code, deductible_percent=Decimal(0))


def tax_on_net(net: int, *, rate_percent: Decimal) -> int:
    """Return the tax on `net` minor units, rounded half up (EN 16931 BR-CO-17: once per rate)."""
    return half_up(Fraction(net) * Fraction(rate_percent) / 100)


def tax_in_gross(gross: int, *, rate_percent: Decimal) -> int:
    """Return the tax contained in `gross` minor units, rounded half up."""
    rate = Fraction(rate_percent)
    return half_up(Fraction(gross) * rate / (100 + rate))


def _tax_code(row: dict[str, str]) -> TaxCode:
    return TaxCode(
        code=row["code"],
        name_de=row["name_de"],
        name_en=row["name_en"],
        kind=TaxKind(row["kind"]),
        rate_percent=Decimal(row["rate_percent"]),
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        deductible_percent=Decimal(row["deductible_percent"]),
        tax_role=row["tax_role"],
        contra_role=row["contra_role"],
        undue_role=row["undue_role"],
        base_box=row["base_box"],
        tax_box=row["tax_box"],
        contra_box=row["contra_box"],
        einvoice_category=row["einvoice_category"],
        reason_de=row["reason_de"],
        reason_en=row["reason_en"],
    )
