"""The reviewer's pages: who sees what, the three answers, taking back, the list of the inconspicuous."""

from __future__ import annotations

from datetime import date

import pytest

from kontor.approvals.models import ApprovalPolicy, ApprovalRequest, Message
from kontor.approvals.tests.desk import Desk, a_desk, a_policy
from kontor.core import clock
from kontor.documents.actions.intake import take_in
from kontor.documents.queries.pages import pages_of
from kontor.documents.tests.papers import a_picture, as_bytes
from kontor.ledger.models.taxes import VatRegime, VatStatus
from kontor.projects.models import Project, ProjectBudget
from kontor.receipts.actions.drafting import add_file
from kontor.receipts.actions.processing import add_note
from kontor.receipts.actions.submitting import submit
from kontor.receipts.models import IncomingDocument, IncomingLine
from kontor.receipts.queries.budgets import budgets
from kontor.receipts.tests.office import DAY, a_draft
from tests.builders import NOW, a_member

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def desk(database: None) -> Desk:
    return a_desk()


def test_the_workbench_shows_what_waits_with_facts_and_findings(desk: Desk) -> None:
    request = desk.asked(119_00)

    page = desk.client(desk.lead).get(desk.url()).content.decode()

    assert f'id="r-{request.id}"' in page
    for words in ("Baumarkt Lindner", "119,00", "Zwingen und Leim", "Offene Werkstatt", "Jonas Lenz", "Sabine Brandt"):
        assert words in page


def test_whoever_is_not_asked_sees_neither_list_nor_document(desk: Desk) -> None:
    request = desk.asked()
    stranger = desk.client(a_member(desk.office.tenant, role="reviewer", name="Dana Okafor"))

    assert f'id="r-{request.id}"' not in stranger.get(desk.url()).content.decode()
    assert stranger.get(desk.url(), {"r": str(request.id)}).status_code == 404
    assert stranger.post(desk.url(f"{request.id}/answer"), {"given": "approve"}).status_code == 404
    assert stranger.post(desk.url(f"{request.id}/message"), {"text": "Hallo"}).status_code == 404
    assert stranger.get(desk.url(f"{request.id}/pictures/1")).status_code == 404
    assert desk.client(desk.office.volunteer).get(desk.url()).status_code == 403


def test_pictures_and_originals_are_open_to_whoever_is_asked_and_to_nobody_else(desk: Desk) -> None:
    with desk.office.open(by=desk.office.volunteer):
        draft = a_draft(desk.office, 80_00)
        stored = take_in(
            as_bytes(a_picture()), name="kassenbon.jpg", owner_type="receipts", at=NOW, by=desk.office.volunteer
        )
        add_file(draft.id, stored, by=desk.office.volunteer)
        submit(draft.id, today=clock.today(), at=clock.now(), by=desk.office.volunteer)
        request = ApprovalRequest.objects.get(subject_id=draft.id)
        shown = pages_of(stored.id)[0]
    other = desk.asked(90_00)
    picture, original = f"{request.id}/pictures/{shown.picture_id}", f"{request.id}/files/{stored.id}"
    asked, stranger = desk.client(desk.lead), desk.client(a_member(desk.office.tenant, role="reviewer"))

    assert asked.get(desk.url(picture)).headers["Content-Type"] == "image/webp"
    assert "attachment" in asked.get(desk.url(original)).headers["Content-Disposition"]
    assert asked.get(desk.url(f"{other.id}/pictures/{shown.picture_id}")).status_code == 404
    assert asked.get(desk.url(f"{other.id}/files/{stored.id}")).status_code == 404
    assert [stranger.get(desk.url(path)).status_code for path in (picture, original)] == [404, 404]

    asked.post(desk.url(f"{request.id}/answer"), {"given": "approve"})
    assert asked.get(desk.url(picture)).status_code == 200
    assert desk.client(desk.treasurer).get(desk.url(picture)).status_code == 404


def test_the_budget_after_approval_counts_what_is_approved_already(desk: Desk) -> None:
    with desk.office.open():
        ProjectBudget.objects.create(project=desk.office.project, year=2026, amount=1_000_00)
        child = Project.objects.create(code="110", name="Holz", parent=desk.office.project, is_submittable=True)
    first = desk.asked(300_00)
    desk.client(desk.lead).post(desk.url(f"{first.id}/answer"), {"given": "approve"})
    second = desk.asked(200_00)
    with desk.office.open():
        IncomingLine.objects.filter(document_id=second.subject_id).update(project=child)

        [budget] = budgets(second.subject_id, clock.today())

    assert (budget.name, budget.planned, budget.spent, budget.asked) == ("Offene Werkstatt", 1_000_00, 300_00, 200_00)
    assert budget.rest == 500_00


