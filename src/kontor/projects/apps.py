"""This context as a Django application."""

from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    """The tree of projects and cost centres."""

    name = "kontor.projects"
    label = "projects"
    default_auto_field = "django.db.models.BigAutoField"
