"""Mailboxes over TLS and STARTTLS: a right certificate is enough, a wrong one is refused before the password is said."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import override_settings

from kontor.receipts.actions.mailboxes import MailboxFacts, save_mailbox
from kontor.receipts.models import IncomingDocument, IntakeMailbox, IntakeMessage
from kontor.receipts.tasks import try_mailbox, visit
from kontor.receipts.transports import imap
from kontor.receipts.transports.imap import Address, HostNotProven
from kontor.ui.refusals import translated

from .certificates import Authority, an_authority
from .imap_server import OTHER_USER, PASSWORD, USER, is_installed, running
from .letters import PDF, a_letter
from .office import Office, an_office

pytestmark = pytest.mark.skipif(
    not is_installed(), reason="Dovecot is not installed here (apt-get install dovecot-imapd)."
)
LOOPBACK = override_settings(INTAKE_HOSTS=frozenset({"127.0.0.1"}))


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """Make an authority that this process trusts."""
    made = an_authority(tmp_path / "ca")
    monkeypatch.setenv("SSL_CERT_FILE", str(made.file))
    return made


def place(tmp_path: Path) -> Path:
    folder = tmp_path / "dovecot"
    folder.mkdir()
    return folder


def address_of(port: int) -> Address:
    return Address(host="127.0.0.1", port=port, uses_tls=True, user_name=OTHER_USER, password=PASSWORD)


@pytest.mark.parametrize("way", ["tls", "starttls"])
def test_a_letter_is_fetched_over_an_encrypted_connection(
    database: None, authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    office: Office = an_office()
    with LOOPBACK, running(place(tmp_path), certificate=authority.server()) as server:
        port = server.tls_port if way == "tls" else server.port
        if way == "starttls":
            monkeypatch.setattr(imap, "STARTTLS_PORT", port)
        facts = MailboxFacts(address=USER, host="127.0.0.1", port=port, uses_tls=True, user_name=USER)
        with office.open():
            box = save_mailbox(facts, password=PASSWORD, local_hosts=frozenset({"127.0.0.1"}), by=office.clerk).id
        letter = a_letter(sender=office.volunteer.email, files=[("bon.pdf", "application/pdf", PDF)])
        server.put(letter.as_bytes())

        assert visit(office.tenant.id, box) == 1

        assert server.count(key="SEEN") == 1
        assert server.has_noted("TLS")
    with office.open():
        assert IncomingDocument.objects.filter(submitter=office.volunteer).count() == 1
        assert IntakeMailbox.objects.get().error == ""


@pytest.mark.parametrize("fault", ["stranger", "name", "expired"])
@pytest.mark.parametrize("way", ["tls", "starttls"])
def test_a_wrong_certificate_is_refused_with_a_sentence_before_the_password_is_said(
    authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str, fault: str
) -> None:
    certificate = {
        "stranger": lambda: an_authority(tmp_path / "stranger").server(),
        "name": lambda: authority.server("imap.example.org"),
        "expired": lambda: authority.server(until=timedelta(days=-1)),
    }[fault]()
    with LOOPBACK, running(place(tmp_path), certificate=certificate) as server:
        port = server.tls_port if way == "tls" else server.port
        if way == "starttls":
            monkeypatch.setattr(imap, "STARTTLS_PORT", port)

        with pytest.raises(HostNotProven) as refused:
            try_mailbox(address_of(port))

        assert not server.has_noted(OTHER_USER)
    assert translated(refused.value) == (
        "Die Verbindung zu 127.0.0.1 ist nicht sicher: Das Zertifikat lässt sich nicht prüfen. Bitte Name und Port prüfen."
    )


def test_a_right_certificate_is_told_the_password(authority: Authority, tmp_path: Path) -> None:
    with LOOPBACK, running(place(tmp_path), certificate=authority.server()) as server:
        assert not server.has_noted(OTHER_USER)

        try_mailbox(address_of(server.tls_port))

        assert server.has_noted(OTHER_USER)


def test_a_server_that_offers_no_encryption_gets_no_password(
    authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with LOOPBACK, running(place(tmp_path)) as server:
        monkeypatch.setattr(imap, "STARTTLS_PORT", server.port)

        with pytest.raises(HostNotProven):
            try_mailbox(address_of(server.port))

        assert not server.has_noted(OTHER_USER)


def test_what_hinders_a_visit_is_kept_at_the_mailbox_and_the_letter_stays(
    database: None, authority: Authority, tmp_path: Path
) -> None:
    office = an_office()
    certificate = authority.server("imap.example.org")
    with LOOPBACK, running(place(tmp_path), certificate=certificate) as server:
        facts = MailboxFacts(address=USER, host="127.0.0.1", port=server.tls_port, uses_tls=True, user_name=USER)
        with office.open():
            box = save_mailbox(facts, password=PASSWORD, local_hosts=frozenset({"127.0.0.1"}), by=office.clerk).id
        server.put(a_letter(sender=office.volunteer.email, files=[]).as_bytes())

        assert visit(office.tenant.id, box) == 0

        assert server.count(key="UNSEEN") == 1
    with office.open():
        assert "ertif" in IntakeMailbox.objects.get().error
        assert not IntakeMessage.objects.exists()
