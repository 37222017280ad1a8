"""What matching asks before a month is closed: is every transaction where it belongs?"""

from __future__ import annotations

from django.db.models import Count
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kontor.banking.queries.transactions import ASSIGNED
from kontor.matching.queries.bench import matchable
from kontor.ui.checklist import Month, Standing, Step


def _assigned(request: HttpRequest, month: Month) -> Standing:
    rows = matchable().filter(booking_date__range=(month.first_day, month.last_day)).order_by()
    found = rows.aggregate(all=Count("id"), done=Count("id", filter=ASSIGNED))
    note = _("%(done)s of %(all)s") % found if found["all"] else _("none in this month")
    url = reverse("match", kwargs={"tenant": request.tenant.code})  # type: ignore[attr-defined]  # inside the door
    return Standing(is_done=found["done"] == found["all"], note=note, url=url)


STEPS = (
    Step(label=gettext_noop("Transactions assigned"), action=gettext_noop("To the matching"), group="Bank and cash",
         query=_assigned, right="matching.view", order=20),
)  # fmt: skip
