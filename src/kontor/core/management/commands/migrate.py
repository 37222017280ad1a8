"""Django's `migrate`, quicker."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate

from kontor.core.quick_states import quick_states


class Command(migrate.Command):
    """Bring the tables up to date."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what Django does, without building every model anew at every step."""
        with quick_states():
            super().handle(*args, **options)
