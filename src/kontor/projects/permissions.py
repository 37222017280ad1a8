"""The rights of projects."""

from kontor.core.rights import Right

RIGHTS = (Right("projects.edit", "Projekte bearbeiten", "Edit projects", "org.view"),)
