"""Statement files that came in."""

from __future__ import annotations

from django.db.models import QuerySet

from kontor.banking.models import ImportState, StatementImport
from kontor.core.kept_statements import kept

SHOWN_MAX = 5


def imports() -> QuerySet[StatementImport]:
    """Return all imports with file and person, newest first."""
    return StatementImport.objects.select_related("file", "imported_by").order_by("-id")


def waiting_imports() -> QuerySet[StatementImport]:
    """Return held files for which nobody has brought an answer yet, newest first."""
    taken = StatementImport.objects.filter(state=ImportState.TAKEN).values("file_id")
    return imports().filter(state=ImportState.HELD).exclude(file_id__in=taken)


@kept
def first_waiting_imports() -> QuerySet[StatementImport]:
    """Return the newest few of them, compiled once."""
    return waiting_imports()[:SHOWN_MAX]
