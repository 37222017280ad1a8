"""Where contacts show in the shell: rail, palette, search; and what their acts are called."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_noop

from kontor.contacts.actions.terms import open_contacts
from kontor.contacts.models import Party
from kontor.contacts.permissions import RIGHTS
from kontor.contacts.queries import find_parties
from kontor.contacts.record_names import name_our_objects
from kontor.core.audit import name_verbs, show_objects
from kontor.core.rights import declare
from kontor.organisations.actions import register_opener
from kontor.ui.navigation import Command, Hit, NavItem, Search, register, register_command, register_search

VERBS = {
    "contacts.party": gettext_noop("Contact"),
    "contacts.paymentterm": gettext_noop("Payment term"),
    "contacts.create_party": gettext_noop("Contact created"),
    "contacts.update_party": gettext_noop("Contact changed"),
    "contacts.give_number": gettext_noop("Number given to a contact"),
    "contacts.add_bank_details": gettext_noop("Bank details added"),
    "contacts.remove_bank_details": gettext_noop("Bank details removed"),
    "contacts.set_payment_term": gettext_noop("Payment term agreed"),
    "contacts.archive_party": gettext_noop("Contact archived"),
    "contacts.restore_party": gettext_noop("Contact taken out of the archive"),
    "contacts.import_parties": gettext_noop("Contacts imported"),
    "contacts.create_payment_term": gettext_noop("Payment term created"),
    "contacts.update_payment_term": gettext_noop("Payment term changed"),
    "contacts.make_default_term": gettext_noop("Default payment term changed"),
}


def furnish() -> None:
    """Register everything."""
    declare(RIGHTS)
    name_verbs(VERBS)
    name_our_objects()
    show_objects("contacts.party", url_name="contacts:party", argument="party_id")
    show_objects("contacts.paymentterm", url_name="contacts:term", argument="term_id")
    register_opener(open_contacts)
    register(NavItem(label=gettext_noop("Contacts"), url_name="contacts:list", icon="contact", right="contacts.view",
                     group="Customers", order=20, keys="g k"))  # fmt: skip
    register_command(
        Command(label=gettext_noop("New contact"), url_name="contacts:new", icon="user-plus", right="contacts.edit")
    )
    register_command(
        Command(
            label=gettext_noop("Payment terms"), url_name="contacts:terms", icon="badge-percent", right="contacts.view"
        )
    )
    register_command(
        Command(label=gettext_noop("Import contacts"), url_name="contacts:import", icon="upload", right="contacts.edit")
    )
    register_search(Search(label=gettext_noop("Contacts"), find=_party_hits, right="contacts.view"))


def _party_hits(request: HttpRequest, text: str) -> Iterable[Hit]:
    """Yield the contacts that `text` finds, with number and town."""
    for party in find_parties(text):
        yield Hit(label=party.name, url=_url(request, party), icon="contact", sub=_sub(party))


def _url(request: HttpRequest, party: Party) -> str:
    return reverse("contacts:party", kwargs={"tenant": request.tenant.code, "party_id": party.id})  # type: ignore[attr-defined]


def _sub(party: Party) -> str:
    known = (getattr(party, name) for name in ("debtor_number", "creditor_number", "town"))
    return " · ".join(str(part) for part in known if part)
