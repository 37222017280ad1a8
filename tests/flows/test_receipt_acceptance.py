"""What receipts must do, one check of the requirements per test, through the pages where people meet it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from django.core.cache import cache
from django.test import Client

from kontor.approvals.actions.requests import answer
from kontor.approvals.models import ApprovalRequest
from kontor.approvals.rules.answers import OwnDocument
from kontor.approvals.tests.desk import a_policy
from kontor.core import clock
from kontor.core.models import OutgoingMail
from kontor.openitems.models import OpenItem
from kontor.organisations.door import acting
from kontor.organisations.metering import measure
from kontor.organisations.models import Organisation, Tenant, User
from kontor.organisations.rules.plans import PRESETS, NoRoom
from kontor.organisations.subscribing import load_plans, order_plan, plan_of_code
from kontor.projects.models import CostType, Project
from kontor.receipts.actions.advancing import pay_out_advance, request_advance
from kontor.receipts.actions.booking import book, set_paid
from kontor.receipts.actions.processing import add_note, categorise, save
from kontor.receipts.actions.submitting import submit
from kontor.receipts.models import Advance, Category, IncomingDocument, RefundRoute
from kontor.receipts.queries.documents import to_process
from kontor.receipts.rules.workflow import AssignedToOther
from kontor.receipts.tests.desk_books import stored, typed
from kontor.receipts.tests.office import DAY, IBAN, Office, a_draft, an_office, put_to_account
from tests.builders import NOW, a_member

NOTE = "Bitte Frau Okonkwo nichts mehr erstatten"


@pytest.fixture
def office(database: None) -> Office:
    cache.clear()
    return an_office()


def signed_in(person: User) -> Client:
    client = Client(HTTP_HOST="127.0.0.1", headers={"accept-language": "de"})
    client.force_login(person)
    return client


def at(office: Office, path: str) -> str:
    return f"/t/{office.tenant.code}/{path}"


def a_paper(office: Office, gross: int = 119_00, **values: object) -> IncomingDocument:
    """Hand in a receipt of the volunteer."""
    with office.open(by=office.volunteer):
        draft = a_draft(office, gross, **values)  # type: ignore[arg-type]  # facts of the draft
        return submit(draft.id, today=DAY, at=clock.now(), by=office.volunteer)


def on_plan(office: Office, code: str) -> Organisation:
    organisation = Organisation.objects.get(id=office.tenant.organisation_id)
    with acting(by=None):
        load_plans(PRESETS)
        order_plan(organisation, plan=plan_of_code(code), extra_seats=0, extra_units=0, on=NOW.date(), by=None)
    return organisation


def test_the_fifty_first_receipt_of_free_is_refused_and_after_the_upgrade_all_fifty_are_there(office: Office) -> None:
    organisation = on_plan(office, "free")
    for gross in range(1, 51):
        a_paper(office, gross * 100)
    with office.open(by=office.volunteer):
        last = a_draft(office, 51_00)

    with pytest.raises(NoRoom, match="50 receipts"), office.open(by=office.volunteer):
        submit(last.id, today=DAY, at=NOW, by=office.volunteer)

    page = signed_in(office.volunteer).get(at(office, f"receipts/drafts/{last.id}/")).content.decode()
    assert "51,00" in page
    on_plan(office, "basic")
    with office.open(by=office.volunteer):
        submit(last.id, today=DAY, at=NOW, by=office.volunteer)
        assert IncomingDocument.objects.exclude(state="draft").count() == 51
    assert measure(organisation).receipts == 51


def test_a_submitter_sees_and_may_choose_only_what_is_released(office: Office) -> None:
    with office.open():
        hidden = Project.objects.create(code="900", name="Geheimes Bauprojekt")
        over = Project.objects.create(code="901", name="Altes Projekt", is_submittable=True, is_active=False)
        inner = CostType.objects.create(code="fees", name="Bankgebühren intern")
    with office.open(by=office.volunteer):
        draft = a_draft(office)
    client = signed_in(office.volunteer)
    place = at(office, f"receipts/drafts/{draft.id}/")

    for address in (at(office, "receipts/new/"), place):
        page = client.get(address).content.decode()
        assert "Offene Werkstatt" in page
        for name in (hidden.name, over.name, inner.name):
            assert name not in page

    for part in ({"project": hidden.id, "cost_type": office.cost_type.id},
                 {"project": office.project.id, "cost_type": inner.id}):  # fmt: skip
        forged = client.post(place, a_form(office) | {f"part-0-{name}": str(value) for name, value in part.items()})
        assert forged.status_code == 422
        with office.open():
            assert IncomingDocument.objects.get(id=draft.id).state == "draft"


@pytest.mark.parametrize(
    ("kind", "typed"),
    [("iban", "DE02120300000000202052"), ("iban", "123"), ("iban", ""), ("email", "mira@"), ("email", "mira example.org"),
     ("email", "")],
)  # fmt: skip
def test_the_way_of_the_refund_asks_for_a_right_account_or_a_right_address(
    office: Office, kind: str, typed: str
) -> None:
    with office.open():
        route = RefundRoute.objects.create(name="PayPal", input="email") if kind == "email" else office.route
    with office.open(by=office.volunteer):
        draft = a_draft(office)
    client = signed_in(office.volunteer)
    place = at(office, f"receipts/drafts/{draft.id}/")
    chosen = a_form(office) | {"private_route": str(route.id)}

    refused = client.post(place, chosen | {f"private_{kind}": typed})
    assert refused.status_code == 422
    assert "Leim" in refused.content.decode()

    right = {"iban": IBAN, "email": "mira@example.org"}[kind]
    taken = client.post(place, chosen | {f"private_{kind}": right})
    assert taken.status_code == 302
    with office.open():
        found = IncomingDocument.objects.get(id=draft.id)
        assert (found.state, right in {found.payee_iban, found.payee_email}) == ("approved", True)


def a_form(office: Office) -> dict[str, str]:
    return {
        "go": "submit", "gross": "119,00", "document_date": "10.03.2026", "supplier_name": "Baumarkt Lindner",
        "purpose": "Leim", "parts": "1", "part-0-project": str(office.project.id),
        "part-0-cost_type": str(office.cost_type.id), "variant": "private", "private_route": str(office.route.id),
        "private_payee": "new", "private_iban": IBAN, "private_name": "Mira Okonkwo",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("before", "gross", "line"),
    [
        ([], 150_00, "50,00 € bleiben vom Vorschuss übrig und werden zurückgezahlt."),
        ([], 230_00, "30,00 € werden erstattet"),
        ([120_00], 80_00, "Der Vorschuss ist genau aufgebraucht."),
        ([120_00], 100_00, "20,00 € werden erstattet"),
    ],
)
def test_of_an_advance_of_200_the_page_says_what_is_left_or_owed(
    office: Office, before: list[int], gross: int, line: str
) -> None:
    with office.open():
        advance = _paid_out(office, 200_00)
    for each in before:
        a_paper(office, each, variant="advance", advance_id=advance.id, more_receipts_follow=True)
    with office.open(by=office.volunteer):
        draft = a_draft(office, gross, variant="advance", advance_id=advance.id)

    page = signed_in(office.volunteer).get(at(office, f"receipts/drafts/{draft.id}/payment/")).content.decode()

    assert line in " ".join(re.sub(r"<[^>]+>", " ", page).replace("\xa0", " ").split())


@pytest.mark.parametrize(
    ("receipts", "back", "refund"),
    [([150_00], 50_00, 0), ([230_00], 0, 30_00), ([120_00, 80_00], 0, 0), ([120_00, 100_00], 0, 20_00)],
)
def test_of_an_advance_of_200_the_books_and_the_tracking_page_say_the_same(
    office: Office, receipts: list[int], back: int, refund: int
) -> None:
    with office.open():
        advance = _paid_out(office, 200_00)
    booked = list[IncomingDocument]()
    for place, gross in enumerate(receipts, start=1):
        paper = a_paper(
            office, gross, variant="advance", advance_id=advance.id, more_receipts_follow=place < len(receipts),
            repayment_route_id=office.repayment.id, refund_route_id=office.route.id, payee_iban=IBAN,
            payee_name="Mira Okonkwo",
        )  # fmt: skip
        with office.open():
            put_to_account(office, paper)
            booked.append(book(paper.id, at=NOW, by=office.clerk))
    last = booked[-1]

    with office.open():
        assert OpenItem.objects.get(id=advance.item_id or 0).amount_open == back
        assert OpenItem.objects.get(id=last.item_id or 0).amount_open == refund
    shown = signed_in(office.volunteer).get(at(office, f"receipts/mine/{last.id}/")).content.decode()
    words = " ".join(re.sub(r"<[^>]+>", " ", shown).replace("\xa0", " ").split())
    assert ("Rückzahlung 50,00 €" in words) == (back == 50_00)
    assert ("50,00 € an die Organisation zurückzahlen" in words) == (back == 50_00)


def _paid_out(office: Office, amount: int) -> Advance:
    asked = request_advance(
        user_id=office.volunteer.id, amount=amount, currency="EUR", purpose="Freizeit", at=NOW, by=office.clerk
    )
    return pay_out_advance(asked.id, office.bank_id, day=DAY, at=NOW, by=office.clerk)


def test_a_reviewer_never_approves_their_own_receipt(office: Office) -> None:
    lena, jonas = (a_member(office.tenant, role="reviewer", name=name) for name in ("Lena Vogt", "Jonas Lenz"))
    a_policy(office, (1, (lena, jonas)))
    with office.open(by=lena):
        draft = a_draft(replace(office, volunteer=lena))
        submit(draft.id, today=DAY, at=clock.now(), by=lena)
        asked = ApprovalRequest.objects.get(subject_id=draft.id)
    own = signed_in(lena)

    assert f'id="r-{asked.id}"' not in own.get(at(office, "approvals/")).content.decode()
    refused = own.post(
        at(office, f"approvals/{asked.id}/answer"), {"given": "approve", "fingerprint": asked.fingerprint}
    )
    assert refused.status_code in {404, 409}
    with pytest.raises(OwnDocument), office.open(by=lena):
        answer(asked.id, "approve", on=clock.today(), at=clock.now(), by=lena)

    signed_in(jonas).post(
        at(office, f"approvals/{asked.id}/answer"), {"given": "approve", "fingerprint": asked.fingerprint}
    )
    with office.open():
        assert IncomingDocument.objects.get(id=draft.id).state == "approved"


def test_a_rejection_has_a_reason_stands_under_done_and_is_corrected_there(office: Office) -> None:
    lena = a_member(office.tenant, role="reviewer", name="Lena Vogt")
    a_policy(office, (1, (lena,)))
    paper = a_paper(office)
    with office.open():
        asked = ApprovalRequest.objects.get(subject_id=paper.id)
    desk, volunteer = signed_in(lena), signed_in(office.volunteer)
    place = at(office, f"approvals/{asked.id}/answer")

    assert desk.post(place, {"given": "reject", "reason": " ", "fingerprint": asked.fingerprint}).status_code == 422
    desk.post(place, {"given": "reject", "reason": "Bitte das Projekt prüfen", "fingerprint": asked.fingerprint})

    assert "Baumarkt" not in volunteer.get(at(office, "receipts/mine/")).content.decode()
    assert "Baumarkt" in volunteer.get(at(office, "receipts/mine/?tab=done")).content.decode()
    shown = volunteer.get(at(office, f"receipts/mine/{paper.id}/")).content.decode()
    assert "Bitte das Projekt prüfen" in shown
    corrected = volunteer.post(at(office, f"receipts/drafts/{paper.id}/"), a_form(office) | {"gross": "118,00"})
    assert corrected.status_code == 302
    with office.open():
        again = IncomingDocument.objects.get(id=paper.id)
        assert (again.state, again.gross, again.sequence) == ("in_review", 118_00, paper.sequence)


def test_a_kept_receipt_is_read_and_not_changed_by_others_until_it_is_released(office: Office) -> None:
    other = a_member(office.tenant, name="Dana Okafor")
    kept, free = a_paper(office), a_paper(office, 50_00)
    with office.open():
        save(kept.id, {"purpose": "Klärung mit dem Baumarkt"}, version=None, keep=True, at=NOW, by=office.clerk)
        assert {row.id for row in to_process(office.clerk.id)} == {kept.id, free.id}
        assert {row.id for row in to_process(other.id)} == {free.id}

    b = signed_in(other)
    page = b.get(at(office, f"receipts/desk/?tab=all&r={kept.id}")).content.decode()
    assert "Klärung mit dem Baumarkt" in page
    assert office.clerk.name in page
    assert 'id="desk"' not in page
    assert red_count(page) == "1"
    form = typed(office, kept.id, purpose="anders", document_number="")
    for act in ("save", "book"):
        refused = b.post(at(office, f"receipts/desk/{kept.id}/{act}"), form)
        assert refused.status_code == 422, act
        assert office.clerk.name in refused.content.decode(), act
    assert stored(office, kept.id).purpose == "Klärung mit dem Baumarkt"
    with pytest.raises(AssignedToOther, match=office.clerk.name), office.open(by=other):
        save(kept.id, {"purpose": "anders"}, version=None, keep=False, at=NOW, by=other)

    a = signed_in(office.clerk)
    a.post(at(office, f"receipts/desk/{kept.id}/save"), typed(office, kept.id))
    assert red_count(b.get(at(office, "receipts/desk/")).content.decode()) == "2"
    saved = b.post(at(office, f"receipts/desk/{kept.id}/save"), typed(office, kept.id, purpose="anders"))
    assert saved.status_code == 302
    assert stored(office, kept.id).purpose == "anders"


def red_count(page: str) -> str:
    """Return the count beside „Belegeingang“ in the menu."""
    link = re.search(r'<a href="[^"]*/receipts/desk/"[^>]* data-key="g e">(.*?)</a>', page, re.DOTALL)
    count = re.search(r'class="k-n[^"]*"[^>]*>\D*(\d+)', link.group(1)) if link else None
    return count.group(1) if count else ""


def test_what_is_paid_and_booked_is_only_in_the_archive_and_found_by_its_category(office: Office) -> None:
    paper, waiting = a_paper(office), a_paper(office, 50_00, supplier_name="Druckerei Sommer")
    with office.open():
        put_to_account(office, paper)
        categorise(paper.id, ["Kasse", "Bühne"], by=office.clerk)
        book(paper.id, at=NOW, by=office.clerk)
        keyword = Category.objects.get(name="Bühne").id
        unused = Category.objects.create(name="Bank ABC").id
    client = signed_in(office.clerk)

    def shows(path: str) -> tuple[bool, bool]:
        page = client.get(at(office, path)).content.decode()
        return "Baumarkt Lindner" in page, "Druckerei Sommer" in page

    assert shows("receipts/desk/?tab=all") == (True, True)
    with office.open():
        set_paid(paper.id, office.bank_id, day=DAY, at=NOW, by=office.clerk)
    assert shows("receipts/desk/?tab=all") == (False, True)
    assert shows(f"receipts/archive/?category={keyword}") == (True, False)
    assert shows(f"receipts/archive/?category={unused}") == (False, False)
    assert waiting.id != paper.id


def test_private_notes_reach_neither_submitter_nor_reviewer_on_any_page_and_no_export(office: Office) -> None:
    lena = a_member(office.tenant, role="reviewer", name="Lena Vogt")
    a_policy(office, (1, (lena,)))
    paper = a_paper(office)
    with office.open():
        add_note(paper.id, NOTE, at=NOW, by=office.clerk)
        categorise(paper.id, ["Problemfall Okonkwo"], by=office.clerk)
        asked = ApprovalRequest.objects.get(subject_id=paper.id)
    pages = {
        office.volunteer: [
            "receipts/mine/", f"receipts/mine/{paper.id}/", "receipts/mine/?tab=done", "receipts/new/",
            f"receipts/drafts/{paper.id}/reading/",
        ],
        lena: ["approvals/", f"approvals/?r={asked.id}", "approvals/clean/", "receipts/mine/"],
    }  # fmt: skip
    closed = ["receipts/desk/", f"receipts/desk/{paper.id}/", "receipts/archive/", f"receipts/archive/{paper.id}/",
              "receipts/archive/?export=csv", "receipts/archive/?export=xlsx"]  # fmt: skip

    for person, paths in pages.items():
        client = signed_in(person)
        for path in paths:
            shown = client.get(at(office, path), follow=True)
            assert shown.status_code == 200, path
            assert not {NOTE, "Problemfall"} & set(re.findall(f"{NOTE}|Problemfall", shown.content.decode())), path
        for path in closed:
            assert client.get(at(office, path)).status_code == 403, path

    for person in (office.volunteer, lena):
        for words in ("nichts+mehr+erstatten", "Problemfall"):
            found = signed_in(person).get(at(office, f"palette?q={words}")).content.decode()
            assert paper.supplier_name not in found
    assert not [mail for mail in OutgoingMail.objects.all() if NOTE in f"{mail.subject} {mail.text}"]

    clerk = signed_in(office.clerk)
    assert NOTE in clerk.get(at(office, f"receipts/desk/?tab=all&r={paper.id}")).content.decode()
    handed_out = clerk.get(at(office, "receipts/archive/?export=csv"))
    assert handed_out.status_code == 200
    assert NOTE.encode() not in b"".join(handed_out)
    reader = signed_in(a_member(office.tenant, role="reader"))
    assert NOTE not in reader.get(at(office, f"receipts/archive/{paper.id}/")).content.decode()


def test_an_organisation_opens_further_books_and_each_has_settings_of_its_own(office: Office) -> None:
    ada = a_member(office.tenant, role="administrator", name="Ada Admin")
    ada.set_password("korrekt-pferd-batterie")
    ada.save(update_fields=["password"])
    client = signed_in(ada)
    client.post("/accounts/reauthenticate/", {"password": "korrekt-pferd-batterie"})
    own = f"/organisations/{office.tenant.organisation_id}/"

    opened = client.post(
        f"{own}tenants/new", {"name": "Freizeitheim", "country": "DE", "chart": "SKR42", "first_year": "2026"}
    )

    assert opened.status_code == 302
    second = Tenant.objects.get(organisation_id=office.tenant.organisation_id, name="Freizeitheim")
    assert client.get(f"/t/{second.code}/receipts/setup/").status_code == 200
    assert office.route.name in client.get(at(office, "receipts/setup/ways/")).content.decode()
    assert office.card.name not in client.get(f"/t/{second.code}/receipts/setup/ways/").content.decode()


def test_the_set_up_leads_to_the_submission_and_opens_the_processing_in_a_window_of_its_own(office: Office) -> None:
    page = signed_in(office.clerk).get(at(office, "receipts/setup/")).content.decode()

    for room in ("projects", "types/", "ways/", "submission"):
        assert at(office, f"receipts/setup/{room}") in page
    link = re.search(r'<a[^>]*href="([^"]*)"[^>]*target="_blank"[^>]*>', page)
    assert link is not None
    assert link[1] == at(office, "receipts/desk/")
