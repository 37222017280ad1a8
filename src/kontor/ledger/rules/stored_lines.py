"""Lines as templates and recurring entries keep them: what a person typed, without date and rate."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from kontor.core.money import decimals_of, half_up
from kontor.ledger.rules.manual import TypedLine
from kontor.ledger.rules.taxes import TaxCode, tax_code_on


def in_base(amount: int, *, currency: str, base_currency: str, rate: Decimal) -> int:
    """Return minor units of `currency` as minor units of `base_currency`, rounded half up; `rate` is per whole unit."""
    scale = Fraction(10) ** (decimals_of(base_currency) - decimals_of(currency))
    return half_up(Fraction(amount) * Fraction(rate) * scale)


def stored_line(line: TypedLine) -> dict[str, Any]:
    """Return a typed line as it is kept: `amount` in its own currency, gross where a tax code is given."""
    return {
        "account": line.account, "amount": line.amount_currency if line.currency else line.amount,
        "currency": line.currency, "tax_code": line.tax.code if line.tax else "", "project_id": line.project_id,
        "sphere": line.sphere, "text": line.text,
    }  # fmt: skip


def typed_lines(
    stored: Iterable[Mapping[str, Any]],
    *,
    taxes: Iterable[TaxCode],
    on: date,
    base_currency: str,
    rate_of: Callable[[str], Decimal],
) -> list[TypedLine]:
    """Return kept lines as if typed on the day `on`; `rate_of` answers with the rate of a currency.

    Raises:
        UnknownTaxCode: a code does not hold on that day; whatever `rate_of` raises.
    """
    codes = list(taxes)
    return [_typed(line, codes, on=on, base_currency=base_currency, rate_of=rate_of) for line in stored]


def _typed(
    line: Mapping[str, Any],
    codes: list[TaxCode],
    *,
    on: date,
    base_currency: str,
    rate_of: Callable[[str], Decimal],
) -> TypedLine:
    currency = line.get("currency") or ""
    is_foreign = bool(currency) and currency != base_currency
    amount = int(line["amount"])
    if is_foreign:
        base = in_base(amount, currency=currency, base_currency=base_currency, rate=rate_of(currency))
    else:
        base = amount
    code = line.get("tax_code")
    return TypedLine(
        account=line["account"], amount=base, tax=tax_code_on(codes, code, on=on) if code else None,
        project_id=line.get("project_id"), sphere=line.get("sphere") or "", text=line.get("text") or "",
        currency=currency if is_foreign else "", amount_currency=amount if is_foreign else 0,
    )  # fmt: skip
