"""Handing a table out as a file from within a tenant's door."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse

from kontor.ui.tables.export import export_response
from kontor.ui.tables.table import Table


def export_of(request: HttpRequest, table: Table[Any]) -> HttpResponse | FileResponse | None:
    """Return the file that `?export=csv` or `?export=xlsx` asks for, None if it asks for none.

    The rows are read here, inside the door's transaction.
    """
    match request.GET.get("export"):
        case "csv":
            return export_response(table, "csv")
        case "xlsx":
            return export_response(table, "xlsx")
        case _:
            return None
