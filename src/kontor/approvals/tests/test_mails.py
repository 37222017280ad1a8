"""Mails of approvals: in the recipient's language, once, only what still stands; the link that answers a question."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from kontor.approvals.actions.policies import add_substitute
from kontor.approvals.actions.requests import answer, revoke
from kontor.approvals.links import ReplyTo, reply_path
from kontor.approvals.models import ApprovalRequest, Decision, Message
from kontor.approvals.notices import tell_decision
from kontor.approvals.tasks import digest_of
from kontor.approvals.tests.desk import Desk, a_desk
from kontor.core import clock
from kontor.core.models import OutgoingMail
from kontor.organisations.models import Membership, User
from kontor.receipts.actions.booking import book, set_paid
from kontor.receipts.actions.drafting import Part, save_draft
from kontor.receipts.actions.processing import ask_back
from kontor.receipts.models import IncomingDocument
from kontor.receipts.notices import finish_settled
from kontor.receipts.tests.office import DAY, put_to_account

pytestmark = pytest.mark.usefixtures("database")
BASE = "https://kontor.example.org"


@pytest.fixture
def desk(database: None, settings: Settings) -> Desk:
    settings.PUBLIC_URL = BASE
    return a_desk()


def mails_to(user: User) -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(to=user.email).order_by("id"))


def wants(user: User, mode: str, *, code: str = "approvals.waiting") -> None:
    user.notifications = {code: mode}
    user.save(update_fields=["notifications"])


def give(desk: Desk, request: ApprovalRequest, given: str, by: User, *, reason: str = "") -> Decision:
    """Answer now; returns the answer."""
    with desk.office.open(by=by):
        answer(request.id, given, reason=reason, on=clock.today(), at=clock.now(), by=by)  # type: ignore[arg-type]  # one of three
        return Decision.objects.filter(request_id=request.id).order_by("-id")[0]


def told(desk: Desk, decision: Decision) -> None:
    """Let the queue's task run."""
    with desk.office.open():
        tell_decision(decision.id, base=BASE, at=clock.now())


def question_link(desk: Desk, request: ApprovalRequest) -> str:
    """Ask back and return the path that the mail names."""
    told(desk, give(desk, request, "query", desk.lead, reason="Wer war dabei?"))
    text = mails_to(desk.office.volunteer)[-1].text
    found = re.search(re.escape(BASE) + r"(/answers/\S+)", text)
    assert found
    return found[1]


def test_whoever_is_asked_is_told_in_their_language_with_findings_and_link(desk: Desk) -> None:
    desk.treasurer.language = "en"
    desk.treasurer.save(update_fields=["language"])

    request = desk.asked(119_00)

    german, english = mails_to(desk.lead)[0], mails_to(desk.treasurer)[0]
    assert "Bitte genehmigen: Baumarkt Lindner, 119,00" in german.subject
    assert "Please approve: Baumarkt Lindner, 119,00" in english.subject
    assert "IBAN zum ersten Mal" in german.text
    assert "IBAN for the first time" in english.text
    assert f"{BASE}/t/{desk.office.tenant.code}/approvals/?r={request.id}" in german.text
    assert mails_to(desk.office.volunteer) == []


def test_a_substitute_is_told_as_well(desk: Desk) -> None:
    today = clock.today()
    with desk.office.open():
        add_substitute(
            user_id=desk.lead.id, substitute_id=desk.setup.id, first_day=today, last_day=today, by=desk.setup
        )
    desk.asked()
    assert len(mails_to(desk.setup)) == 1