def test_a_budget_counts_the_cost_without_the_vat_that_is_deducted(desk: Desk) -> None:
    first, second = desk.asked(119_00), desk.asked(238_00)
    desk.client(desk.lead).post(desk.url(f"{first.id}/answer"), {"given": "approve"})
    with desk.office.open():
        project = desk.office.project
        ProjectBudget.objects.create(project=project, year=DAY.year, amount=1_000_00)
        IncomingLine.objects.filter(document_id__in=[first.subject_id, second.subject_id]).update(
            project=project, tax_code="purchase-standard", tax_amount=None
        )

        [budget] = budgets(second.subject_id, clock.today())

    assert (budget.spent, budget.asked, budget.asked_gross, budget.rest) == (100_00, 200_00, 238_00, 700_00)
    page = desk.client(desk.lead).get(desk.url(), {"r": str(second.id)}).text
    assert "was der Beleg ohne abziehbare Vorsteuer kostet" in page


def test_books_that_deduct_nothing_count_the_gross(desk: Desk) -> None:
    request = desk.asked(119_00)
    with desk.office.open():
        VatRegime.objects.create(valid_from=date(2026, 1, 2), status=VatStatus.SMALL)
        ProjectBudget.objects.create(project=desk.office.project, year=DAY.year, amount=1_000_00)
        IncomingLine.objects.filter(document_id=request.subject_id).update(
            project=desk.office.project, tax_code="purchase-standard", tax_amount=None
        )

        [budget] = budgets(request.subject_id, clock.today())

    assert (budget.asked, budget.asked_gross) == (119_00, 119_00)


def test_the_way_names_either_of_those_who_are_asked_and_the_role_of_a_single_one() -> None:
    desk = a_desk(with_policy=False)
    a_policy(desk, (1, (desk.lead, desk.treasurer)), (1, (desk.setup,)))
    request = desk.asked()

    page = desk.client(desk.lead).get(desk.url(), {"r": str(request.id)}).text

    assert "<b>Jonas Lenz oder Sabine Brandt</b> <em>· jetzt</em>" in page
    assert "Ruth Adam <em>· danach, Administration</em>" in page


def test_approving_goes_on_to_the_next_and_can_be_taken_back(desk: Desk) -> None:
    first, second = desk.asked(10_00), desk.asked(20_00)
    client = desk.client(desk.lead)

    done = client.post(desk.url(f"{first.id}/answer"), {"given": "approve", "fingerprint": first.fingerprint})

    assert done.headers["Location"].endswith(f"?r={second.id}")
    assert desk.document(first).state == "approved"
    page = client.get(done.headers["Location"]).content.decode()
    assert 'data-key="z"' in page

    client.post(desk.url("undo"), {"ids": str(first.id)})

    assert (desk.fresh(first).state, desk.document(first).state) == ("pending", "in_review")


def test_a_second_click_on_approve_is_no_fault(desk: Desk) -> None:
    request = desk.asked()
    client = desk.client(desk.lead)
    for _ in range(2):
        answered = client.post(
            desk.url(f"{request.id}/answer"), {"given": "approve", "fingerprint": request.fingerprint}
        )
        assert answered.status_code == 302
    assert desk.fresh(request).state == "approved"


def test_rejecting_needs_a_reason_and_the_submitter_may_correct(desk: Desk) -> None:
    request = desk.asked()
    client = desk.client(desk.lead)

    refused = client.post(desk.url(f"{request.id}/answer"), {"given": "reject", "reason": "  "})
    assert refused.status_code == 422
    assert desk.fresh(request).state == "pending"

    client.post(desk.url(f"{request.id}/answer"), {"given": "reject", "reason": "Falsches Projekt"})
    document = desk.document(request)
    assert (document.state, document.reject_reason) == ("rejected", "Falsches Projekt")
    assert "Falsches" not in client.get(desk.url()).content.decode()
    assert f'id="r-{request.id}"' in client.get(desk.url(), {"tab": "done"}).content.decode()


def test_contents_changed_meanwhile_are_refused_with_a_sentence_and_nothing_is_lost(desk: Desk) -> None:
    request = desk.asked()
    with desk.office.open():
        IncomingDocument.objects.filter(id=request.subject_id).update(gross=999_00)

    refused = desk.client(desk.lead).post(
        desk.url(f"{request.id}/answer"),
        {"given": "query", "reason": "Wofür war das?", "fingerprint": request.fingerprint},
    )

    assert refused.status_code == 409
    assert "Wofür war das?" in refused.content.decode()
    assert desk.fresh(request).state == "pending"


