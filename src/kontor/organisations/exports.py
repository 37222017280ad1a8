"""Handing a table out as a file from within a tenant's door."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from kontor.ui.tables.export import export_response
from kontor.ui.tables.table import Table


def export_of(request: HttpRequest, table: Table[Any]) -> HttpResponse | None:
    """Return the file that `?export=csv` or `?export=xlsx` asks for, None if it asks for none.

    The rows are read here, inside the door's transaction; a stream would be read when the books are closed again.
    """
    match request.GET.get("export"):
        case "csv":
            response = export_response(table, "csv")
        case "xlsx":
            response = export_response(table, "xlsx")
        case _:
            return None
    if isinstance(response, StreamingHttpResponse):
        return HttpResponse(response.getvalue(), headers=dict(response.items()))
    assert isinstance(response, HttpResponse)
    return response
