"""This context as a Django application."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Accounts, periods and the journal."""

    name = "kontor.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"
