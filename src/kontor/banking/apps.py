"""Banking as a Django application."""

from django.apps import AppConfig


class BankingConfig(AppConfig):
    """Money accounts, statements and transactions."""

    name = "kontor.banking"
    label = "banking"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare rights, and show the room in rail, home page and palette."""
        from kontor.banking import account_use, check, shell, tasks  # noqa: F401, PLC0415  # needs loaded apps; they register themselves
        from kontor.banking.permissions import RIGHTS  # noqa: PLC0415
        from kontor.core.rights import declare  # noqa: PLC0415

        declare(RIGHTS)
        shell.furnish()
