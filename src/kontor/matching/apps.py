"""Matching as a Django application."""

from django.apps import AppConfig


class MatchingConfig(AppConfig):
    """Which open item a transaction pays."""

    name = "kontor.matching"
    label = "matching"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare rights, make the items' search keys, and show the room in rail, home page and palette."""
        from kontor.core.rights import declare  # noqa: PLC0415
        from kontor.matching import shell, tasks  # noqa: F401, PLC0415  # needs loaded apps; the tasks register themselves
        from kontor.matching.permissions import RIGHTS  # noqa: PLC0415

        declare(RIGHTS)
        shell.furnish()
