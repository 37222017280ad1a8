"""Core as a Django application."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CoreConfig(AppConfig):
    """Tenancy, audit, jobs, numbers and idempotency."""

    name = "kontor.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Give the app its rights on global tables after every migration, and register the proof of the anchors."""
        from kontor.core import anchors  # noqa: F401, PLC0415  # registers itself; needs loaded apps

        post_migrate.connect(_grant, sender=self)


def _grant(**_: Any) -> None:
    from kontor.core.schema import grant_global_tables  # noqa: PLC0415  # needs loaded apps

    grant_global_tables()
