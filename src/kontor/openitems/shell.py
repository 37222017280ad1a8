"""Where open items show: rail, home page, palette, search, a contact's page, a transaction's page, the record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from html import escape
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_noop, ngettext
from django.utils.translation import gettext as _

from kontor.banking.queries import glance as bank_glance
from kontor.contacts.models import Party
from kontor.contacts.queries import Glance, register_glance
from kontor.core import clock
from kontor.core.audit import name_verbs, show_objects
from kontor.core.figures import format_day, format_money
from kontor.core.kept_statements import Figures
from kontor.core.refinement import means
from kontor.core.rights import declare
from kontor.ledger.queries.journal import register_links
from kontor.openitems.models import ItemKind
from kontor.openitems.month_end import STEPS
from kontor.openitems.permissions import RIGHTS
from kontor.openitems.queries.allocations import allocations_of_transaction
from kontor.openitems.queries.habits import last_payment, payment_times
from kontor.openitems.queries.items import balances_of_party, items, open_figures, search_items, totals_of
from kontor.openitems.queries.origins import links_of_entry
from kontor.openitems.record_names import name_our_objects
from kontor.openitems.refusals import MEANINGS
from kontor.organisations.models import Tenant
from kontor.ui.addresses import address
from kontor.ui.checklist import register_steps
from kontor.ui.foreseen import foreseen
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
from kontor.ui.tiles import card_of, money_of, work_of

HITS = 8
LATE_DAYS = 30
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
    name_our_objects()
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
    register_tile(
        Tile(write=_written_tile, query=_tile, figures=_figures, right="openitems.view", order=30, column="side")
    )
    register_tile(
        Tile(write=_written_work, query=_work, figures=_figures, right="openitems.view", order=30, column="strip")
    )
    register_glance(_of_party)
    bank_glance.register(_of_transaction)
    register_links(links_of_entry)


def _tile(request: HttpRequest) -> Mapping[str, Any] | None:
    """Return what is owed both ways, and what of it is due."""
    tenant = request.tenant  # type: ignore[attr-defined]  # inside the door
    found, until = totals_of(foreseen(request, _figures(request))), _soon(request)
    if not found.owed and not found.payable:
        return None
    return {"owed": found.owed, "overdue": found.overdue, "payable": found.payable, "payable_soon": found.payable_soon,
            "until": until, "currency": tenant.base_currency}  # fmt: skip


def _work(request: HttpRequest) -> Mapping[str, Any] | None:
    """Return how much is overdue on both sides, each with the age of the oldest."""
    tenant = request.tenant  # type: ignore[attr-defined]  # inside the door
    on = clock.today(tenant.country)
    found = totals_of(foreseen(request, _figures(request)))
    sides = (
        (_("Overdue claims"), "scale", "openitems:list", found.overdue_count, found.oldest_due),
        (_("Overdue payables"), "calendar-clock", "openitems:payables", found.payable_overdue_count, found.payable_oldest_due),
    )  # fmt: skip
    rows = [
        {"label": label, "icon": icon, "count": count, "days": (on - oldest).days if oldest else 0,
         "url": address(name, tenant=tenant.code) + "?state=overdue"}
        for label, icon, name, count, oldest in sides
    ]  # fmt: skip
    return {"rows": rows} if found.owed or found.payable else None


def _written_tile(request: HttpRequest, tile: Mapping[str, Any]) -> SafeString:
    tenant = request.tenant  # type: ignore[attr-defined]  # inside the door
    claims, debts = (escape(address(name, tenant=tenant.code)) for name in ("openitems:list", "openitems:payables"))
    until = _("of it due until %(day)s") % {"day": format_day(tile["until"], language=get_language() or "de")}
    lines = (
        (_("Customers owe"), claims, tile["owed"], ""),
        (_("of it overdue"), f"{claims}?state=overdue", tile["overdue"], " k-over" if tile["overdue"] else ""),
        (_("Owed to suppliers"), debts, tile["payable"], ""),
        (until, debts, tile["payable_soon"], ""),
    )
    written = "".join(
        f'<dt><a class="k-a-q" href="{url}">{escape(label)}</a></dt>'
        f'<dd class="k-num{css}">{money_of(amount, currency=tile["currency"], region=tenant.country)}</dd>'
        for label, url, amount, css in lines
    )
    content = f'<div class="k-body"><dl class="k-kv k-kv-r">{written}</dl></div>'
    return card_of(_("Open items"), link=_("To the list"), url=claims, content=content)


def _written_work(_request: HttpRequest, work: Mapping[str, Any]) -> SafeString:
    return SafeString("".join(_written_row(row) for row in work["rows"]))


def _written_row(row: Mapping[str, Any]) -> str:
    age = ngettext("oldest for %(n)s day", "oldest for %(n)s days", row["days"]) % {"n": row["days"]}
    return work_of(row["label"], icon_name=row["icon"], url=row["url"], count=row["count"], is_late=row["days"] > LATE_DAYS,
                   age=age if row["count"] else _("nothing overdue"))  # fmt: skip


def _figures(request: HttpRequest) -> Figures:
    on = clock.today(request.tenant.country)  # type: ignore[attr-defined]  # inside the door
    return open_figures.of(on, _soon(request))


def _soon(request: HttpRequest) -> date:
    """Return the day up to which something is due soon."""
    return clock.today(request.tenant.country) + timedelta(days=7)  # type: ignore[attr-defined]  # inside the door


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
