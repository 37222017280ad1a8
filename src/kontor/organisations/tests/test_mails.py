"""Administrators see which mails of their books did not arrive, and send them again."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from kontor.core.mail import post_mail
from kontor.core.models import MailState, OutgoingMail
from kontor.core.tenancy import tenant
from kontor.organisations.models import Tenant
from tests.builders import NOW, a_member, a_tenant


@pytest.fixture
def books(database: None, client: Client) -> Tenant:
    made = a_tenant()
    client.force_login(a_member(made, role="administrator"))
    return made


def a_mail(books: Tenant, *, to: str = "kundin@example.org", error: str = "", failed: bool = False) -> OutgoingMail:
    with tenant(books.id):
        post_mail(to=to, subject=f"Beleg für {to}", text="Guten Tag", language="de")
    mail = OutgoingMail.objects.filter(books=books.id).latest("id")
    mail.last_error, mail.attempts = error, 1 if error else 0
    mail.state, mail.ended_at = (MailState.FAILED, NOW) if failed else (MailState.WAITING, None)
    mail.save(update_fields=["last_error", "attempts", "state", "ended_at"])
    return mail


def _url(books: Tenant, tail: str = "") -> str:
    return f"/t/{books.code}/mails/{tail}"


def test_failed_and_waiting_mails_of_these_books_stand_there_with_the_reason(books: Tenant, client: Client) -> None:
    a_mail(books, to="weg@example.org", error="SMTPRecipientsRefused: {'weg@example.org': (550, b'no')}", failed=True)
    a_mail(books, to="bald@example.org", error="ConnectionRefusedError: [Errno 111]")
    a_mail(a_tenant(), to="fremd@example.org", error="OSError: x", failed=True)

    page = client.get(_url(books)).content.decode()

    assert "weg@example.org" in page
    assert "nimmt die Adresse nicht an" in page
    assert "bald@example.org" in page
    assert "nicht erreichbar" in page
    assert "fremd@example.org" not in page


def test_a_failed_mail_is_queued_again_once_by_a_double_click(books: Tenant, client: Client) -> None:
    mail = a_mail(books, error="SMTPDataError: (554, b'spam')", failed=True)
    before = ProcrastinateJob.objects.filter(args__mail_id=mail.id).count()
    key = re.search(r'name="once" value="([^"]+)"', client.get(_url(books)).content.decode())
    assert key

    answers = [client.post(_url(books, f"{mail.id}/again"), {"once": key[1]}) for _ in range(2)]

    mail.refresh_from_db()
    assert [answer.status_code for answer in answers] == [302, 302]
    assert (mail.state, mail.attempts, mail.ended_at) == (MailState.WAITING, 0, None)
    assert ProcrastinateJob.objects.filter(args__mail_id=mail.id).count() == before + 1


def test_mails_of_other_books_or_already_waiting_cannot_be_sent_from_here(books: Tenant, client: Client) -> None:
    foreign = a_mail(a_tenant(), error="OSError: x", failed=True)
    waiting = a_mail(books)

    answers = [client.post(_url(books, f"{mail.id}/again")) for mail in (foreign, waiting)]

    assert [answer.status_code for answer in answers] == [404, 404]
    foreign.refresh_from_db()
    assert foreign.state == MailState.FAILED


def test_who_may_not_change_settings_sees_nothing(books: Tenant) -> None:
    visitor = Client()
    visitor.force_login(a_member(books, role="bookkeeper"))

    assert visitor.get(_url(books)).status_code == 403


def test_without_such_mails_the_page_says_so(books: Tenant, client: Client) -> None:
    assert "Alle E-Mails sind angekommen" in client.get(_url(books)).content.decode()
