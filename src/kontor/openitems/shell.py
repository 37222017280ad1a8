"""Where open items show: rail, home page, palette, search, a contact's page, a transaction's page, the record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, gettext_noop, ngettext
from django.utils.translation import gettext as _

from kontor.banking.queries import glance as bank_glance
from kontor.contacts.models import Party
from kontor.contacts.queries import Glance, register_glance
from kontor.core import clock
from kontor.core.audit import name_verbs, show_objects
from kontor.core.figures import format_day, format_money
from kontor.core.refinement import means
from kontor.core.rights import declare
from kontor.ledger.queries.journal import register_links
from kontor.openitems.models import ItemKind
from kontor.openitems.month_end import STEPS
from kontor.openitems.permissions import RIGHTS
from kontor.openitems.queries.allocations import allocations_of_transaction
from kontor.openitems.queries.habits import last_payment, payment_times
from kontor.openitems.queries.items import Totals, balances_of_party, items, search_items, totals
from kontor.openitems.queries.origins import links_of_entry
from kontor.openitems.refusals import MEANINGS
from kontor.organisations.models import Tenant
from kontor.ui.checklist import register_steps
from kontor.ui.navigation import (
    Command,
    Hit,
    NavItem,
    Search,
    Tile,
    register,
    register_command,
    register_search,
    register_tile,
)

HITS = 8
VERBS = {
    "openitems.item": gettext_noop("Open item"),
    "openitems.allocation": gettext_noop("Assignment"),
    "openitems.open": gettext_noop("Open item created"),
    "openitems.import": gettext_noop("Open items imported"),
    "openitems.allocate": gettext_noop("Payment assigned"),
    "openitems.post_to_account": gettext_noop("Payment posted to an account"),
    "openitems.cancel_allocation": gettext_noop("Assignment taken back"),
    "openitems.cancel_run": gettext_noop("Matching run taken back"),
    "openitems.return_payment": gettext_noop("Returned payment assigned"),
    "openitems.write_off": gettext_noop("Open item written off"),
    "openitems.set_off": gettext_noop("Open items set off"),
    "openitems.settle_through": gettext_noop("Open item settled by hand"),
    "openitems.cancel_item": gettext_noop("Document cancelled"),
    "openitems.change_terms": gettext_noop("Terms of an open item changed"),
    "openitems.reserve": gettext_noop("Open items reserved for payment"),
    "openitems.release": gettext_noop("Reservation for payment lifted"),
    "openitems.rebuild_keys": gettext_noop("Search keys of open items renewed"),
}


def furnish() -> None:
    """Register everything."""
    register_steps(STEPS)
    declare(RIGHTS)
    name_verbs(VERBS)
    show_objects("openitems.item", url_name="openitems:item", argument="item_id")
    for detail, refusal in MEANINGS.items():
        means(detail, refusal)
    register(NavItem(label=gettext_noop("Open items"), url_name="openitems:list", icon="scale", right="openitems.view",
                     group="Customers", order=10, keys="g o", phone=4, phone_label=gettext_noop("Items")))  # fmt: skip
    register_command(Command(label=gettext_noop("Payables"), url_name="openitems:payables", icon="scale",
                             right="openitems.view", words="lieferanten kreditoren verbindlichkeiten"))  # fmt: skip
    register_command(Command(label=gettext_noop("New open item"), url_name="openitems:new", icon="plus",
                             right="openitems.edit", words="rechnung op"))  # fmt: skip
    register_command(Command(label=gettext_noop("Import open items"), url_name="openitems:import", icon="upload",
                             right="openitems.edit", words="csv"))  # fmt: skip
    register_search(Search(label=gettext_noop("Open items"), find=_hits, right="openitems.view"))
    register_tile(Tile(template="openitems/tile.html", query=_tile, right="openitems.view", order=30, column="side"))
    register_tile(
        Tile(template="openitems/tile_work.html", query=_work, right="openitems.view", order=30, column="strip")
    )
    register_glance(_of_party)
    bank_glance.register(_of_transaction)
    register_links(links_of_entry)


def _tile(request: HttpRequest) -> Mapping[str, Any] | None:
    """Return what is owed both ways, and what of it is due."""
    tenant = request.tenant  # type: ignore[attr-defined]  # inside the door
    found, soon = _totals(request)
    if not found.owed and not found.payable:
        return None
    until = format_day(soon, language=get_language() or "de")
    return {"owed": found.owed, "overdue": found.overdue, "payable": found.payable, "payable_soon": found.payable_soon,
            "until": until, "currency": tenant.base_currency}  # fmt: skip


def _work(request: HttpRequest) -> Mapping[str, Any] | None:
    """Return how much is overdue on both sides, each with the age of the oldest."""
    tenant = request.tenant  # type: ignore[attr-defined]  # inside the door
    on = clock.today(tenant.country)
    found, _soon = _totals(request)
    sides = (
        (_("Overdue claims"), "scale", "openitems:list", found.overdue_count, found.oldest_due),
        (_("Overdue payables"), "calendar-clock", "openitems:payables", found.payable_overdue_count, found.payable_oldest_due),
    )  # fmt: skip
    rows = [
        {"label": label, "icon": icon, "count": count, "days": (on - oldest).days if oldest else 0,
         "url": reverse(name, kwargs={"tenant": tenant.code}) + "?state=overdue"}
        for label, icon, name, count, oldest in sides
    ]  # fmt: skip
    return {"rows": rows} if found.owed or found.payable else None


def _totals(request: HttpRequest) -> tuple[Totals, date]:
    """Return what is open, and the day up to which it is due soon; asked once per request, for both tiles."""
    found: tuple[Totals, date] | None = getattr(request, "openitems_totals", None)
    if found is None:
        on = clock.today(request.tenant.country)  # type: ignore[attr-defined]  # inside the door
        soon = on + timedelta(days=7)
        found = request.openitems_totals = totals(on=on, soon=soon), soon  # type: ignore[attr-defined]
    return found


def _hits(request: HttpRequest, text: str) -> Iterable[Hit]:
    tenant = request.tenant  # type: ignore[attr-defined]  # inside the door
    for row in search_items(items(), text)[:HITS]:
        amount = format_money(row.amount_open, currency=row.currency, region=tenant.country)
        yield Hit(label=row.document_number, url=reverse("openitems:item", kwargs={"tenant": tenant.code, "item_id": row.id}),
                  icon="scale", sub=f"{row.party.name} · {amount}")  # fmt: skip


def _of_party(party: Party) -> Iterable[Glance]:
    """Yield what a contact owes and is owed, base currency."""
    for balance in balances_of_party(party.id, on=clock.today()):
        owes = balance.kind == ItemKind.RECEIVABLE
        yield Glance(
            gettext_noop("Owes us") if owes else gettext_noop("We owe"), amount=balance.owed_base - balance.credit_base
        )
        if balance.overdue_base:
            yield Glance(gettext_noop("of it overdue"), amount=balance.overdue_base)
    for time in payment_times(party.id):
        label = gettext_noop("Pays after") if time.kind == ItemKind.RECEIVABLE else gettext_noop("We pay after")
        words = ngettext("%(days)s day on average", "%(days)s days on average", time.days) % {"days": time.days}
        yield Glance(label, text=words)
    if (last := last_payment(party.id)) is not None:
        day = format_day(last.day, language=get_language() or "de")
        amount = format_money(abs(last.amount), currency=last.currency, region=_region(party))
        yield Glance(gettext_noop("Last payment"), text=f"{day} · {amount}")


def _region(party: Party) -> str:
    return Tenant.objects.values_list("country", flat=True).get(id=party.tenant_id)


def _of_transaction(transaction_id: int) -> list[bank_glance.Glance]:
    """Return where a transaction's money went: documents and accounts."""
    lines = []
    for row in allocations_of_transaction(transaction_id):
        if row.reversed_by_id is None and (row.reverses_id is None or row.cash):
            note = gettext_noop("taken back") if row.reverses_id else ""
            label = " · ".join(
                part
                for part in (row.document_number or row.account_number, row.party_name or row.account_name_de)
                if part
            )
            lines.append(
                bank_glance.Glance(
                    label,
                    row.cash,
                    row.cash_currency or row.currency,
                    "openitems:item",
                    row.item_id or 0,
                    _(note) if note else "",
                )
            )
    return lines
