"""The pages of open items, as people with and without rights see them."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models import Sum
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kontor.core.models import Job
from kontor.core.tenancy import tenant
from kontor.openitems.actions.allocating import allocate
from kontor.openitems.actions.undoing import cancel_entry
from kontor.openitems.models import Allocation, OpenItem
from kontor.openitems.queries.items import due_spans, figures_of_list, in_list
from kontor.openitems.rules.steps import Share
from kontor.openitems.tests.test_importing import GOOD, HEAD
from tests.builders import NOW, a_bank_line, a_member, an_invoice

from .office import DAY, Office, an_office, assert_books_hold


@pytest.fixture
def office(database: None) -> Office:
    return an_office()


@pytest.fixture
def client(office: Office) -> Client:
    visitor = Client()
    visitor.force_login(office.clerk)
    return visitor


def path(office: Office, tail: str = "") -> str:
    return f"/t/{office.tenant.code}/items/{tail}"


def test_the_list_shows_items_ages_and_tabs(office: Office, client: Client) -> None:
    with office.open():
        an_invoice(party_id=office.party_id, number="RE-LISTE-1", on=DAY)
        an_invoice(-1_19_00, party_id=office.party_id, number="GS-LISTE-1", on=DAY)

    page = client.get(path(office)).content.decode()
    shown = client.get(path(office) + "?state=credit").content.decode()

    assert "RE-LISTE-1" in page
    assert "1.190,00" in page
    assert "GS-LISTE-1" not in page
    assert "GS-LISTE-1" in shown


def test_figures_around_the_list_are_those_of_its_rows(office: Office) -> None:
    with office.open():
        for days in (-5, 0, 1, 30, 31, 60, 61, 90, 91, 400):
            an_invoice(party_id=office.party_id, number=f"RE-{days}", on=DAY - timedelta(days=days))
        an_invoice(-1_19_00, party_id=office.party_id, number="GS-1", on=DAY)
        found = figures_of_list("receivable", on=DAY)
        rows = {
            state: list(in_list("receivable", state, on=DAY if state == "overdue" else None)) for state in found.counts
        }
        due = [
            [row.amount_open for row in rows["open"] if (first is None or row.due_date >= first) and (last is None or row.due_date <= last)]
            for first, last in due_spans(DAY)
        ]  # fmt: skip
        claims = OpenItem.objects.filter(id__in=[row.id for row in rows["open"]])
        sums = claims.aggregate(amount=Sum("amount_base"), amount_open=Sum("base_open"))

    assert found.counts == {state: len(listed) for state, listed in rows.items()}
    assert [(age.count, age.amount) for age in found.ages] == [(len(amounts), sum(amounts)) for amounts in due]
    assert {"amount": found.amount, "amount_open": found.amount_open} == sums


def test_the_list_asks_no_more_for_many_items_than_for_few(office: Office, client: Client) -> None:
    with office.open():
        an_invoice(party_id=office.party_id, on=DAY)
    client.get(path(office))
    with CaptureQueriesContext(connection) as few:
        client.get(path(office))
    with office.open():
        for _ in range(20):
            an_invoice(party_id=office.party_id, on=DAY)
    with CaptureQueriesContext(connection) as many:
        client.get(path(office))

    assert len(many) == len(few)


def test_an_item_shows_its_allocations_and_one_can_be_taken_back(office: Office, client: Client) -> None:
    with office.open():
        item_id = an_invoice(party_id=office.party_id, on=DAY)
        line_id = a_bank_line(1_190_00, account_id=office.bank_id, day=DAY)
        done = allocate(line_id, [Share(item_id=item_id, cash=1_190_00)], at=NOW, by=office.clerk)

    assert "Nordlicht Verlag" in client.get(path(office, f"{item_id}/")).content.decode()
    answer = client.post(path(office, f"{item_id}/take-back/{done.allocation_ids[0]}"), {"day": "2026-04-02"})

    assert answer.status_code == 302
    with office.open():
        assert OpenItem.objects.get(id=item_id).amount_open == 119000
        assert_books_hold()


def test_an_item_entered_by_hand_is_posted_with_its_tax(office: Office, client: Client) -> None:
    form = {
        "kind": "receivable", "origin": "invoice", "party": str(office.party_id), "document_number": "RE-HAND-1",
        "document_date": "10.03.2026", "due_date": "+30", "currency": "EUR", "reference": "", "text": "Druck",
        "line0-account": "8400", "line0-tax_code": "sale-standard", "line0-amount": "1.000,00", "line0-text": "",
    }  # fmt: skip

    refused = client.post(path(office, "new"), form | {"line0-account": "4711x"})
    answer = client.post(path(office, "new"), form)

    assert refused.status_code == 422
    assert "RE-HAND-1" in refused.content.decode()
    assert answer.status_code == 302
    with office.open():
        item = OpenItem.objects.get(document_number="RE-HAND-1")
        assert (item.amount, item.tax_split[0]["tax"]) == (119000, 19000)
        assert_books_hold()


def test_terms_change_and_the_record_says_so(office: Office, client: Client) -> None:
    with office.open():
        item_id = an_invoice(party_id=office.party_id, on=DAY)

    answer = client.post(
        path(office, f"{item_id}/terms"), {"due_date": "31.12.2026", "text": "neu", "dunning_block": "on"}
    )

    assert answer.status_code == 302
    assert "31.12.2026" in client.get(path(office, f"{item_id}/")).content.decode()
    with office.open():
        assert OpenItem.objects.get(id=item_id).due_date == date(2026, 12, 31)


def test_chosen_items_are_written_off_after_a_question(office: Office, client: Client) -> None:
    with office.open():
        item_id = an_invoice(party_id=office.party_id, on=DAY)

    asked = client.post(path(office, "write-off?kind=receivable"), {"ids": [item_id]})
    form = {"ids": [item_id], "confirmed": "1", "text": "uneinbringlich", "day": "02.04.2026", "account": ""}
    answer = client.post(path(office, "write-off?kind=receivable"), form)

    assert asked.status_code == 200
    assert answer.status_code == 302
    with office.open():
        assert OpenItem.objects.get(id=item_id).amount_open == 0
        assert_books_hold()


def test_a_file_is_shown_before_the_worker_gets_it(office: Office, client: Client) -> None:
    good = SimpleUploadedFile("items.csv", f"{HEAD}\n{GOOD}\n".encode())
    bad = SimpleUploadedFile("items.csv", f"{HEAD}\n{GOOD.replace('receivable', 'x')}\n".encode())

    refused = client.post(path(office, "import"), {"file": bad})
    shown = client.post(path(office, "import"), {"file": good})
    assert shown.status_code == 200, re.findall("k-errsum.*?</section>", shown.content.decode(), re.DOTALL)
    token = re.findall('name="token" value="([^"]+)"', shown.content.decode())[0]
    answer = client.post(path(office, "import/confirm"), {"token": token})

    assert (refused.status_code, shown.status_code, answer.status_code) == (422, 200, 302)
    with office.open():
        assert Job.objects.get().kind == "openitems.import"


def test_a_contact_has_a_page_of_all_that_is_open(office: Office, client: Client) -> None:
    with office.open():
        an_invoice(party_id=office.party_id, number="RE-PARTEI-1", on=DAY)

    assert "RE-PARTEI-1" in client.get(path(office, f"party/{office.party_id}/")).content.decode()


def test_a_reader_sees_and_may_not_write(office: Office) -> None:
    reader = a_member(office.tenant, role="reader")
    visitor = Client()
    visitor.force_login(reader)
    with tenant(office.tenant.id):
        item_id = an_invoice(party_id=office.party_id, on=DAY)

    assert visitor.get(path(office)).status_code == 200
    assert visitor.get(path(office, "new")).status_code == 403
    assert visitor.post(path(office, f"{item_id}/write-off"), {"day": "02.04.2026", "text": "x"}).status_code == 403
    assert visitor.post(path(office, f"{item_id}/cancel"), {"day": "02.04.2026"}).status_code == 403


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_file_of_all_items_is_read_in_one_go_however_many_there_are(
    office: Office, client: Client, kind: str
) -> None:
    with office.open():
        an_invoice(party_id=office.party_id, number="RE-DATEI-1", on=DAY)
    client.get(path(office) + f"?export={kind}")
    with CaptureQueriesContext(connection) as few:
        client.get(path(office) + f"?export={kind}")
    with office.open():
        for number in range(60):
            an_invoice(party_id=office.party_id, number=f"RE-DATEI-{number + 2}", on=DAY)
    with CaptureQueriesContext(connection) as many:
        file = client.get(path(office) + f"?export={kind}&rows=25")

    assert len(many) == len(few)
    if kind == "csv":
        lines = file.content.decode("utf-8-sig").splitlines()
        assert len(lines) == 62
        assert sum("RE-DATEI-" in line for line in lines) == 61


def test_every_page_of_the_list_asks_equally_often(office: Office, client: Client) -> None:
    with office.open():
        for _ in range(60):
            an_invoice(party_id=office.party_id, on=DAY)
    client.get(path(office))
    counts = []
    for number in (1, 2, 3):
        with CaptureQueriesContext(connection) as asked:
            page = client.get(path(office) + f"?rows=25&p={number}").content.decode()
        counts.append(len(asked))
        assert page.count("<tr data-row>") == (10 if number == 3 else 25)

    assert len(set(counts)) == 1


def test_a_contact_shows_how_it_pays_and_when_it_last_did(office: Office, client: Client) -> None:
    def paid(days: int, amount: int) -> None:
        day = DAY + timedelta(days)
        item_id = an_invoice(amount, party_id=office.party_id, on=DAY)
        line = a_bank_line(amount, account_id=office.bank_id, day=day)
        allocate(line, [Share(item_id=item_id, cash=amount)], at=NOW, by=office.clerk)

    address = f"/t/{office.tenant.code}/contacts/{office.party_id}/"
    with office.open():
        paid(10, 119_00)
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    with office.open():
        for days in (20, 30):
            paid(days, 119_00)
        paid(60, 238_00)
        last = Allocation.objects.latest("id")
        cancel_entry(last.entry_id, day=DAY + timedelta(60), at=NOW, by=office.clerk)
    with CaptureQueriesContext(connection) as many:
        page = client.get(address).content.decode()

    assert "im Mittel 20 Tagen" in page
    assert "09.04.2026 · 119,00" in page
    assert len(many) <= len(few)