def test_the_digest_comes_once_a_day_after_seven_to_whoever_wants_it(desk: Desk) -> None:
    wants(desk.lead, "daily")
    wants(desk.treasurer, "off")
    request = desk.asked()
    assert mails_to(desk.lead) == mails_to(desk.treasurer) == []
    with desk.office.open():
        asked_at = ApprovalRequest.objects.get(id=request.id).asked_at
    next_day = (asked_at + timedelta(days=1)).date()

    assert digest_of(desk.office.tenant, at=datetime(next_day.year, next_day.month, next_day.day, 3, tzinfo=UTC)) == 0
    for hour in (7, 8, 15):
        digest_of(desk.office.tenant, at=datetime(next_day.year, next_day.month, next_day.day, hour, tzinfo=UTC))

    [mail] = mails_to(desk.lead)
    assert "1 Freigabe wartet" in mail.subject
    assert "Baumarkt Lindner, 119,00" in mail.text
    assert mails_to(desk.treasurer) == []

    digest_of(
        desk.office.tenant, at=datetime(next_day.year, next_day.month, next_day.day, 8, tzinfo=UTC) + timedelta(days=1)
    )
    assert len(mails_to(desk.lead)) == 2


def test_an_answer_that_was_taken_back_is_told_to_nobody(desk: Desk) -> None:
    request = desk.asked()
    decision = give(desk, request, "approve", desk.lead)
    with desk.office.open(by=desk.lead):
        revoke(request.id, at=clock.now(), by=desk.lead)

    told(desk, decision)

    assert mails_to(desk.office.volunteer) == []


def test_the_result_is_told_once(desk: Desk) -> None:
    yes, no = desk.asked(10_00), desk.asked(20_00)
    approved, rejected = give(desk, yes, "approve", desk.lead), give(desk, no, "reject", desk.lead, reason="Doppelt")
    for decision in (approved, approved, rejected):
        told(desk, decision)

    first, second = mails_to(desk.office.volunteer)
    assert first.subject.startswith("Genehmigt: Baumarkt Lindner, 10,00")
    assert second.subject.startswith("Abgelehnt: Baumarkt Lindner, 20,00")
    assert "„Doppelt“" in second.text


def test_a_question_is_answered_from_the_mail_without_signing_in(desk: Desk) -> None:
    request = desk.asked()
    path = question_link(desk, request)
    browser = Client()

    page = browser.get(path)
    assert page.status_code == 200
    assert "Wer war dabei?" in page.content.decode()
    assert "DE02" not in page.content.decode()
    assert browser.post(path, {"text": " "}).status_code == 422

    done = browser.post(path, {"text": "Zwölf Jugendliche"})
    assert done.status_code == 200
    assert (desk.fresh(request).state, desk.document(request).state) == ("pending", "in_review")
    with desk.office.open():
        message = Message.objects.order_by("-id")[0]
    assert (message.text, message.author_id) == ("Zwölf Jugendliche", desk.office.volunteer.id)
    assert "Zwölf Jugendliche" in mails_to(desk.lead)[-1].text

    again = browser.post(path, {"text": "noch einmal"})
    assert "beantwortet" in again.content.decode()
    with desk.office.open():
        assert Message.objects.count() == 2


def test_a_question_of_the_office_is_answered_the_same_way(desk: Desk) -> None:
    request = desk.asked()
    give(desk, request, "approve", desk.lead)
    with desk.office.open():
        ask_back(request.subject_id, "Welche Rechnungsnummer?", at=clock.now(), by=desk.office.clerk)
    text = mails_to(desk.office.volunteer)[-1].text
    path = re.search(re.escape(BASE) + r"(/answers/\S+)", text)
    assert path

    Client().post(path[1], {"text": "RG 17"})

    assert desk.document(request).state == "approved"
    mail = mails_to(desk.office.clerk)[-1].text
    assert "RG 17" in mail
    address = re.search(re.escape(BASE) + r"(/t/\S+)", mail)
    assert address
    assert address[1].endswith(f"/receipts/desk/{request.subject_id}/#conversation")
    browser = Client()
    sign_in = browser.get(address[1])
    assert f"/receipts/desk/{request.subject_id}/" in sign_in.headers["Location"]
    browser.force_login(desk.office.clerk)
    page = browser.get(address[1], follow=True)
    assert 'id="conversation"' in page.text
    assert "RG 17" in page.text


