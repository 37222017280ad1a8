"""The Django app `ui`."""

from __future__ import annotations

from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "kontor.ui"
    label = "ui"
