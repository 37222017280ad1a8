"""What matching asks before a month is closed: is every transaction where it belongs?"""

from __future__ import annotations

from datetime import date

from django.db.models import Aggregate, Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kontor.banking.models import BankTransaction
from kontor.banking.queries.transactions import ASSIGNED
from kontor.core.kept_statements import Figures, kept_figures
from kontor.matching.queries.bench import matchable
from kontor.ui.addresses import address
from kontor.ui.checklist import Month, Standing, Step
from kontor.ui.foreseen import foreseen


def _assigned(request: HttpRequest, month: Month) -> Standing:
    found = foreseen(request, _figures(month))
    note = _("%(done)s of %(all)s") % found if found["all"] else _("none in this month")
    url = address("match", tenant=request.tenant.code)  # type: ignore[attr-defined]  # inside the door
    return Standing(is_done=found["done"] == found["all"], note=note, url=url)


def _figures(month: Month) -> Figures:
    return _between.of(month.first_day, month.last_day)


@kept_figures
def _between(first_day: date, last_day: date) -> tuple[QuerySet[BankTransaction], dict[str, Aggregate]]:
    rows = matchable().filter(booking_date__range=(first_day, last_day)).order_by()
    return rows, {"all": Count("id"), "done": Count("id", filter=ASSIGNED)}


STEPS = (
    Step(label=gettext_noop("Transactions assigned"), action=gettext_noop("To the matching"), group="Bank and cash",
         query=_assigned, figures=_figures, right="matching.view", order=20),
)  # fmt: skip
