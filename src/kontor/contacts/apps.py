"""Contacts as a Django application."""

from django.apps import AppConfig


class ContactsConfig(AppConfig):
    """Parties with their accounts, addresses, bank details and terms."""

    name = "kontor.contacts"
    label = "contacts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Furnish the shell."""
        from kontor.contacts import shell  # noqa: PLC0415  # needs loaded apps

        shell.furnish()
