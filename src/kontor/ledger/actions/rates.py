"""Noting exchange rates."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from kontor.core.audit import act
from kontor.core.money import decimals_of
from kontor.core.refusal import Refusal, gettext_noop
from kontor.core.tenancy import current_tenant_id
from kontor.ledger.models.taxes import ExchangeRate
from kontor.ledger.rules.rate_files import RateRow


class RateNotPositive(Refusal):
    """A rate says what one unit is worth."""

    sentence = gettext_noop("The exchange rate must be above zero: it says how much one %(currency)s is worth.")


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


@act("ledger.import_exchange_rates")
def import_exchange_rates(rows: Iterable[RateRow]) -> int:
    """Note many rates, those known already anew where they differ; return how many were added or changed."""
    wanted = {(row.currency, row.day): row.rate for row in rows}
    known = {
        (row.currency, row.day): row
        for row in ExchangeRate.objects.filter(
            currency__in={currency for currency, _ in wanted}, day__in={day for _, day in wanted}
        )
    }
    new = [
        ExchangeRate(currency=currency, day=day, rate=rate)
        for (currency, day), rate in wanted.items()
        if (currency, day) not in known
    ]
    ExchangeRate.objects.bulk_create(new)
    changed = [(known[key], rate) for key, rate in wanted.items() if key in known and known[key].rate != rate]
    for row, rate in changed:
        ExchangeRate.objects.filter(id=row.id).update(rate=rate)
    return len(new) + len(changed)


@act("ledger.remove_exchange_rate")
def remove_exchange_rate(rate_id: int) -> None:
    """Remove a rate that was noted by mistake; entries keep what they were posted with."""
    ExchangeRate.objects.filter(tenant_id=current_tenant_id(), id=rate_id).delete()
