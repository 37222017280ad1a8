"""The table of open items: state always as word, shape and colour."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kontor.core import clock
from kontor.core.kept_statements import Source, kept
from kontor.openitems.bulk import offered
from kontor.openitems.models import ItemKind, OpenItem
from kontor.openitems.queries.items import search_items
from kontor.organisations.access import TenantRequest
from kontor.projects.models import Project
from kontor.ui.addresses import address, address_writer
from kontor.ui.marks import Mark
from kontor.ui.tables.columns import Bulk, Column, Empty, Filter
from kontor.ui.tables.table import Table
from kontor.ui.tags.figures import day, due_words

PROJECTS_MAX = 100
SETTLED, CREDIT = Mark(gettext_noop("settled"), "pos"), Mark(gettext_noop("credit"), "brand")
IN_PAYMENT, RETURNED = Mark(gettext_noop("in payment"), "half"), Mark(gettext_noop("returned"), "warn")
PARTLY_PAID, OVERDUE = Mark(gettext_noop("partly paid"), "half"), Mark(gettext_noop("overdue"), "neg")
OPEN = Mark(gettext_noop("open"), "open")


def state_of(row: OpenItem, *, on: date) -> Mark:
    """Return the item's state as a word with its tone."""
    natural = (row.side == "debit") == (row.kind == ItemKind.RECEIVABLE)
    if not row.amount_open:
        return SETTLED
    if not natural:
        return CREDIT
    if row.is_in_payment:
        return IN_PAYMENT
    if row.is_returned:
        return RETURNED
    if row.amount_open < row.amount:
        return PARTLY_PAID
    return OVERDUE if row.due_date < on else OPEN


def items_table(
    request: TenantRequest,
    rows: QuerySet[OpenItem] | Source[OpenItem],
    *,
    kind: str,
    is_settled: bool = False,
    party: bool = True,
    count: int | None = None,
    sums: Mapping[str, int] | None = None,
) -> Table[OpenItem]:
    """Return the table of `rows` of one kind as the request filters, sorts and pages it; `count`, `sums` as a table takes them."""
    on = clock.today(request.tenant.country)
    is_claim = kind == ItemKind.RECEIVABLE
    address_of = address_writer("openitems:item", "item_id", tenant=request.tenant.code)
    address_of_party = address_writer("openitems:party", "party_id", tenant=request.tenant.code)
    columns: list[Column[OpenItem]] = [
        Column(key="document_number", label=_("Invoice") if is_claim else _("Receipt"), sort=("document_number", "id"),
               href=lambda row: address_of(row.id), sub=lambda row: row.text, sub_label=_("Text"),
               phone_sub=lambda row: row.party.name, is_strong=True),
    ]  # fmt: skip
    if party:
        columns.append(
            Column(key="party", label=_("Customer") if is_claim else _("Supplier"), value=lambda row: row.party.name,
                   sort=("party__sort_name", "id"), hide_mobile=True,
                   href=lambda row: address_of_party(row.party_id))
        )  # fmt: skip
    columns += [
        Column(key="document_date", label=_("Date"), kind="day", sort=("document_date", "id"), hide_mobile=True),
        Column(key="due_date", label=_("Due"), kind="day", sort=("due_date", "id"), html=lambda row: _due(row, on)),
        Column(key="state", label=_("State"), kind="status", value=lambda row: state_of(row, on=on),
               hide_mobile=True),
        Column(key="amount", label=_("Amount"), kind="amount", sort="amount_base", currency=lambda row: row.currency,
               total="amount_base", hide_mobile=True),
        Column(key="amount_open", label=_("Open"), kind="amount", sort="base_open", currency=lambda row: row.currency,
               total="base_open", is_strong=True),
    ]  # fmt: skip
    return Table[OpenItem](
        request, rows, label=_("Open items"), sort="-due_date" if is_settled else "due_date", columns=columns, count=count, sums=sums,
        search=search_items, search_hint=_("Number, contact, amount"), sentence=_("Items"),
        filters=(_due_filter(on), *_project_filters()), bulk=_bulk(request, kind, is_settled=is_settled),
        row_label=lambda row: f"{row.document_number} {row.party.name}",
        empty=_empty(request, is_claim=is_claim, is_settled=is_settled), name="items",
    )  # fmt: skip


def _due(row: OpenItem, on: date) -> SafeString:
    return SafeString(day(row.due_date) + (due_words(row.due_date, on) if row.amount_open else ""))


def _due_filter(on: date) -> Filter[OpenItem]:
    until = {
        "today": on,
        "week": on + timedelta(days=7),
        "month": on + timedelta(days=30),
        "year": date(on.year, 12, 31),
    }
    words = (("today", _("due until today")), ("week", _("due within 7 days")), ("month", _("due within 30 days")),
             ("year", _("due until the end of the year")))  # fmt: skip

    def narrow(rows: Any, value: str) -> Any:
        return rows.filter(due_date__lte=until[value])

    return Filter(key="due", anything=_("due at any time"), choices=words, apply=narrow)


def _project_filters() -> tuple[Filter[OpenItem], ...]:
    projects = _projects.rows()
    if not projects:
        return ()
    choices = tuple((str(key), _("of %(project)s") % {"project": name}) for key, name in projects)

    def narrow(rows: Any, value: str) -> Any:
        return rows.filter(project_id=int(value))

    return (Filter(key="project", anything=_("of all projects"), choices=choices, apply=narrow),)


@kept
def _projects() -> QuerySet[Project, Any]:
    return Project.objects.order_by("id").values_list("id", "name")[:PROJECTS_MAX]


def _bulk(request: TenantRequest, kind: str, *, is_settled: bool) -> tuple[Bulk, ...]:
    if is_settled:
        return ()
    query = request.GET.urlencode()
    code = request.tenant.code
    found = offered(request, kind)
    if "openitems.allocate" in request.rights:
        found.append(
            Bulk(label=_("Assign payment"), url=address("openitems:assign", tenant=code), icon="git-compare-arrows")
        )
        found.append(
            Bulk(
                label=_("Set off"), url=f"{address('openitems:set_off', tenant=code)}?kind={kind}&{query}", icon="scale"
            )
        )
    if "openitems.write_off" in request.rights:
        url = address("openitems:write_off", tenant=code)
        found.append(Bulk(label=_("Write off …"), url=f"{url}?kind={kind}&{query}", icon="eraser", is_harmful=True))
    return tuple(found)


def _empty(request: TenantRequest, *, is_claim: bool, is_settled: bool) -> Empty:
    if is_settled:
        return Empty(title=_("Nothing settled yet"), text=_("Paid items stand here with their payments."), icon="scale")
    may_edit = "openitems.edit" in request.rights
    return Empty(
        title=_("Nothing is open") if is_claim else _("Nothing is to be paid"),
        text=_("Invoices appear here as soon as they are posted, imported or entered."),
        icon="scale",
        action=_("Import open items") if may_edit else "",
        url=address("openitems:import", tenant=request.tenant.code) if may_edit else "",
    )
