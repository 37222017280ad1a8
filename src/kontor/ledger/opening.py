"""New books get chart, tax codes, VAT regime and fiscal years."""

from __future__ import annotations

from datetime import date

from kontor.core import clock
from kontor.core.tenancy import Actor
from kontor.ledger.actions.books import open_books
from kontor.ledger.models.taxes import VatStatus
from kontor.organisations.actions import register_opener
from kontor.organisations.models import Chart, Tenant


def open_ledger(tenant: Tenant, *, first_year: int, by: Actor | None) -> None:
    """Set up the ledger of new books from January of `first_year` through this year."""
    # An organisation that keeps SKR42 is no entrepreneur for VAT until somebody says otherwise.
    status = VatStatus.NOT_ENTREPRENEUR if tenant.chart == Chart.SKR42 else VatStatus.REGULAR
    through = max(clock.today(tenant.country).year, first_year)
    open_books(tenant.chart, first_day=date(first_year, 1, 1), through=date(through, 12, 31), status=status)


register_opener(open_ledger)
