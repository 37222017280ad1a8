"""The archive's table and that of advances."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from kontor.receipts.desk.words import SHORT_VARIANTS, said, status_mark
from kontor.receipts.models import IncomingDocument
from kontor.receipts.queries.archive import (
    STATES,
    Places,
    archive_years,
    archived,
    found_in,
    in_state,
    places_of,
    with_category,
    with_part,
)
from kontor.receipts.queries.documents import name_of, standing_of
from kontor.receipts.queries.inbox import categories_of
from kontor.receipts.queries.offered import Held, offered
from kontor.ui.addresses import address
from kontor.ui.marks import Mark
from kontor.ui.tables.columns import Column, Empty, Filter
from kontor.ui.tables.table import Table

type Row = IncomingDocument


class Extras:
    """Parts and categories of the rows that a table shows, in one statement each."""

    table: Table[Row]

    def categories(self, row: Row) -> str:
        """Return the keywords of a row."""
        return ", ".join(self._held("_categories", categories_of).get(row.id, []))

    def accounts(self, row: Row) -> str:
        """Return the accounts that a row was booked to."""
        return ", ".join(self._places(row).accounts)

    def projects(self, row: Row) -> str:
        """Return the projects of a row."""
        return ", ".join(self._places(row).projects)

    def _places(self, row: Row) -> Places:
        found: Places = self._held("_places_of", places_of).get(row.id, Places())
        return found

    def _held(self, name: str, load: Any) -> dict[int, Any]:
        if name not in self.__dict__:
            is_export = bool(self.table.request.GET.get("export"))
            ids = self.table.rows.values_list("id", flat=True) if is_export else [row.id for row in self.table.page]
            self.__dict__[name] = load(list(ids))
        found: dict[int, Any] = self.__dict__[name]
        return found


def archive_table(request: HttpRequest) -> Table[Row]:
    """Return the archive as a table: searched, filtered, sorted, paged, exported by the address."""
    code = request.tenant.code  # type: ignore[attr-defined]  # inside the door
    extras = Extras()

    def href(row: Row) -> str:
        return address("receipts:archived", tenant=code, document_id=row.id)

    columns = _exported(extras, href) if request.GET.get("export") else _shown(extras, href)
    extras.table = Table(
        request, archived.of(), columns=columns, label=_("Archive"), sort="-number", search=found_in, name="archive",
        search_hint=_("Every word on the receipt, category, number, amount"), sentence=_("Receipts"), filters=_filters(),
        row_label=name_of,
        empty=Empty(title=_("The archive is empty"), icon="archive",
                    text=_("Receipts come here by themselves when they are paid and booked.")),
    )  # fmt: skip
    return extras.table


def _shown(extras: Extras, href: Callable[[Row], str]) -> list[Column[Row]]:
    """Return the columns of the page, so many as fit beside each other."""
    return [
        Column(key="number", label=_("Number"), value=name_of, sort=("year", "sequence"), href=href, is_strong=True,
               sub=lambda row: row.document_number, phone_sub=lambda row: row.supplier_name or row.purpose),
        Column(key="supplier_name", label=_("Supplier"), sort="supplier_name", hide_mobile=True, sub=lambda row: row.purpose),
        Column(key="document_date", label=_("Document date"), kind="day", sort="document_date", hide_mobile=True),
        Column(key="submitter__name", label=_("Submitter"), sort="submitter__name", hide_mobile=True),
        Column(key="state", label=_("Status"), kind="status", value=_mark),
        Column(key="variant", label=_("Payment"), value=_variant, hide_mobile=True),
        Column(key="projects", label=_("Project"), value=extras.projects, hide_mobile=True, sub=extras.accounts),
        Column(key="categories", label=_("Categories"), value=extras.categories, hide_mobile=True),
        _amount(),
    ]  # fmt: skip


def _exported(extras: Extras, href: Callable[[Row], str]) -> list[Column[Row]]:
    """Return the columns of the file, one fact each."""
    return [
        Column(key="number", label=_("Number"), value=name_of, sort=("year", "sequence"), href=href),
        Column(key="state", label=_("Status"), kind="status", value=_mark),
        Column(key="document_date", label=_("Document date"), kind="day", sort="document_date"),
        Column(key="supplier_name", label=_("Supplier"), sort="supplier_name"),
        Column(key="purpose", label=_("What for")),
        Column(key="document_number", label=_("Document number"), sort="document_number"),
        Column(key="submitter__name", label=_("Submitter"), sort="submitter__name"),
        Column(key="variant", label=_("Payment"), value=_variant),
        Column(key="projects", label=_("Project"), value=extras.projects),
        Column(key="accounts", label=_("Account"), value=extras.accounts),
        Column(key="categories", label=_("Categories"), value=extras.categories),
        _amount(),
    ]  # fmt: skip


def _amount() -> Column[Row]:
    return Column(key="gross", label=_("Amount"), kind="amount", sort="gross", currency=lambda row: row.currency)


def _variant(row: Row) -> str:
    return str(SHORT_VARIANTS.get(row.variant, ""))


def _mark(row: Row) -> Mark:
    standing = standing_of(row)
    return status_mark(standing.status, standing.payment, is_donation=row.variant == "donation")


def _filters() -> list[Filter[Row]]:
    words = {
        "done": _("Paid and booked"),
        "rejected": _("Rejected"),
        "withdrawn": _("Withdrawn"),
        "cancelled": _("Cancelled"),
    }
    years = [(str(year), str(year)) for year in archive_years()]
    found = offered(Held())
    conditions: list[tuple[Filter[Row], bool]] = [
        (Filter(key="state", anything=_("of every status"), choices=[(state, words[state]) for state in STATES], apply=in_state), True),
        (Filter(key="year", anything=_("of every year"), choices=years, apply=lambda rows, value: rows.filter(year=value)), bool(years)),
        (Filter(key="category", anything=_("of every category"), choices=found.categories, apply=with_category), bool(found.categories)),
        (Filter(key="variant", anything=_("however paid"), choices=said("variant"),
                apply=lambda rows, value: rows.filter(variant=value)), True),
        (Filter(key="project", anything=_("of all projects"), choices=found.projects,
                apply=lambda rows, value: with_part(rows, project_id=value)), True),
        (Filter(key="submitter", anything=_("of everybody"), choices=found.submitters,
                apply=lambda rows, value: rows.filter(submitter_id=value)), True),
    ]  # fmt: skip
    return [condition for condition, is_offered in conditions if is_offered]
