"""Receipts as a Django application."""

from django.apps import AppConfig


class ReceiptsConfig(AppConfig):
    """Receipts, advances and their set-up."""

    name = "kontor.receipts"
    label = "receipts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare rights, name acts, let approvals know receipts and the plan count them."""
        from kontor.receipts import shell  # noqa: PLC0415  # needs loaded apps

        shell.furnish()
