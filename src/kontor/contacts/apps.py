"""Contacts as a Django application."""

from django.apps import AppConfig


class ContactsConfig(AppConfig):
    """Parties with their accounts, addresses, bank details and terms."""

    name = "kontor.contacts"
    label = "contacts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare the rights and show contacts in rail, palette, search and record."""
        from kontor.contacts.actions.terms import open_contacts  # noqa: PLC0415  # needs loaded apps
        from kontor.contacts.palette import party_hits  # noqa: PLC0415
        from kontor.contacts.permissions import RIGHTS  # noqa: PLC0415
        from kontor.contacts.verbs import VERBS  # noqa: PLC0415
        from kontor.core.audit import name_verbs  # noqa: PLC0415
        from kontor.core.refusal import gettext_noop  # noqa: PLC0415
        from kontor.core.rights import declare  # noqa: PLC0415
        from kontor.organisations.actions import register_opener  # noqa: PLC0415
        from kontor.ui.navigation import Command, NavItem, Search, register, register_command, register_search  # noqa: PLC0415

        declare(RIGHTS)
        name_verbs(VERBS)
        register_opener(open_contacts)
        register(
            NavItem(
                label=gettext_noop("Contacts"), url_name="contacts:list", icon="contact", right="contacts.view",
                group="Customers", order=20, keys="g k",
            )
        )  # fmt: skip
        register_command(
            Command(label=gettext_noop("New contact"), url_name="contacts:new", icon="user-plus", right="contacts.edit")
        )
        register_search(Search(label=gettext_noop("Contacts"), find=party_hits, right="contacts.view"))
