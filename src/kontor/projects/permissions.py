"""The rights of projects."""

from kontor.core.rights import Right

RIGHTS = (
    Right("projects.view", "Projekte ansehen", "See projects", "org.view"),
    Right("projects.edit", "Projekte bearbeiten", "Edit projects", "projects.view"),
)
