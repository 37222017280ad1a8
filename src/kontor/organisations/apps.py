"""Organisations as a Django application."""

from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    """Users, organisations, tenants and roles."""

    name = "kontor.organisations"
    label = "organisations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the start-up checks and declare the rights."""
        from kontor.core.audit import name_verbs  # noqa: PLC0415  # needs loaded apps
        from kontor.core.rights import declare  # noqa: PLC0415
        from kontor.organisations import actions, checks  # noqa: F401, PLC0415  # the checks register themselves
        from kontor.organisations.permissions import RIGHTS  # noqa: PLC0415

        declare(RIGHTS)
        name_verbs(actions.VERBS)
