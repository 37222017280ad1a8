"""What a submitter sees of receipts and advances afterwards: questions, refusals, payment."""

import re

from kontor.approvals.actions.policies import save_policy
from kontor.approvals.rules.policies import Policy, Stage
from kontor.receipts.actions.advancing import pay_out_advance, request_advance
from kontor.receipts.actions.booking import book, set_paid
from kontor.receipts.actions.processing import add_note, ask_back, reject
from kontor.receipts.actions.submitting import submit
from kontor.receipts.models import Advance, IncomingDocument
from kontor.receipts.queries.own_sums import sums_of
from kontor.receipts.tests.handing_in import DRAFT, a_photo, at, signed_in, typed, uploaded
from kontor.receipts.tests.office import DAY, a_draft, an_office, put_to_account
from tests.builders import NOW, a_member


def test_the_advance_of_a_person_is_offered_with_what_is_left_and_the_outcome(database: None) -> None:
    office = an_office()
    client = signed_in(office.volunteer)
    with office.open():
        asked = request_advance(
            user_id=office.volunteer.id, amount=100_00, currency="EUR", purpose="Sommerfest", at=NOW, by=office.clerk
        )
        advance = pay_out_advance(asked.id, office.bank_id, day=DAY, at=NOW, by=office.clerk)
    with office.open(by=office.volunteer):
        document = a_draft(office, 37_20)
    given = typed(office, "advance", advance=advance.id, advance_typed="", gross="37,20", go="")

    state = client.post(at(office, f"drafts/{document.id}/"), given, headers=DRAFT).json()
    more = client.post(at(office, f"drafts/{document.id}/"), {**given, "gross": "119,00"}, headers=DRAFT).json()

    assert "62,80" in state["outlook"]
    assert "19,00" in more["outlook"]
    assert "Sommerfest" in client.get(at(office, f"drafts/{document.id}/payment/")).content.decode()


def test_an_advance_is_asked_for_and_shown(database: None) -> None:
    office = an_office()
    client = signed_in(office.volunteer)
    address = at(office, "mine/advances/")

    empty = client.post(address, {"amount": "", "purpose": ""})
    answer = client.post(address, {"amount": "80", "purpose": "Kuchenbasar", "project": office.project.id})

    assert (empty.status_code, answer.status_code) == (422, 302)
    assert "Kuchenbasar" in client.get(address).content.decode()
    with office.open():
        assert (Advance.objects.get().amount, Advance.objects.get().user_id) == (80_00, office.volunteer.id)


def test_a_question_is_answered_in_the_list_and_notes_of_the_desk_stay_there(database: None) -> None:
    office = an_office()
    client = signed_in(office.volunteer)
    with office.open(by=office.volunteer):
        document = a_draft(office)
        submit(document.id, today=DAY, at=NOW, by=office.volunteer)
    with office.open():
        add_note(document.id, "Geheime Notiz der Buchhaltung", at=NOW, by=office.clerk)
        ask_back(document.id, "Welches Fahrzeug?", at=NOW, by=office.clerk)

    page = client.get(at(office, "mine/")).content.decode()
    answer = client.post(at(office, f"mine/{document.id}/answer/"), {"text": "H-WH 17", "next": "list"})
    detail = client.get(at(office, f"mine/{document.id}/")).content.decode()

    assert "Welches Fahrzeug?" in page
    assert "Antwort senden" in page
    assert answer.status_code == 302
    assert "H-WH 17" in detail
    assert "Geheime Notiz" not in page + detail
    with office.open():
        assert IncomingDocument.objects.get().state == "approved"


def test_a_rejected_receipt_says_why_and_is_handed_in_again_under_its_number(database: None) -> None:
    office = an_office()
    client = signed_in(office.volunteer)
    with office.open(by=office.volunteer):
        document = a_draft(office)
        submit(document.id, today=DAY, at=NOW, by=office.volunteer)
    with office.open():
        reject(document.id, "Das Foto ist unscharf.", at=NOW, by=office.clerk)

    page = client.get(at(office, "mine/?tab=done")).content.decode()
    again = client.get(at(office, f"drafts/{document.id}/use/")).content.decode()
    answer = client.post(at(office, f"drafts/{document.id}/"), typed(office))

    assert "Das Foto ist unscharf." in page
    assert "Korrigieren und erneut einreichen" in page
    assert "Das Foto ist unscharf." in again
    assert answer.status_code == 302
    with office.open():
        row = IncomingDocument.objects.get()
        assert (row.state, row.sequence) == ("approved", 1)


