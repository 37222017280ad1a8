"""What the desk asks, refuses and points out before money leaves or a receipt is booked."""

from __future__ import annotations

import pytest
from django.test import Client

from kontor.openitems.models import OpenItem
from kontor.receipts.actions.advancing import request_advance
from kontor.receipts.actions.mailboxes import MailboxFacts, save_mailbox
from kontor.receipts.actions.processing import take
from kontor.receipts.models import Advance, Attachment, IncomingDocument, IntakeMessage
from kontor.receipts.rules.completeness import differing
from kontor.receipts.tasks import keep_all
from kontor.receipts.transports.letters import read_letter
from tests.builders import NOW, a_member

from .desk_books import browser, handed_in, stored, typed, url
from .letters import PDF, a_letter
from .office import DAY, Office, an_office

pytestmark = pytest.mark.usefixtures("database")
PASSWORD = "korrekt-pferd-batterie"


@pytest.fixture
def office() -> Office:
    return an_office()


def unproved(office: Office) -> Client:
    """Return a browser of the bookkeeper, who has a password and has not proved it lately."""
    office.clerk.set_password(PASSWORD)
    office.clerk.save(update_fields=["password"])
    return browser(office.clerk)


def prove(client: Client, *, on_the_way_to: str) -> None:
    answer = client.post(f"/accounts/reauthenticate/?next={on_the_way_to}", {"password": PASSWORD})
    assert answer.status_code == 302


def read_as(office: Office, document_id: int, *, amount: int = 119_00, day: str = "2026-03-10") -> None:
    """Let something have been read from the receipt's picture."""
    with office.open():
        read = {"amount": {"value": amount, "origin": "ocr"}, "date": {"value": day, "origin": "ocr"}}
        IncomingDocument.objects.filter(id=document_id).update(proposals=read)


def tip(office: Office, document_id: int) -> str:
    """Return what stands below the receipt's amount in the list."""
    page = browser(office.clerk).get(url(office, "inbox") + f"?tab=all&r={document_id}").content.decode()
    row = page.partition(f'id="rc-{document_id}"')[2].partition("</li>")[0]
    return row.partition('class="k-tip')[2]


def test_a_receipt_is_set_paid_only_after_a_fresh_sign_in(office: Office) -> None:
    document_id = handed_in(office)
    browser(office.clerk).post(url(office, "book_many"), {"ids": [document_id]})
    client, path = unproved(office), url(office, "desk_paid", document_id=document_id)

    asked = client.post(path, {"money_account": office.bank_id, "day": "12.03.2026"})

    assert "/accounts/reauthenticate/" in asked["Location"]
    with office.open():
        assert OpenItem.objects.get().amount_open == 119_00
    prove(client, on_the_way_to=path)
    with office.open():
        assert OpenItem.objects.get().amount_open == 0


def test_an_advance_is_paid_out_only_after_a_fresh_sign_in(office: Office) -> None:
    with office.open():
        advance = request_advance(
            user_id=office.volunteer.id, amount=200_00, currency="EUR", purpose="Freizeit", at=NOW, by=office.clerk
        )
    client, path = unproved(office), url(office, "desk_advance_pay", advance_id=advance.id)

    asked = client.post(path, {"money_account": office.bank_id, "day": "12.03.2026"})

    assert "/accounts/reauthenticate/" in asked["Location"]
    with office.open():
        assert Advance.objects.get().item_id is None
    prove(client, on_the_way_to=path)
    with office.open():
        assert Advance.objects.get().item_id is not None


@pytest.mark.parametrize("is_by_script", [False, True])
def test_nobody_turns_the_pages_of_a_receipt_that_another_one_keeps(office: Office, *, is_by_script: bool) -> None:
    document_id = handed_in(office)
    with office.open():
        take(document_id, at=NOW, by=office.clerk)
        file_id = Attachment.objects.get(document_id=document_id).file_id
    other = browser(a_member(office.tenant, name="Jonas Lenz"))

    answer = other.post(
        url(office, "desk_turn", document_id=document_id), {"page": f"{file_id}-1", "tab": "all"},
        headers={"HX-Request": "true"} if is_by_script else {}, follow=True,
    )  # fmt: skip

    assert "Sabine Brandt" in answer.content.decode()
    assert answer.status_code == (409 if is_by_script else 200)


