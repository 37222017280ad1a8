"""The rights of contacts."""

from kontor.core.rights import Right

RIGHTS = (
    Right("contacts.view", "Kontakte ansehen", "See contacts", "org.view"),
    Right("contacts.edit", "Kontakte bearbeiten", "Edit contacts", "contacts.view"),
)
