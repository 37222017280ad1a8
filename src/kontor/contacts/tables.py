"""Contacts as a table."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from kontor.contacts.models import Party, PartyAccount
from kontor.contacts.queries import listed_parties, matching_text
from kontor.organisations.access import TenantRequest
from kontor.ui.addresses import address, address_writer
from kontor.ui.tables.columns import Column, Empty, Filter
from kontor.ui.tables.table import Table

_NUMBERS = attrgetter("debtor_number", "creditor_number", "town")


def parties_table(request: TenantRequest) -> Table[Party]:
    """Return the contacts by name, filtered by what they are to us."""
    may_edit = "contacts.edit" in request.rights
    return Table(
        request,
        listed_parties.of(archived=request.GET.get("shown") == "archived"),
        label=_("Contacts"),
        sort="name",
        columns=(
            Column(key="name", label=_("Name"), sort="sort_name", href=_party_url(request), is_strong=True,
                   sub=lambda party: party.contact_person, sub_label=_("Contact person"), phone_sub=_numbers),
            Column(key="debtor_number", label=_("Debtor number"), sort="debtor_number", hide_mobile=True, value=_or_dash("debtor_number")),
            Column(key="creditor_number", label=_("Creditor number"), sort="creditor_number", hide_mobile=True,
                   value=_or_dash("creditor_number")),
            Column(key="town", label=_("Town"), sort="town", hide_mobile=True, value=_or_dash("town")),
            Column(key="email", label=_("E-mail"), sort="email", hide_mobile=True, value=_or_dash("email")),
        ),
        search=lambda rows, text: rows.filter(matching_text(text)),
        search_hint=_("Name, number, town, IBAN"),
        sentence=_("Contacts"),
        filters=(_side(), _shown()),
        empty=Empty(
            title=_("No contacts yet"),
            text=_("Customers, suppliers, donors and members stand here, each of them once."),
            icon="contact",
            action=_("New contact") if may_edit else "",
            url=address("contacts:new", tenant=request.tenant.code) if may_edit else "",
        ),
    )  # fmt: skip


def _party_url(request: TenantRequest) -> Any:
    address_of = address_writer("contacts:party", "party_id", tenant=request.tenant.code)
    return lambda party: address_of(party.id)


def _or_dash(name: str) -> Any:
    return lambda party: getattr(party, name) or "–"


def _numbers(party: Party) -> str:
    return " · ".join([str(part) for part in _NUMBERS(party) if part])


def _side() -> Filter[Party]:
    return Filter(
        key="side",
        anything=_("of all kinds"),
        choices=[("debtor", _("that are customers")), ("creditor", _("that are suppliers"))],
        apply=lambda rows, side: rows.filter(Exists(PartyAccount.objects.filter(party_id=OuterRef("id"), side=side))),
    )


def _shown() -> Filter[Party]:
    return Filter(
        key="shown", anything=_("in use"), choices=[("archived", _("in the archive"))], apply=lambda rows, _value: rows
    )
