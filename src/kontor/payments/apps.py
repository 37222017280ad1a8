"""Payments as a Django application."""

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """Payment lists and orders."""

    name = "kontor.payments"
    label = "payments"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare rights and name acts."""
        from kontor.payments import check, shell  # noqa: F401, PLC0415  # needs loaded apps; the proofs register themselves

        shell.furnish()