def test_a_question_waits_in_its_own_tab_until_it_is_answered(desk: Desk) -> None:
    request = desk.asked()
    client = desk.client(desk.lead)

    client.post(desk.url(f"{request.id}/answer"), {"given": "query", "reason": "Wer war dabei?"})

    assert f'id="r-{request.id}"' not in client.get(desk.url()).content.decode()
    page = client.get(desk.url(), {"tab": "query"}).content.decode()
    assert f'id="r-{request.id}"' in page
    assert "Wer war dabei?" in page
    assert desk.document(request).state == "query"


def test_notes_of_the_office_are_never_shown_to_reviewers(desk: Desk) -> None:
    request = desk.asked()
    with desk.office.open():
        add_note(request.subject_id, "Bitte Frau X nicht mehr erstatten", at=NOW, by=desk.office.clerk)

    page = desk.client(desk.lead).get(desk.url(), {"r": str(request.id)}).content.decode()

    assert "nicht mehr erstatten" not in page


def test_the_inconspicuous_are_listed_and_approved_at_once_and_taken_back_at_once(desk: Desk) -> None:
    clean = [desk.asked(gross, variant="organisation") for gross in (10_00, 20_00, 30_00)]
    odd = desk.asked(40_00)
    client = desk.client(desk.lead)

    page = client.get(desk.url("clean/")).content.decode()
    assert all(f'id="c-{each.id}"' in page for each in clean)
    assert f'id="c-{odd.id}"' not in page
    assert "60,00" in page

    chosen = clean[:2]
    posted = {"ids": [str(each.id) for each in (*chosen, odd)]}
    client.post(desk.url("clean/approve"), posted | {f"print-{each.id}": each.fingerprint for each in (*chosen, odd)})
    assert [desk.fresh(each).state for each in (*clean, odd)] == ["approved", "approved", "pending", "pending"]

    client.post(desk.url("undo"), {"ids": [str(each.id) for each in chosen]})
    assert {desk.document(each).state for each in clean} == {"in_review"}


def test_one_that_cannot_be_approved_leaves_the_others_of_the_list_approved(desk: Desk) -> None:
    first, second = (desk.asked(gross, variant="organisation") for gross in (10_00, 20_00))
    client = desk.client(desk.lead)

    client.post(
        desk.url("clean/approve"),
        {
            "ids": [str(first.id), str(second.id)],
            f"print-{first.id}": "something else",
            f"print-{second.id}": second.fingerprint,
        },
    )

    assert (desk.fresh(first).state, desk.fresh(second).state) == ("pending", "approved")
    with desk.office.open():
        assert Message.objects.count() == 0


def test_the_link_of_the_mail_says_when_somebody_else_was_faster(desk: Desk) -> None:
    request = desk.asked()
    desk.client(desk.treasurer).post(desk.url(f"{request.id}/answer"), {"given": "approve"})

    followed = desk.client(desk.lead).get(desk.url(), {"r": str(request.id)}, follow=True)

    assert followed.status_code == 200
    assert f'id="r-{request.id}"' not in followed.content.decode()


def test_two_stages_ask_one_after_the_other(desk: Desk) -> None:
    a_policy(desk, (1, (desk.setup,)), name="Groß", amount_from=500_00)
    with desk.office.open():
        ApprovalPolicy.objects.filter(name="Alle Belege").update(amount_to=499_99)
    a_policy(desk, (1, (desk.lead,)), (1, (desk.treasurer,)), name="Mittel", amount_from=200_00, amount_to=499_99)
    with desk.office.open():
        ids = dict(ApprovalPolicy.objects.values_list("name", "id"))
        ApprovalPolicy.objects.filter(id=ids["Alle Belege"]).update(position=9)
    request = desk.asked(300_00)
    assert desk.client(desk.treasurer).get(desk.url(), {"r": str(request.id)}, follow=True).redirect_chain

    desk.client(desk.lead).post(desk.url(f"{request.id}/answer"), {"given": "approve"})
    assert (desk.fresh(request).state, desk.document(request).state) == ("pending", "in_review")

    desk.client(desk.treasurer).post(desk.url(f"{request.id}/answer"), {"given": "approve"})
    assert (desk.fresh(request).state, desk.document(request).state) == ("approved", "approved")
