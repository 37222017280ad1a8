"""What open items ask before a month is closed: returned payments and credits that nobody has dealt with."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Aggregate, Count, Q, QuerySet, Sum
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from kontor.core.kept_statements import kept_figures
from kontor.openitems.models import ItemKind, OpenItem
from kontor.openitems.queries.items import natural
from kontor.ui.addresses import address
from kontor.ui.checklist import Month, Standing, Step
from kontor.ui.foreseen import foreseen


def _returned(request: HttpRequest, month: Month) -> Standing:
    count = foreseen(request, _open_until.of(month.last_day))["returned"]
    note = ngettext("%(n)s returned payment", "%(n)s returned payments", count) % {"n": count} if count else ""
    return Standing(is_done=not count, note=note or _("none waits"), url=_list(request, "overdue"))


def _credits(request: HttpRequest, month: Month) -> Standing:
    """Count credits that stand beside claims against the same contact: they could be set off."""
    count = foreseen(request, _open_until.of(month.last_day))["set_off"]
    words = ngettext(
        "%(n)s contact has claims and credits at once", "%(n)s contacts have claims and credits at once", count
    )
    return Standing(
        is_done=not count, note=words % {"n": count} if count else _("none waits"), url=_list(request, "credit")
    )


@kept_figures
def _open_until(day: date) -> tuple[QuerySet[OpenItem, Any], dict[str, Aggregate]]:
    """Return how many items came back, and how many contacts have claims and credits in one currency: items read once."""
    receivable, is_claim = Q(kind=ItemKind.RECEIVABLE), natural(ItemKind.RECEIVABLE)
    rows = OpenItem.objects.filter(amount_open__gt=0, document_date__lte=day).order_by()
    of_contacts = rows.values("party_id", "currency").annotate(
        back=Count("id", filter=Q(is_returned=True)),
        claims=Count("id", filter=receivable & is_claim), credits=Count("id", filter=receivable & ~is_claim),
    )  # fmt: skip
    both = Q(claims__gt=0, credits__gt=0)
    return of_contacts, {"returned": Sum("back", default=0), "set_off": Count("party_id", filter=both)}


def _list(request: HttpRequest, state: str) -> str:
    return f"{address('openitems:list', tenant=request.tenant.code)}?state={state}"  # type: ignore[attr-defined]  # inside the door


STEPS = (
    Step(label=gettext_noop("Returned payments clarified"), action=gettext_noop("Look at the items"), group="Open items",
         query=_returned, figures=lambda month: _open_until.of(month.last_day), right="openitems.view", order=10),
    Step(label=gettext_noop("Credits set off"), action=gettext_noop("Look at the credits"), group="Open items",
         query=_credits, figures=lambda month: _open_until.of(month.last_day), right="openitems.view", order=20),
)  # fmt: skip
