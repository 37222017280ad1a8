"""Exchange rates: what one unit of a currency is worth."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from kontor.core.refusal import Refusal, gettext_noop
from kontor.ledger.models.taxes import ExchangeRate


class NoRate(Refusal):
    """No rate of the currency is known on the day."""

    sentence = gettext_noop(
        "No exchange rate of %(currency)s is known on %(day)s. Please type the rate, or store one under “Exchange rates”."
    )


def rate_on(currency: str, *, day: date) -> Decimal | None:
    """Return the last stored rate of `currency` on `day`, None without one."""
    rows = ExchangeRate.objects.filter(currency=currency, day__lte=day).order_by("-day")
    return rows.values_list("rate", flat=True).first()


def latest_rates(*, day: date) -> dict[str, Decimal]:
    """Return the last stored rate of each currency on `day`, by code."""
    rows = ExchangeRate.objects.filter(day__lte=day).order_by("currency", "-day").distinct("currency")
    return dict(rows.values_list("currency", "rate"))
