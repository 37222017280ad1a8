"""Lines of the log: readable by machines, without anything about people."""

from __future__ import annotations

import io
import json
import logging
import logging.config

import pytest
from django.db import connection
from django.test import Client

from kontor.core.models import AuditLink
from kontor.core.tenancy import tenant
from kontor.site.logs import logging_settings
from tests.builders import a_member, a_party, a_tenant


def _line(record: logging.LogRecord) -> dict[str, object]:
    """Format a record as the log's handler does."""
    made = logging_settings(style="json")["formatters"]["kontor"]
    formatter = made["()"](foreign_pre_chain=made["foreign_pre_chain"], processors=made["processors"])
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    handler.emit(record)
    line: dict[str, object] = json.loads(stream.getvalue())
    return line


def test_a_request_is_one_line_with_its_page_and_without_the_person(
    database: None, caplog: pytest.LogCaptureFixture
) -> None:
    books = a_tenant()
    person = a_member(books)
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(person)
    caplog.set_level(logging.INFO, logger="kontor.requests")

    answer = client.get(f"/t/{books.code}/contacts/?q=Geheim")

    (record,) = [one for one in caplog.records if one.name == "kontor.requests"]
    line = _line(record)
    assert {"event": "request", "method": "GET", "status": 200, "tenant": books.id}.items() <= line.items()
    assert str(line["route"]).startswith("t/<slug:tenant>/contacts/")
    assert isinstance(line["ms"], float)
    assert "Geheim" not in json.dumps(line)
    assert person.email not in json.dumps(line)
    assert len(answer.headers["X-Request-Id"]) == 32


def test_an_id_that_a_stranger_sends_is_not_believed(database: None) -> None:
    answer = Client(HTTP_HOST="127.0.0.1").get("/accounts/login/", headers={"X-Request-Id": "made-up-by-me"})

    assert answer.headers["X-Request-Id"] != "made-up-by-me"


def test_a_fault_is_a_line_with_its_traceback() -> None:
    try:
        raise ZeroDivisionError("x")
    except ZeroDivisionError as fault:
        record = logging.LogRecord("kontor", logging.ERROR, "f", 1, "broken", (), (type(fault), fault, None))

    line = _line(record)

    assert (line["event"], line["level"]) == ("broken", "error")
    assert "ZeroDivisionError" in str(line["exception"])


def test_a_line_never_holds_a_request_or_a_statement() -> None:
    record = logging.LogRecord("django.request", logging.ERROR, "f", 1, "x", (), None)
    record.request, record.sql, record.params = object(), "SELECT 'Sabine'", ["Sabine"]

    assert "Sabine" not in json.dumps(_line(record))


def test_the_record_of_the_books_names_the_request(database: None) -> None:
    books = a_tenant()
    with tenant(books.id, request_id="a-request"):
        a_party()
    with tenant(books.id), connection.cursor():
        assert AuditLink.objects.filter(request_id="a-request").exists()
