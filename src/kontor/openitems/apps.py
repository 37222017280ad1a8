"""Open items as a Django application."""

from django.apps import AppConfig


class OpenItemsConfig(AppConfig):
    """Open items and allocations."""

    name = "kontor.openitems"
    label = "openitems"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare rights, name acts and refusals, know the job, and show the room everywhere."""
        from kontor.ledger.uses import undo_elsewhere  # noqa: PLC0415  # needs loaded apps
        from kontor.openitems import check, shell, tasks  # noqa: F401, PLC0415  # needs loaded apps; check and job register
        from kontor.openitems.actions.allocating import SOURCE  # noqa: PLC0415  # needs loaded apps
        from kontor.openitems.actions.undoing import SOURCE_ENTRY  # noqa: PLC0415  # needs loaded apps

        undo_elsewhere(SOURCE, SOURCE_ENTRY)
        shell.furnish()
