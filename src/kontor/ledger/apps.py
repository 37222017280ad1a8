"""The ledger as a Django application."""

from importlib.util import find_spec

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Accounts, periods and the journal."""

    name = "kontor.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare rights, refusals of the database and what new books need."""
        from kontor.core.rights import declare  # noqa: PLC0415  # needs loaded apps
        from kontor.ledger import check_job, guards, opening, tasks  # noqa: F401, PLC0415  # they register themselves
        from kontor.ledger.permissions import RIGHTS  # noqa: PLC0415

        declare(RIGHTS)
        if find_spec("kontor.ledger.shell"):
            from kontor.ledger import shell  # noqa: PLC0415

            shell.furnish()
