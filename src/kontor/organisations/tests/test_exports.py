"""Files of whole lists: right to the last row, without holding them in memory."""

from __future__ import annotations

import tracemalloc
import zipfile
from io import BytesIO

import pytest
from django.db import connection
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client

from kontor.core.tenancy import tenant
from kontor.organisations.models import Tenant
from kontor.ui.tables import export
from tests.builders import a_member, a_tenant

# The server hands 2,000 rows over at a time; from two such pieces on, nothing more may be held.
MANY, FEW = 12_000, 5_000
WORDS = "Nordlichtverlagsgesellschaft mit beschränkter Haftung & Co. "


def _books(count: int) -> Tenant:
    books = a_tenant()
    with tenant(books.id), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO contacts_party (tenant_id, kind, name, sort_name, aliases, email, phone, contact_person, vat_number, "
            "language, note, is_archived) SELECT app_tenant(), 'organisation', 'Nr. ' || n || ' ' || %s, n::text, '[]', '', '', "
            "'', '', 'de', '', false FROM generate_series(1, %s) n",
            [WORDS * 2, count],
        )
    return books


def _sent(books: Tenant, kind: str) -> tuple[HttpResponseBase, int]:
    """Return the answer, and how many bytes were in use at the most while it was made."""
    client = Client()
    client.force_login(a_member(books))
    client.get(f"/t/{books.code}/contacts/")
    tracemalloc.start()
    try:
        answer = client.get(f"/t/{books.code}/contacts/?export={kind}")
        return answer, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def _lines(content: bytes, kind: str) -> int:
    if kind == "csv":
        return content.decode("utf-8-sig").count("\r\n")
    return zipfile.ZipFile(BytesIO(content)).read("xl/worksheets/sheet1.xml").count(b"<row ")


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_memory_stays_flat_however_many_rows_there_are(
    database: None, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(export, "SPOOL_BYTES_MAX", 100_000)
    _sent(_books(2), kind)
    small, low = _sent(_books(FEW), kind)
    large, high = _sent(_books(MANY), kind)

    assert isinstance(small, FileResponse)
    assert isinstance(large, FileResponse)
    content = large.getvalue()
    assert _lines(small.getvalue(), kind) == FEW + 1
    assert _lines(content, kind) == MANY + 1
    assert high < low * 1.1  # less than 30 bytes for each further row


def test_a_small_file_is_sent_whole_with_its_name_and_kind(database: None) -> None:
    books = _books(2)

    csv, _peak = _sent(books, "csv")
    xlsx, _peak = _sent(books, "xlsx")

    assert isinstance(csv, HttpResponse)
    assert isinstance(xlsx, HttpResponse)
    assert _lines(csv.content, "csv") == _lines(xlsx.content, "xlsx") == 3
    assert csv["Content-Disposition"] == 'attachment; filename="kontakte.csv"'
    assert csv["Content-Type"] == "text/csv; charset=utf-8"
    assert xlsx["Content-Type"].endswith("spreadsheetml.sheet")