def test_without_a_public_address_no_daily_mail_names_paths_and_the_set_up_says_why(
    desk: Desk, settings: Settings
) -> None:
    wants(desk.lead, "daily")
    request = desk.asked()
    settings.PUBLIC_URL = ""
    with desk.office.open():
        asked_at = ApprovalRequest.objects.get(id=request.id).asked_at
    later = asked_at + timedelta(days=1)

    assert digest_of(desk.office.tenant, at=datetime(later.year, later.month, later.day, 8, tzinfo=UTC)) == 0

    assert mails_to(desk.lead) == []
    for path in (f"{desk.url()}policies/", f"/t/{desk.office.tenant.code}/mails/"):
        assert "KONTOR_URL" in desk.client(desk.setup).get(path).text
    settings.PUBLIC_URL = BASE
    assert "KONTOR_URL" not in desk.client(desk.setup).get(f"{desk.url()}policies/").text


def test_wrong_old_and_foreign_links_say_so_and_show_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    request = desk.asked()
    path = question_link(desk, request)
    browser = Client()

    assert browser.get(path[:-3] + "x/").status_code == 404
    with desk.office.open():
        question = Message.objects.get(is_question=True)
    for_other = ReplyTo(tenant_id=desk.office.tenant.id, user_id=desk.lead.id, message_id=question.id)
    elsewhere = browser.get(reply_path(for_other))
    assert elsewhere.status_code == 404
    assert "Wer war dabei?" not in elsewhere.content.decode()

    monkeypatch.setattr("django.core.signing.time.time", lambda: clock.now().timestamp() + 15 * 86_400)
    old = browser.get(path)
    assert old.status_code == 410
    assert "abgelaufen" in old.content.decode()


def test_a_link_ends_with_the_membership(desk: Desk) -> None:
    path = question_link(desk, desk.asked())
    Membership.objects.filter(user=desk.office.volunteer).update(state="ended")

    assert Client().get(path).status_code == 404


def test_links_are_not_tried_without_end(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kontor.approvals.views.replies.PER_MINUTE_MAX", 3)
    browser = Client(REMOTE_ADDR="198.51.100.7")
    statuses = [browser.get("/answers/guess/").status_code for _ in range(5)]
    assert statuses == [404, 404, 404, 429, 429]


def test_an_answer_after_a_change_asks_anew_for_what_was_changed(desk: Desk) -> None:
    request = desk.asked(100_00)
    path = question_link(desk, request)
    with desk.office.open(by=desk.office.volunteer):
        part = Part(gross=90_00, project_id=desk.office.project.id, cost_type_id=desk.office.cost_type.id)
        save_draft(request.subject_id, {"gross": 90_00}, parts=[part], by=desk.office.volunteer)

    Client().post(path, {"text": "Betrag berichtigt"})

    assert desk.fresh(request).state == "withdrawn"
    with desk.office.open():
        fresh = ApprovalRequest.objects.get(subject_id=request.subject_id, state="pending")
    assert fresh.amount == 90_00
    give(desk, fresh, "approve", desk.lead)
    assert desk.document(request).state == "approved"


def test_booked_and_paid_are_told_to_the_submitter_once(desk: Desk) -> None:
    request = desk.asked()
    give(desk, request, "approve", desk.lead)
    with desk.office.open():
        document = IncomingDocument.objects.get(id=request.subject_id)
        put_to_account(desk.office, document)
        book(document.id, at=clock.now(), by=desk.office.clerk)
        assert finish_settled(at=clock.now()) == 0
        set_paid(document.id, desk.office.bank_id, day=DAY, at=clock.now(), by=desk.office.clerk)
        assert finish_settled(at=clock.now()) == 1
        assert finish_settled(at=clock.now()) == 0

    subjects = [mail.subject for mail in mails_to(desk.office.volunteer)]
    assert [subject.split(":")[0] for subject in subjects] == ["Gebucht", "Bezahlt"]
