"""New books get chart, tax codes, VAT regime and fiscal years."""

from __future__ import annotations

from datetime import date

from kontor.core import clock
from kontor.core.tenancy import Actor
from kontor.ledger.actions.books import open_books
from kontor.ledger.models.taxes import VatStatus
from kontor.organisations.actions import register_opener
from kontor.organisations.models import Chart, Tenant


def open_ledger(tenant: Tenant, *, first_day: date, by: Actor | None) -> None:
    """Set up the ledger of new books with fiscal years from `first_day` through the one of today."""
    # An organisation that keeps SKR42 is no entrepreneur for VAT until somebody says otherwise.
    status = VatStatus.NOT_ENTREPRENEUR if tenant.chart == Chart.SKR42 else VatStatus.REGULAR
    through = max(clock.today(tenant.country), first_day)
    open_books(tenant.chart, first_day=first_day, through=through, status=status)


register_opener(open_ledger)