def test_a_receipt_is_withdrawn_and_its_draft_page_then_opens_again(database: None) -> None:
    office = an_office()
    client = signed_in(office.volunteer)
    with office.open(by=office.volunteer):
        document = a_draft(office)
        submit(document.id, today=DAY, at=NOW, by=office.volunteer)
    assert client.get(at(office, f"drafts/{document.id}/")).status_code == 302

    client.post(at(office, f"mine/{document.id}/withdraw/"))

    assert client.get(at(office, f"drafts/{document.id}/")).status_code == 200
    with office.open():
        assert IncomingDocument.objects.get().state == "withdrawn"


def test_a_draft_is_thrown_away_but_never_what_was_handed_in(database: None) -> None:
    office = an_office()
    client = signed_in(office.volunteer)
    with office.open(by=office.volunteer):
        kept, thrown = a_draft(office), a_draft(office)
        submit(kept.id, today=DAY, at=NOW, by=office.volunteer)

    answers = [client.post(at(office, f"drafts/{each.id}/delete/")).status_code for each in (kept, thrown)]

    assert answers == [409, 302]
    with office.open():
        assert [row.id for row in IncomingDocument.objects.all()] == [kept.id]


def test_a_paid_receipt_is_done_with_its_day_and_counts_as_refunded(database: None) -> None:
    office = an_office()
    client = signed_in(office.volunteer)
    with office.open(by=office.volunteer):
        document = a_draft(office)
        submit(document.id, today=DAY, at=NOW, by=office.volunteer)
    on_way = client.get(at(office, "mine/")).content.decode()
    with office.open():
        put_to_account(office, document)
        book(document.id, at=NOW, by=office.clerk)
        set_paid(document.id, office.bank_id, day=DAY, at=NOW, by=office.clerk)

    done = client.get(at(office, "mine/?tab=done")).content.decode()
    detail = client.get(at(office, f"mine/{document.id}/")).content.decode()

    assert "119,00" in on_way.split("k-figs")[1].split("</section>")[0]
    assert "erstattet" in done
    assert "Di. 10.03." in done
    assert "Sabine Brandt" not in done + detail
    with office.open():
        sums = sums_of(office.volunteer.id, today=DAY, currency="EUR")
        assert (sums.on_way, sums.refunded, sums.next_day) == (0, 119_00, None)


def test_who_checks_first_is_said_before_it_is_handed_in(database: None) -> None:
    office = an_office()
    reviewer = a_member(office.tenant, role="reviewer", name="Jonas Lenz")
    client = signed_in(office.volunteer)
    with office.open():
        stage = Stage(number=1, needed=1, users=(reviewer.id,))
        save_policy(
            Policy(id=0, name="Alles", subject_type="receipts.document", stages=(stage,)),
            state="active",
            by=office.clerk,
        )
    with office.open(by=office.volunteer):
        document = a_draft(office)

    page = client.get(at(office, f"drafts/{document.id}/payment/")).content.decode()
    client.post(at(office, f"drafts/{document.id}/"), typed(office))
    mine = client.get(at(office, "mine/")).content.decode()

    assert "vorher prüft Jonas Lenz" in page
    assert "Nächster Schritt: Jonas Lenz prüft." in mine
    with office.open():
        assert IncomingDocument.objects.get().state == "in_review"


def test_what_is_left_of_the_advances_stands_on_their_card_and_other_drafts_are_offered(database: None) -> None:
    office = an_office()
    with office.open():
        advance = request_advance(
            user_id=office.volunteer.id, amount=62_80, currency="EUR", purpose="Freizeit", at=NOW, by=office.clerk
        )
        pay_out_advance(advance.id, office.bank_id, day=DAY, at=NOW, by=office.clerk)
    client = signed_in(office.volunteer)
    uploaded(client, office, a_photo())

    page = client.get(at(office, "new/")).content.decode()

    assert re.search(r"Noch 62,80\s€ verfügbar", page)
    assert "1 Entwurf wartet auf das Einreichen" in page
