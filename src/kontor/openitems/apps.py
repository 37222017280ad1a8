"""This context as a Django application."""

from django.apps import AppConfig


class OpenItemsConfig(AppConfig):
    """Open items and allocations."""

    name = "kontor.openitems"
    label = "openitems"
    default_auto_field = "django.db.models.BigAutoField"