def test_the_form_comes_again_as_typed_when_a_page_may_not_be_turned(office: Office) -> None:
    document_id = handed_in(office)
    posted = typed(office, document_id, purpose="Von Jonas getippt")
    with office.open():
        take(document_id, at=NOW, by=office.clerk)
    other = browser(a_member(office.tenant, name="Jonas Lenz"))

    answer = other.post(url(office, "desk_turn", document_id=document_id), posted | {"page": "1-1"})

    assert answer.status_code == 422
    assert "Sabine Brandt" in answer.content.decode()
    assert "Von Jonas getippt" in answer.content.decode()


@pytest.mark.parametrize(
    ("amount", "day", "words"),
    [
        (119_00, "2026-03-10", "buchungsreif"),
        (118_00, "2026-03-10", "Betrag weicht ab"),
        (119_00, "2026-03-11", "Datum weicht ab"),
        (118_00, "2026-03-11", "Betrag und Datum weichen ab"),
    ],
)
def test_the_list_says_what_differs_from_what_was_read(office: Office, amount: int, day: str, words: str) -> None:
    document_id = handed_in(office)
    read_as(office, document_id, amount=amount, day=day)

    told = tip(office, document_id)

    assert words in told
    assert ("is-warn" in told, "i-triangle-alert" in told) == (words != "buchungsreif", words != "buchungsreif")


def test_many_are_booked_at_once_only_as_they_were_read_and_one_by_one_as_typed(office: Office) -> None:
    alike, otherwise = handed_in(office), handed_in(office)
    read_as(office, alike)
    read_as(office, otherwise, amount=11_90)
    client = browser(office.clerk)

    page = client.post(url(office, "book_many"), {"ids": [alike, otherwise], "tab": "all"}, follow=True)

    assert [stored(office, key).state for key in (alike, otherwise)] == ["final", "in_progress"]
    assert f"B-2026-{stored(office, otherwise).sequence:06d}" in page.content.decode()
    client.post(url(office, "desk_book", document_id=otherwise), typed(office, otherwise))
    assert stored(office, otherwise).state == "final"


def test_nothing_differs_from_what_was_not_read() -> None:
    assert differing(read_amount=None, read_date=None, gross=119_00, document_date=DAY) == ()
    assert differing(read_amount=119_00, read_date="2026-03-10", gross=None, document_date=None) == ("amount", "date")
    assert differing(read_amount="11900", read_date="2026-03-10", gross=119_00, document_date=DAY) == ()


def test_a_letter_without_a_file_to_take_offers_only_to_set_it_aside(office: Office) -> None:
    facts = MailboxFacts(
        address="belege@example.org", host="imap.example.org", port=993, uses_tls=True, user_name="belege@example.org"
    )
    with office.open():
        mailbox_id = save_mailbox(facts, password=PASSWORD, local_hosts=frozenset(), by=office.clerk).id
    for subject, files in (("Nur Worte", []), ("Mit Beleg", [("bon.pdf", "application/pdf", PDF)])):
        content = a_letter(sender="Eve <eve@example.net>", subject=subject, files=files).as_bytes()
        keep_all(office.tenant.id, mailbox_id, content, read_letter(content), at=NOW)
    with office.open():
        bare, full = (IntakeMessage.objects.get(subject=subject).id for subject in ("Nur Worte", "Mit Beleg"))

    page = browser(office.clerk).get(url(office, "letters")).content.decode()

    assert url(office, "letter_assign", letter_id=full) in page
    assert url(office, "letter_assign", letter_id=bare) not in page
    assert url(office, "letter_ignore", letter_id=bare) in page
