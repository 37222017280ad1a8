"""The pages of the mail intake: who sees them, what they do, and that a password never comes back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client
from django.utils.html import escape

from kontor.receipts import tasks
from kontor.receipts.actions.mailboxes import MailboxFacts, save_mailbox, switch_mailbox
from kontor.receipts.models import IncomingDocument, IntakeMailbox, IntakeMessage
from kontor.receipts.queries.intake import address_of
from kontor.receipts.tasks import keep_all
from kontor.receipts.transports.letters import read_letter
from tests.builders import NOW, a_member

from .letters import PDF, a_letter
from .office import Office, an_office

pytestmark = pytest.mark.usefixtures("database")
SECRET = "korrekt-pferd-batterie"
FACTS = MailboxFacts(
    address="belege@example.org", host="imap.example.org", port=993, uses_tls=True, user_name="belege@example.org"
)
TYPED = {
    "address": "belege@example.org", "host": "imap.example.org", "port": "993", "uses_tls": "on",
    "user_name": "belege@example.org", "folder": "INBOX", "archive_folder": "",
}  # fmt: skip


@pytest.fixture
def office() -> Office:
    return an_office()


@pytest.fixture
def mailbox_id(office: Office) -> int:
    with office.open():
        return save_mailbox(FACTS, password=SECRET, local_hosts=frozenset(), by=office.clerk).id


def a_strangers_letter(office: Office, mailbox_id: int, *, is_checked: bool = False) -> int:
    files = [("rechnung.pdf", "application/pdf", PDF), ("alles.zip", "application/zip", b"PK\x03\x04x")]
    letter = a_letter(sender="Eve <eve@example.net>", subject="Rechnung <script>", files=files).as_bytes()
    content = b"Authentication-Results: mx; spf=pass; dmarc=fail\r\n" + letter if is_checked else letter
    keep_all(office.tenant.id, mailbox_id, content, read_letter(content), at=NOW)
    with office.open():
        return IntakeMessage.objects.get().id


def signed_in(client: Client, office: Office, *, role: str = "") -> str:
    client.force_login(a_member(office.tenant, role=role) if role else office.clerk)
    return f"/t/{office.tenant.code}/receipts"


def test_the_inbox_shows_files_reasons_and_the_servers_verdict(client: Client, office: Office, mailbox_id: int) -> None:
    a_strangers_letter(office, mailbox_id, is_checked=True)
    base = signed_in(client, office)

    page = client.get(f"{base}/letters/").content.decode()

    assert "eve@example.net" in page
    assert escape("Rechnung <script>") in page
    assert "rechnung.pdf" in page
    assert "SPF pass · DKIM – · DMARC fail" in page
    assert "alles.zip" in page


def test_a_letter_that_nobody_checked_says_so(client: Client, office: Office, mailbox_id: int) -> None:
    a_strangers_letter(office, mailbox_id)

    page = client.get(f"{signed_in(client, office)}/letters/").content.decode()

    assert "Der Mailserver hat den Absender nicht geprüft." in page
    assert "DMARC" not in page


def test_the_bookkeeper_makes_a_receipt_of_it_for_a_member(client: Client, office: Office, mailbox_id: int) -> None:
    letter_id = a_strangers_letter(office, mailbox_id)
    base = signed_in(client, office)

    done = client.post(f"{base}/letters/{letter_id}/assign", {"member": office.volunteer.id})
    again = client.post(f"{base}/letters/{letter_id}/assign", {"member": office.volunteer.id})

    assert done.status_code == 302
    assert again.status_code == 409
    with office.open():
        assert IncomingDocument.objects.get().submitter_id == office.volunteer.id


def test_the_bookkeeper_takes_it_as_an_own_receipt(client: Client, office: Office, mailbox_id: int) -> None:
    letter_id = a_strangers_letter(office, mailbox_id)
    base = signed_in(client, office)

    done = client.post(f"{base}/letters/{letter_id}/assign", {"member": office.clerk.id})

    with office.open():
        made = IncomingDocument.objects.get()
    assert made.submitter_id == office.clerk.id
    assert done["Location"].endswith(f"/{made.id}/")


def test_a_letter_set_aside_waits_again_on_request(client: Client, office: Office, mailbox_id: int) -> None:
    letter_id = a_strangers_letter(office, mailbox_id)
    base = signed_in(client, office)

    for state in ("ignored", "waiting"):
        client.post(f"{base}/letters/{letter_id}/ignore")
        with office.open():
            assert IntakeMessage.objects.get().state == state


@pytest.mark.parametrize("role", ["reader", "submitter", "reviewer"])
def test_letters_and_mailboxes_are_for_who_has_the_right(
    client: Client, office: Office, mailbox_id: int, role: str
) -> None:
    letter_id = a_strangers_letter(office, mailbox_id)
    base = signed_in(client, office, role=role)

    assert client.get(f"{base}/letters/").status_code == 403
    assert client.get(f"{base}/mailboxes/").status_code == 403
    assert client.post(f"{base}/letters/{letter_id}/assign", {"member": office.clerk.id}).status_code == 403
    with office.open():
        assert not IncomingDocument.objects.exists()


def test_whoever_is_no_submitter_cannot_be_given_a_letter(client: Client, office: Office, mailbox_id: int) -> None:
    letter_id = a_strangers_letter(office, mailbox_id)
    base = signed_in(client, office)

    assert client.post(f"{base}/letters/{letter_id}/assign", {"member": "999999"}).status_code == 403


def test_a_mailbox_is_changed_without_its_password_ever_coming_back(
    client: Client, office: Office, mailbox_id: int
) -> None:
    base = signed_in(client, office)

    shown = [client.get(f"{base}/mailboxes/").content, client.get(f"{base}/mailboxes/{mailbox_id}/").content]
    done = client.post(f"{base}/mailboxes/{mailbox_id}/", {**TYPED, "archive_folder": "Erledigt", "password": ""})

    assert not any(SECRET.encode() in page for page in shown)
    assert done.status_code == 302
    with office.open():
        box = IntakeMailbox.objects.get()
        assert box.archive_folder == "Erledigt"
        assert address_of(box).password == SECRET


def test_another_server_needs_the_password_anew_so_that_nobody_sends_it_elsewhere(
    client: Client, office: Office, mailbox_id: int
) -> None:
    base = signed_in(client, office)

    done = client.post(f"{base}/mailboxes/{mailbox_id}/", {**TYPED, "host": "imap.example.net", "password": ""})

    assert done.status_code == 422
    with office.open():
        assert IntakeMailbox.objects.get().host == "imap.example.org"


@pytest.mark.parametrize(
    "wrong",
    [{"host": "a b"}, {"host": "-x"}, {"folder": "IN\r\nBOX"}, {"uses_tls": ""}, {"port": "0"}, {"password": "a\nb"}],
)
def test_what_the_wire_would_misread_is_refused(client: Client, office: Office, wrong: dict[str, str]) -> None:
    base = signed_in(client, office)

    done = client.post(f"{base}/mailboxes/new", {**TYPED, "password": SECRET, **wrong})

    assert done.status_code == 422
    with office.open():
        assert not IntakeMailbox.objects.exists()


def test_a_connection_into_the_own_network_is_refused_and_stays_shown(client: Client, office: Office) -> None:
    base = signed_in(client, office)
    facts = MailboxFacts(address="a@example.org", host="127.0.0.1", port=993, uses_tls=True, user_name="a")
    with office.open():
        box = save_mailbox(facts, password=SECRET, local_hosts=frozenset(), by=office.clerk)

    client.post(f"{base}/mailboxes/{box.id}/check")
    page = client.get(f"{base}/mailboxes/").content.decode()

    assert "KONTOR_INTAKE_HOSTS" in page
    assert SECRET not in page


def test_every_active_mailbox_is_visited_by_a_job_of_its_own(
    office: Office, mailbox_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr(tasks, "ask_for_visit", lambda *ids: asked.append(ids))
    with office.open():
        off = save_mailbox(
            replace(FACTS, address="alt@example.org"), password=SECRET, local_hosts=frozenset(), by=office.clerk
        )
        switch_mailbox(off.id, is_active=False, by=office.clerk)

    tasks.visit_mailboxes(0)

    assert [box for books, box in asked if books == office.tenant.id] == [mailbox_id]
