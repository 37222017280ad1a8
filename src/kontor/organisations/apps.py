"""Organisations as a Django application."""

from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    """Users, organisations, tenants and roles."""

    name = "kontor.organisations"
    label = "organisations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the start-up checks and furnish the shell."""
        from kontor.organisations import checks, shell  # noqa: F401, PLC0415  # the checks register themselves; needs loaded apps

        shell.furnish()
