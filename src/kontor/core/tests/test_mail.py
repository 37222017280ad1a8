"""Mails: posted with their transaction, delivered once, over a real SMTP server."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any

import psycopg
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django_subatomic import db
from pytest_django import Settings

from kontor.core.clock import now
from kontor.core.mail import (
    PAUSES_MINUTES,
    BadMailAddress,
    NotDelivered,
    deliver_mail,
    failed_mails,
    forget_old_mails,
    post_mail,
    try_again,
)
from kontor.core.models import MailState, OutgoingMail
from kontor.core.tenancy import tenant
from kontor.site.mailer import mailers
from kontor.site.start_refused import StartRefused
from tests.builders import a_tenant


class _Server:
    """An SMTP server that answers each mail with the next of `answers`, then with 250."""

    def __init__(self) -> None:
        self.received: list[Message] = []
        self.answers: list[str] = []
        self.recipient_answer = "250 OK"

    async def handle_RCPT(  # noqa: N802  # the library's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.recipient_answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.recipient_answer

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer.startswith("250"):
            self.received.append(message_from_bytes(bytes(envelope.original_content or b"")))
        return answer


@pytest.fixture
def server(database: None, settings: Settings, tmp_path: Path) -> Iterator[_Server]:
    """Run a mail server on loopback and send over it."""
    handler = _Server()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    settings.MAILERS = mailers({"KONTOR_SMTP_URL": f"smtp://127.0.0.1:{port}"}, folder=tmp_path)
    yield handler
    controller.stop()


class _Context:
    """What the queue tells a task."""

    def __init__(self, attempts: int = 0) -> None:
        self.job: Any = type("QueueJob", (), {"attempts": attempts})()


def _deliver(mail: OutgoingMail, *, attempts: int = 0) -> OutgoingMail:
    with suppress(NotDelivered):
        deliver_mail(_Context(attempts), mail_id=mail.id)  # type: ignore[arg-type]  # as much of it as is asked
    return OutgoingMail.objects.get(id=mail.id)


def _posted(**facts: str) -> OutgoingMail:
    post_mail(to="vorstand@example.org", subject="Größe", text="Über den Anhang", language="de", **facts)
    return OutgoingMail.objects.latest("id")


def test_a_mail_arrives_with_its_words_and_forgets_them_here(server: _Server) -> None:
    ended = _deliver(_posted(html="<p>Über den Anhang</p>"))

    (mail,) = server.received
    assert mail["To"] == "vorstand@example.org"
    assert mail["Message-ID"] == ended.message_id
    assert mail["Content-Language"] == "de"
    plain = mail.get_payload()[0].get_payload(decode=True)  # type: ignore[union-attr,index]  # multipart/alternative
    assert plain.decode().strip() == "Über den Anhang"  # type: ignore[union-attr]
    assert (ended.state, ended.text, ended.html, ended.attempts) == (MailState.SENT, "", "", 1)


def test_a_mail_is_sent_once_however_often_its_job_runs(server: _Server) -> None:
    mail = _posted()

    for _ in range(3):
        _deliver(mail)

    assert len(server.received) == 1


def test_the_same_occasion_makes_one_mail_per_tenant(server: _Server) -> None:
    for books in (a_tenant(), a_tenant()):
        for _ in range(2):
            with tenant(books.id):
                post_mail(to="a@example.org", subject="x", text="y", language="en", key="invitation:7")
    mails = OutgoingMail.objects.filter(key__endswith=":invitation:7").order_by("-id")[:3]

    assert len({mail.books for mail in mails}) == len(mails) == 2
    assert len({mail.message_id for mail in mails}) == 2


def test_a_mail_of_a_transaction_that_fails_is_never_sent(server: _Server, app_connection: psycopg.Connection) -> None:
    before = OutgoingMail.objects.count()
    with suppress(ZeroDivisionError), tenant(a_tenant().id):
        post_mail(to="a@example.org", subject="x", text="y", language="en")
        raise ZeroDivisionError
    with suppress(ZeroDivisionError), db.transaction():
        post_mail(to="a@example.org", subject="x", text="y", language="en")
        raise ZeroDivisionError

    assert OutgoingMail.objects.count() == before


def test_the_queue_gets_the_number_of_the_mail_only(server: _Server, app_connection: psycopg.Connection) -> None:
    mail = _posted()

    queued = app_connection.execute(
        "SELECT args, queue_name FROM procrastinate_jobs WHERE task_name = 'deliver_mail' ORDER BY id DESC LIMIT 1"
    ).fetchone()
    assert queued == ({"mail_id": mail.id}, "mail")


def test_a_greylisting_server_is_asked_again_with_the_same_message_id(server: _Server) -> None:
    server.answers = ["451 4.7.1 Greylisted"]
    mail = _posted()

    with pytest.raises(NotDelivered):
        deliver_mail(_Context(), mail_id=mail.id)  # type: ignore[arg-type]
    waiting = OutgoingMail.objects.get(id=mail.id)
    ended = _deliver(mail, attempts=1)

    assert (waiting.state, waiting.attempts) == (MailState.WAITING, 1)
    assert "Greylisted" in waiting.last_error
    assert (ended.state, ended.attempts) == (MailState.SENT, 2)
    assert server.received[0]["Message-ID"] == mail.message_id


def test_an_unknown_recipient_fails_at_once_and_is_seen(server: _Server) -> None:
    server.recipient_answer = "550 5.1.1 No such user"

    ended = _deliver(_posted())

    assert ended.state == MailState.FAILED
    assert "No such user" in ended.last_error
    assert ended in failed_mails()
    assert ended.text, "its words are kept, so that it can be tried again"


def test_a_failed_mail_can_be_tried_again(server: _Server) -> None:
    server.recipient_answer = "550 5.1.1 No such user"
    mail = _deliver(_posted())
    server.recipient_answer = "250 OK"

    assert try_again(mail.id)
    assert _deliver(mail).state == MailState.SENT
    assert not try_again(mail.id)


def _dead_port(tmp_path: Path) -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"smtp://127.0.0.1:{probe.getsockname()[1]}"


def test_a_server_that_is_down_is_tried_until_the_patience_ends(
    database: None, settings: Settings, tmp_path: Path
) -> None:
    settings.MAILERS = mailers({"KONTOR_SMTP_URL": _dead_port(tmp_path)}, folder=tmp_path)
    mail = _posted()

    first, last = _deliver(mail), _deliver(mail, attempts=len(PAUSES_MINUTES))

    assert (first.state, last.state) == (MailState.WAITING, MailState.FAILED)
    assert "ConnectionRefusedError" in last.last_error


def test_a_server_without_the_promised_encryption_gets_nothing(server: _Server, settings: Settings) -> None:
    options = settings.MAILERS["default"]["OPTIONS"]
    settings.MAILERS = {"default": {**settings.MAILERS["default"], "OPTIONS": {**options, "use_tls": True}}}

    ended = _deliver(_posted())

    assert (ended.state, server.received) == (MailState.WAITING, [])
    assert "STARTTLS" in ended.last_error


def test_a_silent_server_is_given_up_for_this_time(database: None, settings: Settings, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        configured = mailers({"KONTOR_SMTP_URL": f"smtp://127.0.0.1:{silent.getsockname()[1]}"}, folder=tmp_path)
        configured["default"]["OPTIONS"]["timeout"] = 0.3  # type: ignore[index]
        settings.MAILERS = configured

        ended = _deliver(_posted())

    assert ended.state == MailState.WAITING
    assert "timed out" in ended.last_error


def test_the_pauses_let_a_greylisting_server_forget_us() -> None:
    decide: Callable[..., Any] = deliver_mail.retry_strategy.get_retry_decision  # type: ignore[union-attr]

    asked_at = now()
    second = decide(exception=NotDelivered(), job=type("J", (), {"attempts": 1})())

    assert second.retry_at - asked_at > timedelta(minutes=4, seconds=50)
    assert decide(exception=NotDelivered(), job=type("J", (), {"attempts": len(PAUSES_MINUTES)})()) is None


@pytest.mark.parametrize("address", ["", "nobody", "a@b\nBcc: c@d.org", "a b@example.org"])
def test_an_address_that_is_none_is_refused(database: None, address: str) -> None:
    with pytest.raises(BadMailAddress):
        post_mail(to=address, subject="x", text="y", language="de")


def test_a_line_break_in_the_subject_adds_no_header(server: _Server) -> None:
    post_mail(to="a@example.org", subject="x\nBcc: b@example.org", text="y", language="en")

    _deliver(OutgoingMail.objects.latest("id"))

    assert server.received[0]["Bcc"] is None
    assert server.received[0]["Subject"] == "x Bcc: b@example.org"


def test_without_a_mail_server_a_mail_becomes_a_file(database: None, settings: Settings, tmp_path: Path) -> None:
    settings.MAILERS = mailers({}, folder=tmp_path / "mails")

    mail = _deliver(_posted())

    (file,) = (tmp_path / "mails").glob("*.eml")
    assert message_from_bytes(file.read_bytes())["Message-ID"] == mail.message_id
    assert file.stat().st_mode & 0o077 == 0


def test_what_was_delivered_long_ago_is_forgotten(server: _Server) -> None:
    mail = _deliver(_posted())

    assert forget_old_mails(at=now()) == 0
    assert forget_old_mails(at=now() + timedelta(days=91)) >= 1
    assert not OutgoingMail.objects.filter(id=mail.id).exists()


@pytest.mark.parametrize(
    "url", ["smtp://name:secret@mail.example.org", "http://mail.example.org", "smtps://", "smtp://mail.example.org:x"]
)
def test_an_unsafe_or_misspelt_mail_server_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(StartRefused):
        mailers({"KONTOR_SMTP_URL": url}, folder=tmp_path)


def test_the_usual_mail_server_is_reached_with_encryption(tmp_path: Path) -> None:
    made = mailers({"KONTOR_SMTP_URL": "smtps://office%40example.org:p%2Fw@mail.example.org"}, folder=tmp_path)

    options: Any = made["default"]["OPTIONS"]
    assert (options["port"], options["use_ssl"], options["username"]) == (465, True, "office@example.org")
    assert options["password"] == "p/w"
