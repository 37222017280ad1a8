"""Projects as a Django application."""

from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    """The tree of projects and cost centres."""

    name = "kontor.projects"
    label = "projects"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Furnish the shell."""
        from kontor.projects import shell  # noqa: PLC0415  # needs loaded apps

        shell.furnish()
