"""The Django app `ui`."""

from __future__ import annotations

from django.apps import AppConfig
from django.conf import settings


class UiConfig(AppConfig):
    name = "kontor.ui"
    label = "ui"

    def ready(self) -> None:
        """Put the words of all apps together."""
        from kontor.ui.one_catalog import put_together  # noqa: PLC0415  # Django's words need the apps

        put_together(code for code, _name in settings.LANGUAGES)
