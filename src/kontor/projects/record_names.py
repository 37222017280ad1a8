"""What the record calls projects and types of expense."""

from __future__ import annotations

from kontor.core.object_names import name_objects
from kontor.projects.models import CostType, Project


def name_our_objects() -> None:
    """Tell the record the names of this context's objects."""
    name_objects("projects.project", Project.objects.all, lambda row: f"{row.code} {row.name}")
    name_objects("projects.costtype", CostType.objects.all, lambda row: row.name)
