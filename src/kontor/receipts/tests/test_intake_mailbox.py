"""Fetching letters from a real mailbox: archived first, drafts of members, nothing twice, nothing deleted."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import override_settings

from kontor.core.models import AuditEvent, OutgoingMail
from kontor.core.tenancy import tenant
from kontor.documents.store import read_file
from kontor.organisations.models import User
from kontor.receipts import tasks
from kontor.receipts.actions.intake import LetterSettled, assign_letter, ignore_letter
from kontor.receipts.actions.mailboxes import MailboxFacts, PasswordNeeded, save_mailbox
from kontor.receipts.models import Attachment, IncomingDocument, IntakeFile, IntakeMailbox, IntakeMessage
from kontor.receipts.queries.intake import address_of
from kontor.receipts.tasks import try_mailbox, visit
from kontor.receipts.transports import imap
from kontor.receipts.transports.imap import (
    Address,
    ConnectionLost,
    HostNotAllowed,
    NoSuchFolder,
    TlsMissing,
    WrongMailPassword,
    checked_ip,
)
from tests.builders import NOW

from .imap_server import PASSWORD, USER, Server, is_installed, running
from .letters import PDF, a_letter, a_photo
from .office import Office, an_office

pytestmark = [
    pytest.mark.usefixtures("database"),
    pytest.mark.skipif(not is_installed(), reason="Dovecot is not installed here (apt-get install dovecot-imapd)."),
]


@pytest.fixture
def mails(tmp_path: Path) -> Iterator[Server]:
    with override_settings(INTAKE_HOSTS=frozenset({"127.0.0.1"})), running(tmp_path) as server:
        yield server


@pytest.fixture
def office() -> Office:
    return an_office()


def a_mailbox(office: Office, server: Server, *, port: int = 0, password: str = PASSWORD, archive: str = "") -> int:
    facts = MailboxFacts(
        address=USER, host="127.0.0.1", port=port or server.port, uses_tls=False, user_name=USER, archive_folder=archive
    )
    with office.open():
        return save_mailbox(facts, password=password, local_hosts=frozenset({"127.0.0.1"}), by=office.clerk).id


def from_member(office: Office, *, message_id: str = "<1@example.org>", pdf: bytes = PDF) -> bytes:
    files = [("bon.pdf", "application/pdf", pdf), ("foto.jpg", "image/jpeg", a_photo())]
    return a_letter(sender=f"Mira <{office.volunteer.email}>", files=files, message_id=message_id).as_bytes()


def drafts_of(user: User) -> list[IncomingDocument]:
    return list(IncomingDocument.objects.filter(submitter=user).order_by("id"))


def test_a_members_letter_becomes_drafts_and_stays_in_the_mailbox_as_read(office: Office, mails: Server) -> None:
    box = a_mailbox(office, mails)
    content = from_member(office)
    mails.put(content)

    assert visit(office.tenant.id, box) == 1

    with office.open():
        made = drafts_of(office.volunteer)
        letter = IntakeMessage.objects.get()
        assert [(one.state, one.source, one.purpose) for one in made] == [
            ("draft", "mail", "Farbe für den Jugendraum")
        ] * 2
        assert Attachment.objects.count() == 2
        assert (letter.state, letter.member_id) == ("taken", office.volunteer.id)
        assert read_file(letter.file) == content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    assert (mails.count(), mails.count(key="UNSEEN")) == (1, 0)
    told = OutgoingMail.objects.filter(to=office.volunteer.email).last()
    assert told is not None
    assert told.subject == "Beleg als Entwurf angekommen"
    assert f"/{made[0].id}" in told.text


def test_letters_are_moved_where_a_folder_is_named(office: Office, mails: Server) -> None:
    mails.make("Erledigt")
    box = a_mailbox(office, mails, archive="Erledigt")
    mails.put(from_member(office))

    visit(office.tenant.id, box)

    assert (mails.count(), mails.count("Erledigt")) == (0, 1)


def test_a_missing_folder_is_told_and_the_letter_is_archived_all_the_same(office: Office, mails: Server) -> None:
    box = a_mailbox(office, mails, archive="Fehlt")
    mails.put(from_member(office))

    visit(office.tenant.id, box)
    visit(office.tenant.id, box)

    with office.open():
        assert len(drafts_of(office.volunteer)) == 2
        assert json.loads(IntakeMailbox.objects.get().error)[0] == NoSuchFolder.sentence
    assert mails.count() == 1


def test_a_strangers_letter_waits_and_nobody_answers_it(office: Office, mails: Server) -> None:
    box = a_mailbox(office, mails)
    files = [("rechnung.pdf", "application/pdf", PDF), ("seite.html", "text/html", b"<html><script>1</script>"),
             ("../../etc/passwd", "application/octet-stream", b"root"), ("alles.zip", "application/zip", b"PK\x03\x04x")]  # fmt: skip
    mails.put(a_letter(sender="Lieferant <rechnung@example.net>", files=files).as_bytes())

    visit(office.tenant.id, box)

    with office.open():
        letter = IntakeMessage.objects.get()
        rows = list(IntakeFile.objects.order_by("position"))
        assert letter.state == "waiting"
        assert [(row.name, bool(row.file_id), bool(row.refusal)) for row in rows] == [
            ("rechnung.pdf", True, False), ("seite.html", False, True), ("passwd", False, True), ("alles.zip", False, True),
        ]  # fmt: skip
        assert not IncomingDocument.objects.exists()
    assert not OutgoingMail.objects.filter(to__contains="example.net").exists()

    with office.open():
        made = assign_letter(letter.id, office.volunteer, at=NOW, by=office.clerk)
        assert [one.id for one in drafts_of(office.volunteer)] == made
        with pytest.raises(LetterSettled):
            ignore_letter(letter.id, by=office.clerk)


def test_a_forged_sender_gets_no_draft(office: Office, mails: Server) -> None:
    box = a_mailbox(office, mails)
    mails.put(b"Authentication-Results: mx; dmarc=fail\r\n" + from_member(office))

    visit(office.tenant.id, box)

    with office.open():
        assert not drafts_of(office.volunteer)
        assert IntakeMessage.objects.get().state == "waiting"


def test_whoever_lost_the_role_waits_like_a_stranger(office: Office, mails: Server) -> None:
    box = a_mailbox(office, mails)
    User.objects.filter(id=office.volunteer.id).update(is_active=False)
    mails.put(from_member(office))

    visit(office.tenant.id, box)

    with office.open():
        assert not drafts_of(office.volunteer)


@pytest.mark.parametrize("step", ["keep_letter_file", "draft_for_sender", "note_place"])
def test_killed_between_two_steps_nothing_is_made_twice_and_nothing_is_lost(
    office: Office, mails: Server, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    box = a_mailbox(office, mails)
    mails.put(from_member(office))

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(tasks, step, killed)
        with pytest.raises(KeyboardInterrupt):
            visit(office.tenant.id, box)
    visit(office.tenant.id, box)
    visit(office.tenant.id, box)

    with office.open():
        assert IntakeMessage.objects.count() == 1
        assert IntakeFile.objects.count() == 2
        assert len(drafts_of(office.volunteer)) == 2
    assert OutgoingMail.objects.filter(to=office.volunteer.email).count() == 1


def test_a_connection_lost_in_the_middle_goes_on_at_the_next_visit(office: Office, mails: Server) -> None:
    mails.put(from_member(office))
    mails.put(from_member(office, message_id="<2@example.org>", pdf=PDF + b"%" + b"x" * 200_000))
    with cutting(mails.port, after=60_000) as port:
        box = a_mailbox(office, mails, port=port)
        visit(office.tenant.id, box)

    with office.open():
        assert json.loads(IntakeMailbox.objects.get().error)[0] == ConnectionLost.sentence
        assert IntakeMessage.objects.count() == 1
        IntakeMailbox.objects.update(error="", port=mails.port)
        facts = MailboxFacts(address=USER, host="127.0.0.1", port=mails.port, uses_tls=False, user_name=USER)
        with pytest.raises(PasswordNeeded):
            save_mailbox(facts, mailbox_id=box, local_hosts=frozenset({"127.0.0.1"}), by=office.clerk)
        save_mailbox(facts, mailbox_id=box, password=PASSWORD, local_hosts=frozenset({"127.0.0.1"}), by=office.clerk)

    assert visit(office.tenant.id, box) == 1
    with office.open():
        assert IntakeMessage.objects.count() == 2
        assert len(drafts_of(office.volunteer)) == 4
        assert IntakeMailbox.objects.get().error == ""


def test_renumbered_letters_make_nothing_twice_and_new_ones_are_found(office: Office, mails: Server) -> None:
    box = a_mailbox(office, mails)
    mails.put(from_member(office))
    visit(office.tenant.id, box)
    with office.open():
        before = IntakeMailbox.objects.get().uid_validity

    mails.renumber()
    mails.put(from_member(office, message_id="<2@example.org>", pdf=PDF + b"%2"))
    visit(office.tenant.id, box)

    with office.open():
        assert IntakeMailbox.objects.get().uid_validity != before
        assert IntakeMessage.objects.count() == 2
        assert len(drafts_of(office.volunteer)) == 4


def test_a_wrong_password_is_told_and_stands_nowhere_in_clear(office: Office, mails: Server) -> None:
    box = a_mailbox(office, mails, password="falsch-und-geheim")

    assert visit(office.tenant.id, box) == 0

    with office.open():
        row = IntakeMailbox.objects.get()
        assert json.loads(row.error)[0] == WrongMailPassword.sentence
        assert b"falsch-und-geheim" not in bytes(row.secret)
        assert "falsch-und-geheim" not in repr(address_of(row))
        details = [str(event.details) for event in AuditEvent.objects.filter(object_type="receipts.mailbox")]
    assert details
    assert not any("falsch-und-geheim" in each or b"falsch-und-geheim".hex() in each for each in details)


def test_a_visit_like_the_one_before_leaves_no_line_in_the_record(office: Office, mails: Server) -> None:
    box = a_mailbox(office, mails)
    visit(office.tenant.id, box)
    with office.open():
        before = AuditEvent.objects.count()

    visit(office.tenant.id, box)

    with office.open():
        assert AuditEvent.objects.count() == before


def test_a_letter_too_large_is_left_there_and_named(
    office: Office, mails: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "LETTER_BYTES_MAX", 500)
    box = a_mailbox(office, mails)
    mails.put(from_member(office))

    visit(office.tenant.id, box)

    with office.open():
        assert IntakeMessage.objects.get().sender == office.volunteer.email
        assert "60" in str(IntakeFile.objects.get().refusal_facts)
    assert mails.count(key="UNSEEN") == 1


def test_checking_the_connection_says_how_many_letters_lie_there(office: Office, mails: Server) -> None:
    box = a_mailbox(office, mails)
    mails.put(from_member(office))
    with office.open():
        address = address_of(IntakeMailbox.objects.get(id=box))

    assert try_mailbox(address) == 1
    assert mails.count(key="UNSEEN") == 1


def test_an_unencrypted_connection_is_only_for_hosts_that_the_operator_names(
    mails: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "_is_public", lambda _address: True)
    address = Address(host="127.0.0.1", port=mails.port, uses_tls=False, user_name=USER, password=PASSWORD)

    with override_settings(INTAKE_HOSTS=frozenset()), pytest.raises(TlsMissing):
        try_mailbox(address)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1"])
def test_addresses_of_the_own_network_are_refused(host: str) -> None:
    with override_settings(INTAKE_HOSTS=frozenset()), pytest.raises(HostNotAllowed):
        checked_ip(host, port=993)


def test_a_visit_is_noted_again_after_an_hour(office: Office, mails: Server) -> None:
    box = a_mailbox(office, mails)
    visit(office.tenant.id, box)
    with office.open():
        row = IntakeMailbox.objects.get()
        assert row.visited_at is not None
        IntakeMailbox.objects.update(visited_at=row.visited_at - timedelta(hours=2))
        old = IntakeMailbox.objects.get().visited_at

    visit(office.tenant.id, box)

    with tenant(office.tenant.id):
        assert IntakeMailbox.objects.get().visited_at != old


@contextmanager
def cutting(port: int, *, after: int) -> Iterator[int]:
    """Stand before a server and hang up after so many bytes from it; yields the port to connect to."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_serve, args=(listener, port, after), daemon=True).start()
        yield listener.getsockname()[1]


def _serve(listener: socket.socket, port: int, after: int) -> None:
    with suppress(OSError):
        client, _ = listener.accept()
        server = socket.create_connection(("127.0.0.1", port))
        threading.Thread(target=_pass_on, args=(client, server, 1 << 40), daemon=True).start()
        _pass_on(server, client, after)
        client.shutdown(socket.SHUT_RDWR)


def _pass_on(source: socket.socket, target: socket.socket, left: int) -> None:
    with suppress(OSError):
        while left > 0 and (chunk := source.recv(min(left, 4096))):
            target.sendall(chunk)
            left -= len(chunk)
