"""This context as a Django application."""

from django.apps import AppConfig


class MatchingConfig(AppConfig):
    """Which open item a transaction pays."""

    name = "kontor.matching"
    label = "matching"
    default_auto_field = "django.db.models.BigAutoField"
