"""Approvals as a Django application."""

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    """Policies, requests and answers."""

    name = "kontor.approvals"
    label = "approvals"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare rights and name acts."""
        from kontor.approvals import shell  # noqa: PLC0415  # needs loaded apps

        shell.furnish()
