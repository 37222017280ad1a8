"""Contacts as the office uses them in the browser."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kontor.contacts.actions.parties import create_party
from kontor.contacts.models import Party, PaymentTerm
from kontor.contacts.queries import (
    Glance,
    address_of,
    bank_details_of,
    default_term,
    party_by_number,
    register_glance,
    term_for,
)
from kontor.contacts.rules.parties import PartyFacts
from kontor.core.archive import kept_bytes
from kontor.core.tenancy import tenant
from kontor.documents.models import StoredFile
from kontor.organisations.models import Tenant
from tests.builders import a_member, a_tenant

TYPED = {
    "kind": "organisation", "name": "Hofmann Möbelbau GmbH", "country": "DE", "language": "de", "town": "Hannover", "channel": "letter",
    "postcode": "30559", "debtor_number": "+", "iban": "DE89 3704 0044 0532 0130 00", "aliases": "Hofmann; Moebel Hofmann",
}  # fmt: skip


@pytest.fixture
def books(database: None, client: Client) -> Tenant:
    made = a_tenant()
    client.force_login(a_member(made))
    return made


def _url(books: Tenant, path: str = "") -> str:
    return f"/t/{books.code}/contacts/{path}"


def test_a_contact_is_created_with_everything_in_one_form(books: Tenant, client: Client) -> None:
    answer = client.post(_url(books, "new"), TYPED)

    with tenant(books.id):
        party = party_by_number("debtor", "10000")
        assert party is not None
        assert answer["Location"] == _url(books, f"{party.id}/")
        address = address_of(party)
        assert address is not None
        assert (party.aliases, address.town) == (["Hofmann", "Moebel Hofmann"], "Hannover")
        assert [details.iban for details in bank_details_of(party)] == ["DE89370400440532013000"]
    page = client.get(answer["Location"]).content.decode()
    assert "DE89 3704 0044 0532 0130 00" in page
    assert "Kontakt angelegt" in page


def test_a_wrong_iban_keeps_what_was_typed_and_saves_nothing(books: Tenant, client: Client) -> None:
    answer = client.post(_url(books, "new"), TYPED | {"iban": "DE21 2505 0180 0000 4417 04"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#id_iban"' in page
    assert "Hofmann Möbelbau GmbH" in page
    with tenant(books.id):
        assert Party.objects.count() == 0


def test_a_taken_number_stands_at_its_field(books: Tenant, client: Client) -> None:
    client.post(_url(books, "new"), TYPED | {"debtor_number": "10234"})

    answer = client.post(_url(books, "new"), TYPED | {"debtor_number": "10234", "name": "Second"})

    assert answer.status_code == 422
    assert 'href="#id_debtor_number"' in answer.content.decode()
    with tenant(books.id):
        assert Party.objects.count() == 1


def test_changes_made_meanwhile_are_not_overwritten(books: Tenant, client: Client) -> None:
    location = client.post(_url(books, "new"), TYPED)["Location"]
    version = _version(client, location)
    change = {name: value for name, value in TYPED.items() if name not in {"debtor_number", "iban"}}

    first = client.post(location, change | {"version": version, "phone": "0511 1"})
    second = client.post(location, change | {"version": version, "phone": "0511 2"})

    assert (first.status_code, second.status_code) == (302, 409)
    with tenant(books.id):
        assert Party.objects.get().phone == "0511 1"
    page = second.content.decode()
    assert 'value="0511 2"' in page
    assert "inzwischen von jemand anderem geändert" in page

    knowingly = re.search(r'name="version" value="(\d+)"', page)
    assert knowingly is not None
    third = client.post(location, change | {"version": knowingly[1], "phone": "0511 2"})

    assert third.status_code == 302
    with tenant(books.id):
        assert Party.objects.get().phone == "0511 2"


def _version(client: Client, location: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', client.get(location).content.decode())
    assert found
    return found[1]


def test_a_reader_sees_a_contact_but_cannot_change_it(books: Tenant, client: Client) -> None:
    location = client.post(_url(books, "new"), TYPED)["Location"]
    client.force_login(a_member(books, role="reader"))

    page = client.get(location)
    refused = client.post(location, TYPED | {"name": "Taken over"})

    assert page.status_code == 200
    assert refused.status_code == 403
    assert 'form="party"' not in page.content.decode()
    assert client.post(_url(books, "new"), TYPED).status_code == 403
    with tenant(books.id):
        assert Party.objects.get().name == TYPED["name"]


def test_the_list_is_searched_filtered_and_exported(books: Tenant, client: Client) -> None:
    with tenant(books.id):
        create_party(PartyFacts(name="Ärzte ohne Grenzen"), numbers={"debtor": ""}, by=None)
        create_party(PartyFacts(name="=Druckhaus Zürn"), numbers={"creditor": ""}, by=None)

    def page(query: str) -> str:
        return client.get(_url(books, query)).content.decode()

    assert page("").index("Ärzte") < page("").index("Druckhaus")
    assert "Druckhaus" not in page("?q=arzte")
    assert "Ärzte" not in page("?side=creditor")
    assert "Ärzte" not in page("?shown=archived")
    lines = page("?export=csv")
    assert "Ärzte" in lines
    assert "'=Druckhaus" in lines
    assert client.get(_url(books, "?export=xlsx")).status_code == 200
    assert "Ärzte" in client.get(_url(books, "options?q=10000")).content.decode()
    assert "Ärzte" in client.get(f"/t/{books.code}/palette?q=Ärzte").content.decode()


def test_the_list_asks_the_database_no_more_for_many_contacts_than_for_few(books: Tenant, client: Client) -> None:
    client.get(_url(books))
    counts = []
    for many in (1, 30):
        with tenant(books.id):
            for place in range(many):
                create_party(PartyFacts(name=f"Party {many} {place}"), numbers={"debtor": ""}, by=None)
        with CaptureQueriesContext(connection) as queries:
            client.get(_url(books))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_upper_floors_fill_the_glance(books: Tenant, client: Client) -> None:
    def open_amount(party: Party) -> list[Glance]:
        return [Glance("Open", amount=243950, url="/somewhere")] if party.name == "Glanced at" else []

    register_glance(open_amount)
    with tenant(books.id):
        party = create_party(PartyFacts(name="Glanced at"), by=None)

    assert "2.439,50" in client.get(_url(books, f"{party.id}/")).content.decode()


def test_a_contact_goes_into_the_archive_and_comes_back(books: Tenant, client: Client) -> None:
    location = client.post(_url(books, "new"), TYPED)["Location"]

    client.post(f"{location}archive")
    assert f'href="{location}"' not in client.get(_url(books)).content.decode()
    assert f'href="{location}"' in client.get(_url(books, "?shown=archived")).content.decode()
    client.post(f"{location}archive")
    client.post(f"{location}remove-account", {"iban": TYPED["iban"]})
    with tenant(books.id):
        assert not Party.objects.get().is_archived
        assert bank_details_of(Party.objects.get()) == []


def test_a_term_with_discount_becomes_the_default_and_is_agreed(books: Tenant, client: Client) -> None:
    typed = {
        "code": "S", "name": "8 Tage 3 %, 21 Tage 1 %, 30 netto", "net_days": "30", "discount_grace_days": "2", "percent_1": "3,0",
        "days_1": "8", "percent_2": "1", "days_2": "21", "under_fixed": "5,00", "under_percent": "2,5", "is_default": "on",
    }  # fmt: skip
    half = client.post(_url(books, "terms/new"), typed | {"days_2": ""})
    wrong = client.post(_url(books, "terms/new"), typed | {"percent_2": "4"})
    saved = client.post(_url(books, "terms/new"), typed)

    assert (half.status_code, wrong.status_code, saved.status_code) == (422, 422, 302)
    with tenant(books.id):
        term = default_term()
        assert term is not None
        assert (term.code, term.under_fixed, str(term.under_percent)) == ("S", 500, "2.500")
        assert term.discounts == [{"days": 8, "percent": "3.0"}, {"days": 21, "percent": "1"}]
        plain = PaymentTerm.objects.get(code="14")
    page = client.get(_url(books, f"terms/{term.id}/")).content.decode()
    assert 'value="5,00"' in page
    location = client.post(_url(books, "new"), TYPED | {"debtor_term": str(plain.id)})["Location"]
    with tenant(books.id):
        assert term_for(Party.objects.get(), side="debtor") == plain
    assert client.get(location).status_code == client.get(_url(books, "terms/")).status_code == 200


CSV = "Name;Debitor;Ort;IBAN;Farbe\nHofmann;10001;Hannover;DE89370400440532013000;rot\nMüller;;Celle;;\n"


def _upload(client: Client, books: Tenant, content: bytes) -> tuple[int, str]:
    answer = client.post(_url(books, "import"), {"file": SimpleUploadedFile("kontakte.csv", content)})
    return answer.status_code, answer.content.decode()


def test_contacts_are_taken_over_only_after_the_preview(books: Tenant, client: Client) -> None:
    status, preview = _upload(client, books, CSV.encode("cp1252"))
    with tenant(books.id):
        assert Party.objects.count() == 0
        file = StoredFile.objects.get(owner_type="contacts.import")
        assert kept_bytes(file.id) == CSV.encode("cp1252")
    token = re.search(r'name="token" value="([^"]+)"', preview)
    assert token
    assert status == 200
    assert "Farbe" in preview

    forged = client.post(_url(books, "import/confirm"), {"token": token[1] + "x"})
    done = client.post(_url(books, "import/confirm"), {"token": token[1]})
    again = client.post(_url(books, "import/confirm"), {"token": token[1]})

    assert (forged["Location"], done["Location"]) == (_url(books, "import"), _url(books))
    assert again.status_code == 422
    with tenant(books.id):
        assert set(Party.objects.values_list("name", flat=True)) == {"Hofmann", "Müller"}


def test_one_bad_row_refuses_all_and_every_bad_row_is_named(books: Tenant, client: Client) -> None:
    status, page = _upload(client, books, (CSV + ";10002;;;\nA;10001;;;\nB;;;DE00;\n").encode())

    assert status == 422
    for line in ("4", "5", "6"):
        assert re.search(rf"(Zeile|Line) {line}:", page)
    assert 'form="confirm"' not in page


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"Ort;Land\nA;B\n", b"\n\n"])
def test_a_file_that_is_no_list_of_contacts_is_refused_at_its_field(
    books: Tenant, client: Client, content: bytes
) -> None:
    status, page = _upload(client, books, content)

    assert status == 422
    assert 'href="#id_file"' in page


def test_invoices_by_mail_need_an_address_and_nothing_typed_is_lost(books: Tenant, client: Client) -> None:
    answer = client.post(_url(books, "new"), TYPED | {"channel": "email"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#id_email"' in page
    assert 'value="Hofmann Möbelbau GmbH"' in page
    with tenant(books.id):
        assert Party.objects.count() == 0


def test_the_way_of_sending_is_kept_and_shown_again(books: Tenant, client: Client) -> None:
    location = client.post(_url(books, "new"), TYPED | {"channel": "e_invoice", "email": "rechnung@example.org"})[
        "Location"
    ]

    with tenant(books.id):
        assert Party.objects.get().channel == "e_invoice"
    assert client.get(location).context["form"]["channel"].value() == "e_invoice"


@pytest.mark.parametrize(("email", "channel"), [("rechnung@example.org", "email"), ("", "letter")])
def test_a_contact_of_whom_nobody_said_it_is_proposed_what_is_possible(
    books: Tenant, client: Client, email: str, channel: str
) -> None:
    with tenant(books.id):
        party = create_party(PartyFacts(name="Aus einer Liste", email=email), by=None)

    assert client.get(_url(books, f"{party.id}/")).context["form"]["channel"].value() == channel
