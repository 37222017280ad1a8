"""The desk without scripts: what is typed comes along everywhere, many receipts at once say why not, proposals say why."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from kontor.ledger.models.accounts import Account
from kontor.ledger.models.mappings import AccountMapping
from kontor.openitems.models import OpenItem
from kontor.receipts.actions.advancing import pay_out_advance, request_advance
from kontor.receipts.actions.booking import book, cancel
from kontor.receipts.actions.indexing import index_document
from kontor.receipts.actions.processing import ProcessedPart, ask_back, categorise, reject, save
from kontor.receipts.actions.submitting import write
from kontor.receipts.models import Attachment, IncomingLine, PrivateNote
from kontor.receipts.queries.archive import found_in
from kontor.receipts.queries.documents import documents
from tests.builders import NOW, a_member

from .desk_books import browser, handed_in, stored, typed, url
from .office import DAY, Office, an_office

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def office() -> Office:
    return an_office()


def value_of(page: str, name: str) -> str:
    """Return what stands in an input."""
    found = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
    value = re.search(r'value="([^"]*)"', found[0]) if found else None
    return value[1] if value else ""


def test_the_list_keeps_its_own_filter_and_takes_nothing_from_the_form(office: Office) -> None:
    document_id = handed_in(office)
    client = browser(office.clerk)
    form = typed(office, document_id) | {"list": "?tab=progress&assigned=nobody&q=Leim"}

    answer = client.post(url(office, "desk_save", document_id=document_id), form)

    assert answer.headers["Location"] == url(office, "inbox") + f"?tab=progress&q=Leim&assigned=nobody&r={document_id}"


@pytest.mark.parametrize(
    ("act", "field", "words"), [("desk_note", "note", "Beleg liegt im Ordner"), ("desk_message", "message", "Danke")]
)
def test_a_note_and_a_message_show_the_form_as_it_was_typed(office: Office, act: str, field: str, words: str) -> None:
    document_id = handed_in(office)
    form = typed(office, document_id, purpose="Noch nicht gespeichert") | {field: words, "reason": "halber Grund"}
    client = browser(office.clerk)

    answers = [client.post(url(office, act, document_id=document_id), form) for _ in range(2)]

    page = answers[0].content.decode()
    assert answers[0].status_code == 200
    assert value_of(page, "purpose") == "Noch nicht gespeichert"
    assert value_of(page, field) == ""
    assert "halber Grund" in page
    assert words in page
    assert "data-unsaved" in page
    assert answers[0].headers["HX-Replace-Url"].endswith(f"r={document_id}")
    assert stored(office, document_id).purpose == "Zwingen und Leim"
    last = client.get(url(office, "inbox") + f"?tab=all&r={document_id}").content.decode()
    assert last.count(f"</small>{words}") == 1


def test_asking_and_rejecting_save_what_was_typed_and_a_mistake_stops_both(office: Office) -> None:
    asked, turned_down = handed_in(office), handed_in(office, 50_00)
    client = browser(office.clerk)

    wrong = client.post(
        url(office, "desk_ask", document_id=asked), typed(office, asked, gross="abc") | {"question": "Wofür?"}
    )
    assert wrong.status_code == 422
    assert value_of(wrong.content.decode(), "gross") == "abc"
    assert "Wofür?" in wrong.content.decode()
    assert stored(office, asked).state == "in_progress"

    client.post(
        url(office, "desk_ask", document_id=asked), typed(office, asked, purpose="Leim") | {"question": "Wofür?"}
    )
    client.post(
        url(office, "desk_reject", document_id=turned_down),
        typed(office, turned_down, document_number="R 7") | {"reason": "Privat", "note": "Schon das dritte Mal"},
    )

    assert (stored(office, asked).state, stored(office, asked).purpose) == ("query", "Leim")
    rejected = stored(office, turned_down)
    assert (rejected.state, rejected.document_number, rejected.reject_reason) == ("rejected", "R 7", "Privat")
    with office.open():
        assert PrivateNote.objects.get(document_id=turned_down).text == "Schon das dritte Mal"


def test_a_message_that_was_not_sent_holds_the_booking_back(office: Office) -> None:
    document_id = handed_in(office)
    client = browser(office.clerk)

    refused = client.post(
        url(office, "desk_book", document_id=document_id), typed(office, document_id) | {"message": "Fast fertig"}
    )

    assert refused.status_code == 422
    assert value_of(refused.content.decode(), "message") == "Fast fertig"
    assert stored(office, document_id).state == "in_progress"


def test_many_receipts_say_of_each_one_why_it_stayed(office: Office) -> None:
    ready, bare, card, done = handed_in(office), handed_in(office, 50_00, is_complete=False), handed_in(
        office, 20_00, variant="organisation"
    ), handed_in(office, 30_00)  # fmt: skip
    with office.open():
        for document_id in (card, done, ready):
            book(document_id, at=NOW, by=office.clerk)
    client = browser(office.clerk)

    client.post(url(office, "book_many"), {"ids": [bare, done], "tab": "all"})
    page = client.get(url(office, "inbox") + "?tab=all").content.decode()
    listed = page[page.index("k-why") :]
    assert "2 Belege blieben unverändert" in page
    assert "ist noch nicht vollständig" in listed
    assert listed.count("<li>") >= 2

    answer = client.post(url(office, "to_payment"), {"ids": [ready, card, bare], "tab": "all"})
    assert "/payments/" in answer.headers["Location"]
    page = client.get(url(office, "inbox") + "?tab=all").content.decode()
    assert "1 Beleg auf die Liste gesetzt" in page
    assert "Dafür ist nichts mehr zu zahlen." in page
    assert "ist noch nicht gebucht" in page
    again = client.post(url(office, "to_payment"), {"ids": [ready], "tab": "all"}, follow=True).content.decode()
    assert "Steht schon auf einer Zahlungsliste." in again


def booked_to(office: Office, number: str, *, cost_type: bool = True) -> None:
    """Book a receipt of Baumarkt Lindner to an account."""
    document_id = handed_in(office, is_complete=False)
    with office.open():
        part = ProcessedPart(
            gross=119_00, account_id=Account.objects.get(number=number).id, tax_code="purchase-standard",
            cost_type_id=office.cost_type.id if cost_type else None,
        )  # fmt: skip
        save(document_id, {}, parts=[part], version=None, keep=False, at=NOW, by=office.clerk)
        book(document_id, at=NOW, by=office.clerk)


def test_the_account_is_proposed_by_the_suppliers_history_and_says_so(office: Office) -> None:
    for number in ("4930", "4980", "4980", "4980", "4980"):
        booked_to(office, number)
    document_id = handed_in(office, is_complete=False)
    client = browser(office.clerk)

    with office.open():
        line = IncomingLine.objects.select_related("account").get(document_id=document_id)
        assert line.account is not None
        assert (line.account.number, line.tax_code) == ("4980", "purchase-standard")
    page = client.get(url(office, "inbox") + f"?tab=all&r={document_id}").content.decode()
    assert "wie 4 der letzten 5 bei Baumarkt Lindner" in page


def test_another_account_stays_as_chosen_and_the_usual_one_is_one_click_away(office: Office) -> None:
    booked_to(office, "4980")
    booked_to(office, "4980")
    document_id = handed_in(office, is_complete=False)
    with office.open():
        part = ProcessedPart(
            gross=119_00, account_id=Account.objects.get(number="4930").id, cost_type_id=office.cost_type.id
        )
        save(document_id, {}, parts=[part], version=None, keep=False, at=NOW, by=office.clerk)
    client = browser(office.clerk)

    page = client.get(url(office, "inbox") + f"?tab=all&r={document_id}").content.decode()
    assert value_of(page, "part0-account") == "4930"
    assert "wie 2 der letzten 2 bei Baumarkt Lindner" in page
    taken = client.post(
        url(office, "desk_save", document_id=document_id),
        typed(office, document_id, **{"part0-account": "4930", "part0-cost_type": str(office.cost_type.id)})
        | {"use": "0:4980", "use-0": "purchase-standard|"},
    ).content.decode()

    assert value_of(taken, "part0-account") == "4980"
    with office.open():
        line = IncomingLine.objects.select_related("account").get(document_id=document_id)
        assert line.account is not None
        assert line.account.number == "4930"


def test_a_mapping_made_after_handing_in_fills_what_is_empty_and_the_preview_follows(office: Office) -> None:
    document_id = handed_in(office, is_complete=False)
    with office.open():
        assert IncomingLine.objects.get(document_id=document_id).account_id is None
        AccountMapping.objects.create(
            cost_type_id=office.cost_type.id, account=Account.objects.get(number="4980"), tax_code="purchase-standard"
        )

    page = browser(office.clerk).get(url(office, "inbox") + f"?tab=all&r={document_id}").content.decode()

    assert value_of(page, "part0-account") == "4980"
    assert "wie bei der Art der Ausgabe hinterlegt" in page
    assert "<td>1576</td>" in page[page.index('id="outcome"') :]
    with office.open():
        assert IncomingLine.objects.get(document_id=document_id).account_id is None


def test_the_rest_of_an_advance_is_a_line_of_its_own_and_is_recorded_there(office: Office) -> None:
    with office.open():
        asked = request_advance(
            user_id=office.volunteer.id, amount=200_00, currency="EUR", purpose="Freizeit", at=NOW, by=office.clerk
        )
        advance = pay_out_advance(asked.id, office.bank_id, day=DAY, at=NOW, by=office.clerk)
    document_id = handed_in(
        office, 150_00, variant="advance", advance_id=advance.id, repayment_route_id=office.repayment.id
    )
    with office.open():
        book(document_id, at=NOW, by=office.clerk)
    boss = browser(office.clerk)
    place = url(office, "inbox") + f"?tab=all&r={document_id}"
    page = boss.get(place).content.decode()
    assert "Rest des Vorschusses" in page
    assert url_of_item(office, advance.item_id or 0) in page
    stranger = browser(a_member(office.tenant, role="treasurer"))
    assert stranger.post(url(office, "desk_advance_repaid", advance_id=advance.id), {}).status_code == 403

    wrong = {"money_account": office.bank_id, "day": "12.03.2026", "amount": "60,00", "receipt": document_id}
    boss.post(url(office, "desk_advance_repaid", advance_id=advance.id), wrong)
    assert "nur noch" in boss.get(place).content.decode()
    boss.post(url(office, "desk_advance_repaid", advance_id=advance.id), wrong | {"amount": "50,00"})

    with office.open():
        assert OpenItem.objects.get(id=advance.item_id or 0).amount_open == 0
    mine = browser(office.volunteer).get(url(office, "own", document_id=document_id)).content.decode()
    assert "Zurückgezahlt" in mine


def url_of_item(office: Office, item_id: int) -> str:
    return reverse("openitems:item", kwargs={"tenant": office.tenant.code, "item_id": item_id})


@pytest.mark.parametrize(
    "words",
    ["10.03.2026", "2026-03-10", "119.00", "119,00", "DE02 1203 0000", "Überweisung", "mira okonkwo", "beleg.txt"],
)
def test_the_archive_finds_days_amounts_and_accounts_as_people_write_them(office: Office, words: str) -> None:
    document_id = handed_in(office)

    assert document_id in found(office, words)


def test_the_archive_knows_what_was_said_and_decided_at_once(office: Office) -> None:
    turned_down, cancelled, talked = handed_in(office), handed_in(office, 50_00), handed_in(office, 60_00)
    with office.open():
        reject(turned_down, "Unleserlich wie Sanskrit", at=NOW, by=office.clerk)
        cancel(cancelled, "Dublette aus Wietzendorf", day=DAY, at=NOW, by=office.clerk)
        categorise(talked, ["Osterfreizeit"], by=office.clerk)
        ask_back(talked, "Wozu die Schraubzwingen?", at=NOW, by=office.clerk)
    with office.open(by=office.volunteer):
        write(talked, "Für das Drachenboot", at=NOW, by=office.volunteer)

    assert found(office, "Sanskrit") == [turned_down]
    assert found(office, "Wietzendorf") == [cancelled]
    for words in ("Schraubzwingen", "Drachenboot", "Osterfreizeit"):
        assert found(office, words) == [talked], words
    with office.open():
        categorise(talked, [], by=office.clerk)
    assert found(office, "Osterfreizeit") == []


def found(office: Office, words: str) -> list[int]:
    with office.open():
        return sorted(found_in(documents(), words).values_list("id", flat=True))


def test_pages_are_turned_only_by_who_processes_and_only_of_this_receipt(office: Office) -> None:
    document_id, other = handed_in(office), handed_in(office, 50_00)
    with office.open():
        file_id = Attachment.objects.get(document_id=other).file_id
        index_document(document_id)
    path = url(office, "desk_turn", document_id=document_id)

    assert browser(a_member(office.tenant, role="reader")).post(path, {"page": f"{file_id}-1"}).status_code == 403
    for page in (f"{file_id}-1", "", "1-", "x-1", "9" * 30 + "-1"):
        assert browser(office.clerk).post(path, {"page": page}).status_code == 404, page
