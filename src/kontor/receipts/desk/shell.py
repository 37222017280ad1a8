"""Where the desk and the archive show in the shell: rail, home page, month end, palette, search, record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from kontor.core.audit import show_objects
from kontor.core.clock import today
from kontor.receipts.desk.page import title_of
from kontor.receipts.queries.archive import found_in
from kontor.receipts.queries.documents import TO_PROCESS_COUNT, documents, name_of
from kontor.receipts.queries.inbox import unbooked_until, waiting_for
from kontor.receipts.rules.workflow import DRAFT
from kontor.ui.addresses import address
from kontor.ui.checklist import Month, Standing, Step, register_steps
from kontor.ui.foreseen import foreseen
from kontor.ui.navigation import (
    HITS_MAX,
    Command,
    Count,
    Hit,
    NavItem,
    Search,
    Tile,
    register,
    register_command,
    register_search,
    register_tile,
)
from kontor.ui.tiles import work_of

LATE_DAYS = 7


def furnish_desk() -> None:
    """Register everything of the desk and the archive."""
    show_objects("receipts.document", url_name="receipts:desk_document", argument="document_id")
    register(NavItem(label=gettext_noop("Receipt inbox"), url_name="receipts:inbox", icon="inbox", right="receipts.process",
                     group="Receipts", order=30, badge=Count(sql=TO_PROCESS_COUNT), keys="g e"))  # fmt: skip
    register(NavItem(label=gettext_noop("Archive"), url_name="receipts:archive", icon="archive", right="receipts.view",
                     group="Receipts", order=40))  # fmt: skip
    for label, url_name, icon, words in (
        (
            gettext_noop("Enter a supplier’s invoice"),
            "receipts:invoice_new",
            "file-plus-2",
            "eingangsrechnung lieferant",
        ),
        (gettext_noop("Advances"), "receipts:desk_advances", "hand-coins", "vorschuss"),
        (gettext_noop("Waived reimbursements"), "receipts:waivers", "heart-handshake", "aufwandsspende verzicht"),
    ):
        register_command(Command(label=label, url_name=url_name, icon=icon, right="receipts.process", words=words))
    register_tile(Tile(write=_written_work, query=_work, figures=lambda request: waiting_for.of(request.user.pk or 0),
                       right="receipts.process", order=10, column="strip"))  # fmt: skip
    register_search(Search(label=gettext_noop("Receipts"), find=_hits, right="receipts.view"))
    register_steps((
        Step(label=gettext_noop("Receipts of the month booked"), action=gettext_noop("To the receipt inbox"), group="Books",
             query=_booked, figures=lambda month: unbooked_until.of(month.last_day), right="receipts.process", order=10),
    ))  # fmt: skip


def _work(request: HttpRequest) -> Mapping[str, Any]:
    found = foreseen(request, waiting_for.of(request.user.pk or 0))
    on, oldest = today(request.tenant.country), found["oldest"]  # type: ignore[attr-defined]  # inside the door
    return {"count": found["n"], "oldest_days": (on - oldest.date()).days if oldest else None}


def _written_work(request: HttpRequest, work: Mapping[str, Any]) -> SafeString:
    days, code = work["oldest_days"], request.tenant.code  # type: ignore[attr-defined]  # inside the door
    if days is None:
        age = _("everything booked")
    elif days <= 0:
        age = _("oldest from today")
    else:
        age = ngettext("oldest for %(n)s day", "oldest for %(n)s days", days) % {"n": days}
    return work_of(_("Receipt inbox"), icon_name="inbox", url=address("receipts:inbox", tenant=code), count=work["count"],
                   age=age, is_late=days is not None and days > LATE_DAYS)  # fmt: skip


def _booked(request: HttpRequest, month: Month) -> Standing:
    """Count what was spent in the month or before and is not booked."""
    count = foreseen(request, unbooked_until.of(month.last_day))["n"]
    words = ngettext("%(n)s receipt is not booked", "%(n)s receipts are not booked", count) % {"n": count}
    url = address("receipts:inbox", tenant=request.tenant.code)  # type: ignore[attr-defined]  # inside the door
    return Standing(
        is_done=not count, note=words if count else _("everything booked"), url=f"{url}?tab=all&until={month.last_day}"
    )


def _hits(request: HttpRequest, text: str) -> Iterable[Hit]:
    """Yield the receipts that hold every word; what is not done opens on the desk for those who work there."""
    code = request.tenant.code  # type: ignore[attr-defined]
    rows = found_in(documents().exclude(state=DRAFT), text).order_by("-id")[:HITS_MAX]
    to_desk = "receipts.process" in getattr(request, "rights", ())
    for row in rows:
        name = "receipts:desk_document" if to_desk else "receipts:archived"
        url = reverse(name, kwargs={"tenant": code, "document_id": row.id})
        yield Hit(label=f"{name_of(row)} {title_of(row)}", url=url, icon="receipt", sub=row.submitter.name)
