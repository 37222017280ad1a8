"""Reading the tree of projects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from kontor.core.kept_statements import kept
from kontor.projects.models import Project

INDENT = "\u2003"


@dataclass(frozen=True, slots=True)
class Branch:
    """A project with its depth in the tree (0: at the top) and the names above it."""

    project: Project
    depth: int
    path: str


def tree(*, with_inactive: bool = False) -> Sequence[Branch]:
    """Return all projects depth first, siblings by code; an inactive project hides what stands below it."""
    children: dict[int | None, list[Project]] = {}
    for project in _projects.rows():
        children.setdefault(project.parent_id, []).append(project)
    branches: list[Branch] = []

    def climb(parent_id: int | None, *, depth: int, path: str) -> None:
        for project in children.get(parent_id, ()):
            if project.is_active or with_inactive:
                branches.append(Branch(project, depth, path))
                climb(project.id, depth=depth + 1, path=f"{path} › {project.name}" if path else project.name)

    climb(None, depth=0, path="")
    return branches


@kept
def _projects() -> QuerySet[Project]:
    return Project.objects.order_by("code", "id")


def choices() -> list[tuple[str, str]]:
    """Return (id, indented label) of the active projects, for a select field."""
    return [(str(b.project.id), f"{INDENT * b.depth}{b.project.code} {b.project.name}") for b in tree()]


def parents() -> Mapping[int, int | None]:
    """Return each project's parent id."""
    return dict(_parents.rows())


@kept
def _parents() -> QuerySet[Project, tuple[int, int | None]]:
    return Project.objects.values_list("id", "parent_id")


def project_by_code(code: str) -> Project | None:
    """Return the project of that code."""
    return Project.objects.filter(code=code.strip()).first()


def with_descendants(project_id: int, *, above: Mapping[int, int | None] | None = None) -> set[int]:
    """Return the ids of a branch, itself included: what a figure of the branch sums up.

    `above` are the `parents`, where they are known already.
    """
    above, found, new = parents() if above is None else above, {project_id}, {project_id}
    while new:
        new = {child for child, parent in above.items() if parent in new} - found
        found |= new
    return found


def find_projects(text: str, *, limit: int = 8) -> Sequence[Project]:
    """Return active projects whose code begins with, or whose name holds, `text`."""
    active = Project.objects.filter(is_active=True)
    return list(
        (active.filter(code__istartswith=text) | active.filter(name__icontains=text)).order_by("code", "id")[:limit]
    )
