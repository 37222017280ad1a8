"""The rights of documents."""

from kontor.core.rights import Right

RIGHTS = (Right("documents.view", "Dateien ansehen", "See files", "org.view"),)
