"""Setting up accounts, taxes and rates."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from kontor.core.audit import act
from kontor.core.money import decimals_of
from kontor.core.refusal import Refusal, gettext_noop
from kontor.ledger.models.accounts import Account
from kontor.ledger.models.taxes import ExchangeRate, VatRegime


class NumberTaken(Refusal):
    """Numbers tell accounts apart."""

    sentence = gettext_noop("There is already an account %(number)s. Please choose another number.")
    status = 409


class RateNotPositive(Refusal):
    """A rate says what one unit is worth."""

    sentence = gettext_noop("The exchange rate must be above zero: it says how much one %(currency)s is worth.")


@act("ledger.create_account")
def create_account(*, number: str, name_de: str, name_en: str, kind: str, is_money: bool = False) -> Account:
    """Add an account to the chart.  Raises: NumberTaken."""
    if Account.objects.filter(number=number.strip()).exists():
        raise NumberTaken(number=number.strip())
    return Account.objects.create(
        number=number.strip(), name_de=name_de, name_en=name_en or name_de, kind=kind, is_money=is_money
    )


@act("ledger.change_account")
def change_account(account_id: int, *, name_de: str, name_en: str, is_active: bool) -> None:
    """Rename an account or take it out of use; its number and its entries stay."""
    Account.objects.filter(id=account_id).update(name_de=name_de, name_en=name_en, is_active=is_active)


@act("ledger.set_vat_regime")
def set_vat_regime(
    *, valid_from: date, status: str, output_timing: str, input_timing: str, return_period: str
) -> VatRegime:
    """Set the VAT regime from a day on; entries posted before keep theirs."""
    return VatRegime.objects.create(
        valid_from=valid_from, status=status, output_timing=output_timing, input_timing=input_timing,
        return_period=return_period,
    )  # fmt: skip


@act("ledger.set_exchange_rate")
def set_exchange_rate(*, currency: str, day: date, rate: Decimal) -> ExchangeRate:
    """Note what one unit of `currency` is worth in base currency from a day on.  Raises: RateNotPositive."""
    decimals_of(currency)
    if rate <= 0:
        raise RateNotPositive(currency=currency)
    row, _ = ExchangeRate.objects.get_or_create(currency=currency, day=day, defaults={"rate": rate})
    if row.rate != rate:
        ExchangeRate.objects.filter(id=row.id).update(rate=rate)
    return row
