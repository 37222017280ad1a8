"""The workbench page by page: saving, assignment, booking, bulk actions, and who gets nothing of it."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kontor.approvals.models import Message
from kontor.contacts.models import BankDetails
from kontor.openitems.models import OpenItem
from kontor.openitems.tests.office import lines_of
from kontor.payments.models import PaymentBatch, PaymentOrder
from kontor.receipts.actions.processing import add_note, save, take
from kontor.receipts.models import DocumentCategory, IncomingDocument, IncomingLine, PrivateNote
from kontor.receipts.queries.inbox import Scope, scope_of
from kontor.receipts.queries.listed import listed_ids, listed_page
from tests.builders import NOW, a_member

from .desk_books import browser, handed_in, stored, typed, url
from .office import Office, a_draft, an_office

pytestmark = pytest.mark.usefixtures("database")

# The shell's nine, and of the desk: list, counts, receipt, choices, parts, files, look-alikes, what was said and decided,
# IBAN, the books (habits, open day, regime), tax codes, accounts, history; and of files what was read, and pictures.
STATEMENTS_MAX = 24


@pytest.fixture
def office() -> Office:
    return an_office()


def badge(page: str) -> str:
    """Return the red count beside „Belegeingang“."""
    link = re.search(r'<a href="[^"]*/receipts/desk/"[^>]* data-key="g e">(.*?)</a>', page, re.DOTALL)
    count = re.search(r'class="k-n[^"]*"[^>]*>\D*(\d+)', link.group(1)) if link else None
    return count.group(1) if count else ""


def test_the_workbench_shows_the_list_and_the_receipt_that_waits_longest(office: Office) -> None:
    first, second = handed_in(office, is_complete=False), handed_in(office, 50_00, is_complete=False)

    page = browser(office.clerk).get(url(office, "inbox")).content.decode()

    assert page.index(f'id="rc-{first}"') < page.index(f'id="rc-{second}"')
    assert f'action="{url(office, "desk_save", document_id=first)}"' in page
    assert badge(page) == "2"


def test_saving_keeps_everything_that_was_typed(office: Office) -> None:
    document_id = handed_in(office, is_complete=False)
    posted = typed(
        office, document_id, supplier="Holzhandel Brüggemann KG", document_number="RG 26-11807", gross="238,00",
        purpose="Platten", keep="on", new_categories="Rechnung, Bank ABC",
    )  # fmt: skip

    answer = browser(office.clerk).post(url(office, "desk_save", document_id=document_id), posted)

    assert answer.status_code == 302
    document = stored(office, document_id)
    assert (document.supplier_name, document.document_number, document.gross) == (
        "Holzhandel Brüggemann KG",
        "RG 26-11807",
        238_00,
    )
    assert (document.state, document.assigned_to_id) == ("in_progress", office.clerk.id)
    with office.open():
        line = IncomingLine.objects.select_related("account").get(document_id=document_id)
        assert (line.gross, line.account.number if line.account else "", line.tax_code) == (
            238_00,
            "4980",
            "purchase-standard",
        )
        assert set(DocumentCategory.objects.values_list("category__name", flat=True)) == {"Rechnung", "Bank ABC"}


def test_a_split_adds_a_part_without_saving_and_removing_takes_it_off(office: Office) -> None:
    document_id = handed_in(office, is_complete=False)
    client = browser(office.clerk)
    before = stored(office, document_id).version

    more = client.post(
        url(office, "desk_save", document_id=document_id), typed(office, document_id, more="1")
    ).content.decode()
    two = typed(
        office, document_id, **{"parts": "2", "part0-gross": "100,00", "part1-gross": "19,00", "part1-account": "4930"}
    )
    less = client.post(url(office, "desk_save", document_id=document_id), two | {"drop": "0"}).content.decode()
    saved = client.post(url(office, "desk_save", document_id=document_id), two)

    assert 'name="part1-account"' in more
    assert 'name="part1-account"' not in less
    assert 'value="4930"' in less
    assert saved.status_code == 302
    with office.open():
        assert list(IncomingLine.objects.order_by("position").values_list("gross", "account__number")) == [
            (100_00, "4980"), (19_00, "4930"),
        ]  # fmt: skip
    assert stored(office, document_id).version == before + 1


def test_two_bookkeepers_on_one_receipt(office: Office) -> None:
    """Acceptance 7: B reads but cannot save while A keeps it; B's red count leaves it out; without the tick B saves."""
    document_id = handed_in(office)
    second = a_member(office.tenant, name="Jonas Lenz")
    a, b = browser(office.clerk), browser(second)
    form_of_b = typed(office, document_id, purpose="Von B getippt")
    assert badge(b.get(url(office, "inbox")).content.decode()) == "1"

    a.post(url(office, "desk_save", document_id=document_id), typed(office, document_id, keep="on"))
    read = b.get(url(office, "inbox") + f"?tab=all&r={document_id}").content.decode()
    refused = b.post(url(office, "desk_save", document_id=document_id), form_of_b)

    assert "Sabine Brandt" in read
    assert 'id="desk"' not in read
    assert badge(read) in {"", "0"}
    assert refused.status_code == 422
    told = refused.content.decode()
    assert "Sabine Brandt" in told
    assert "Von B getippt" in told
    assert stored(office, document_id).purpose == "Zwingen und Leim"

    a.post(url(office, "desk_save", document_id=document_id), typed(office, document_id))
    saved = b.post(
        url(office, "desk_save", document_id=document_id), typed(office, document_id, purpose="Von B getippt")
    )

    assert saved.status_code == 302
    assert stored(office, document_id).purpose == "Von B getippt"


def test_who_may_unlock_breaks_the_assignment_and_keeps_what_was_typed(office: Office) -> None:
    document_id = handed_in(office)
    with office.open():
        take(document_id, at=NOW, by=office.clerk)
    admin, plain = a_member(office.tenant, role="administrator", name="Ada"), a_member(office.tenant, name="Jonas Lenz")
    path = url(office, "desk_unlock", document_id=document_id)

    assert browser(plain).post(path, typed(office, document_id)).status_code == 403
    assert stored(office, document_id).assigned_to_id == office.clerk.id

    answer = browser(admin).post(path, typed(office, document_id, purpose="Getippt von Ada"))

    assert answer.status_code == 200
    assert "Getippt von Ada" in answer.content.decode()
    assert stored(office, document_id).assigned_to_id is None


def test_a_save_over_somebody_elses_shows_both_versions(office: Office) -> None:
    document_id = handed_in(office)
    mine = typed(office, document_id, purpose="Meine Fassung")
    other = a_member(office.tenant, name="Jonas Lenz")
    with office.open(by=other):
        save(document_id, {"purpose": "Seine Fassung"}, version=None, keep=False, at=NOW, by=other)
    client = browser(office.clerk)

    answer = client.post(url(office, "desk_save", document_id=document_id), mine)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Jonas Lenz" in page
    conflict = page[page.index("k-conflict") :]
    assert conflict.index("Seine Fassung") < conflict.index("Meine Fassung")

    version = re.search(r'name="version" value="(\d+)"', page)
    assert version is not None
    again = client.post(url(office, "desk_save", document_id=document_id), mine | {"version": version.group(1)})
    assert again.status_code == 302
    assert stored(office, document_id).purpose == "Meine Fassung"


@pytest.mark.parametrize("variant", ["private", "organisation", "to_pay", "donation"])
def test_the_preview_is_what_is_written(office: Office, variant: str) -> None:
    document_id = handed_in(office, variant=variant, is_complete=False)
    client = browser(office.clerk)

    fragment = client.post(
        url(office, "desk_preview", document_id=document_id), typed(office, document_id)
    ).content.decode()
    shown = [
        (number, _minor(debit) - _minor(credit))
        for number, debit, credit in re.findall(
            r"<tr><td>(\d+)</td><td>[^<]*</td><td>([\d.,]*)</td><td>([\d.,]*)</td></tr>", fragment
        )
    ]
    assert stored(office, document_id).entry_id is None

    client.post(url(office, "desk_book", document_id=document_id), typed(office, document_id))

    document = stored(office, document_id)
    assert document.entry_id is not None
    with office.open():
        written = lines_of(document.entry_id)
        if variant == "donation":
            waiver = OpenItem.objects.get(id=document.item_id or 0)
            assert waiver.amount_open == 0
            written = [*written, ("1700", 119_00), ("8050", -119_00)]
    assert sorted(shown) == sorted(written)


def _minor(text: str) -> int:
    return int(text.replace(".", "").replace(",", "")) if text else 0


def test_a_preview_leaves_nothing_behind(office: Office) -> None:
    document_id = handed_in(office)
    client = browser(office.clerk)
    with office.open():
        before = OpenItem.objects.count()
    version = stored(office, document_id).version

    for _ in range(3):
        client.post(url(office, "desk_preview", document_id=document_id), typed(office, document_id))
    client.get(url(office, "inbox") + f"?tab=all&r={document_id}")

    with office.open():
        assert OpenItem.objects.count() == before
    assert stored(office, document_id).version == version
    client.post(url(office, "desk_book", document_id=document_id), typed(office, document_id))
    with office.open():
        entry = IncomingDocument.objects.select_related("entry").get(id=document_id).entry
        assert entry is not None
        assert entry.sequence == 1


def test_booking_leads_to_the_next_receipt_and_z_takes_it_back(office: Office) -> None:
    first, second = handed_in(office, is_complete=False), handed_in(office, 50_00, is_complete=False)
    client = browser(office.clerk)

    answer = client.post(url(office, "desk_book", document_id=first), typed(office, first, tab="new"), follow=True)

    page = answer.content.decode()
    assert answer.redirect_chain[-1][0].endswith(f"r={second}")
    assert f'action="{url(office, "desk_unbook", document_id=first)}"' in page
    assert stored(office, first).state == "final"

    client.post(url(office, "desk_unbook", document_id=first))

    assert (stored(office, first).state, stored(office, first).entry_id) == ("in_progress", None)


def test_booking_without_an_account_says_so_and_keeps_the_form(office: Office) -> None:
    document_id = handed_in(office, is_complete=False)

    answer = browser(office.clerk).post(
        url(office, "desk_book", document_id=document_id),
        typed(office, document_id, **{"part0-account": "", "purpose": "Bleibt"}),
    )

    assert answer.status_code == 422
    assert "Bleibt" in answer.content.decode()
    assert stored(office, document_id).state == "approved"


def test_rejecting_needs_a_reason_and_asking_back_waits_for_the_answer(office: Office) -> None:
    first, second = handed_in(office), handed_in(office)
    client = browser(office.clerk)

    client.post(url(office, "desk_reject", document_id=first), {"reason": "  "})
    assert stored(office, first).state == "in_progress"
    client.post(url(office, "desk_reject", document_id=first), {"reason": "Privat gekauft"})
    client.post(url(office, "desk_ask", document_id=second), {"question": "Für welches Projekt?"})

    assert (stored(office, first).state, stored(office, first).reject_reason) == ("rejected", "Privat gekauft")
    assert stored(office, second).state == "query"
    with office.open():
        assert Message.objects.get(subject_id=second).is_question


def test_many_are_booked_at_once_and_the_incomplete_ones_say_why(office: Office) -> None:
    ready, missing = [handed_in(office), handed_in(office)], handed_in(office, is_complete=False)
    client = browser(office.clerk)

    page = client.post(url(office, "book_many"), {"ids": [*ready, missing], "tab": "all"}, follow=True).content.decode()

    assert [stored(office, key).state for key in (*ready, missing)] == ["final", "final", "approved"]
    assert f"B-2026-{stored(office, missing).sequence:06d}" in page


def test_many_are_assigned_and_categorised(office: Office) -> None:
    ids = [handed_in(office), handed_in(office)]
    client = browser(office.clerk)

    client.post(url(office, "assign_many"), {"ids": ids})
    client.post(url(office, "categorise_many"), {"ids": ids, "names": "Bar"})
    client.post(url(office, "categorise_many"), {"ids": ids, "names": "Werkstatt"})

    assert {stored(office, key).assigned_to_id for key in ids} == {office.clerk.id}
    with office.open():
        assert DocumentCategory.objects.filter(document_id=ids[0]).count() == 2


def test_receipts_go_onto_one_payment_list_with_their_payees(office: Office) -> None:
    refund = handed_in(office)
    invoice = handed_in(office, 50_00, variant="to_pay", document_number="RG 7")
    by_card = handed_in(office, 20_00, variant="organisation")
    client = browser(office.clerk)
    client.post(url(office, "book_many"), {"ids": [refund, invoice, by_card]})
    item_id = stored(office, invoice).item_id or 0
    with office.open():
        party_id = OpenItem.objects.get(id=item_id).party_id
        BankDetails.objects.create(party_id=party_id, iban="DE89370400440532013000", holder="Baumarkt Lindner GmbH")

    answer = client.post(url(office, "to_payment"), {"ids": [refund, invoice, by_card]})

    with office.open():
        batch = PaymentBatch.objects.get()
        orders = list(PaymentOrder.objects.order_by("position").values_list("payee_name", "payee_iban", "amount"))
    assert answer["Location"].endswith(f"/payments/{batch.id}/")
    assert orders == [
        ("Mira Okonkwo", "DE02120300000000202051", 119_00), ("Baumarkt Lindner", "DE89370400440532013000", 50_00),
    ]  # fmt: skip


def test_a_payment_by_hand_finishes_the_receipt(office: Office) -> None:
    document_id = handed_in(office)
    client = browser(office.clerk)
    client.post(url(office, "book_many"), {"ids": [document_id]})

    client.post(
        url(office, "desk_paid", document_id=document_id), {"money_account": office.bank_id, "day": "12.03.2026"}
    )

    page = client.get(url(office, "inbox") + "?tab=all").content.decode()
    assert f'id="rc-{document_id}"' not in page
    assert f"/archive/{document_id}/" in client.get(url(office, "archive")).content.decode()


@pytest.mark.parametrize("role", ["submitter", "reviewer", "reader", "treasurer"])
def test_nobody_else_gets_the_desk(office: Office, role: str) -> None:
    document_id = handed_in(office)
    client = browser(a_member(office.tenant, role=role, name="Niemand"))
    pages = ["inbox", "invoice_new", "desk_advances", "desk_advance_new", "waivers"]
    acts = ["desk_save", "desk_book", "desk_preview", "desk_unlock", "desk_ask", "desk_message", "desk_note", "desk_reject",
            "desk_unbook", "desk_cancel", "desk_paid", "desk_link"]  # fmt: skip

    answers = [client.get(url(office, name)).status_code for name in pages]
    answers += [client.post(url(office, name, document_id=document_id)).status_code for name in acts]
    answers += [
        client.post(url(office, name)).status_code
        for name in ("assign_many", "categorise_many", "book_many", "to_payment")
    ]

    assert set(answers) == {403}
    assert stored(office, document_id).state == "in_progress"


def test_private_notes_are_written_and_read_by_bookkeepers_alone(office: Office) -> None:
    """Acceptance 8: no page, fragment or export of anybody else holds them."""
    document_id = handed_in(office)
    browser(office.clerk).post(url(office, "desk_note", document_id=document_id), {"note": "Geheimnis 4711"})
    browser(office.clerk).post(url(office, "book_many"), {"ids": [document_id]})
    with office.open():
        assert PrivateNote.objects.get(document_id=document_id).text == "Geheimnis 4711"
    assert (
        "Geheimnis 4711"
        in browser(office.clerk).get(url(office, "inbox") + f"?tab=all&r={document_id}").content.decode()
    )
    assert (
        "Geheimnis 4711" in browser(office.clerk).get(url(office, "archived", document_id=document_id)).content.decode()
    )

    for who in (a_member(office.tenant, role="reader"), a_member(office.tenant, role="treasurer")):
        client = browser(who)
        filed = client.get(url(office, "archived", document_id=document_id))
        assert filed.status_code == 200
        assert "Geheimnis 4711" not in filed.content.decode()
        assert "Geheimnis 4711" not in client.get(url(office, "archive") + "?q=Geheimnis").content.decode()
    exported = browser(office.clerk).get(url(office, "archive") + "?export=csv").content.decode()
    assert "Geheimnis" not in exported
    for name in ("archive", "inbox"):
        assert browser(office.volunteer).get(url(office, name)).status_code == 403


def test_the_filter_bar_narrows_the_list_and_stands_in_the_address(office: Office) -> None:
    small, large = handed_in(office, 20_00, supplier_name="Café Leinepark"), handed_in(office, 500_00, variant="to_pay")
    kept = handed_in(office, 80_00)
    with office.open():
        take(kept, at=NOW, by=office.clerk)

    def found(**given: str) -> set[int]:
        with office.open():
            scope = scope_of({"tab": "all", **given}, region="DE")
            ids = listed_ids(scope, user_id=office.clerk.id, limit=100)
            assert [row.id for row in listed_page(scope, user_id=office.clerk.id).rows] == ids
            return set(ids)

    assert found() == {small, large, kept}
    assert found(variant="to_pay") == {large}
    assert found(least="100,00") == {large}
    assert found(most="79,99") == {small}
    assert found(q="leinepark") == {small}
    assert found(q=f"B-2026-{stored(office, large).sequence:06d}") == {large}
    assert found(assigned="me") == {kept}
    assert found(assigned="nobody") == {small, large}
    assert found(assigned="others") == set()
    assert found(project=str(office.project.id)) == {small, large, kept}
    assert found(account="4980") == {small, large, kept}
    assert found(account="4930") == set()
    assert found(submitter=str(office.volunteer.id)) == {small, large, kept}
    assert found(submitter=str(office.clerk.id)) == set()
    assert found(since="2026-03-11") == set()
    assert found(until="2026-03-10", status="in_progress") == {small, large, kept}
    page = browser(office.clerk).get(url(office, "inbox"), {"tab": "all", "variant": "to_pay"}).content.decode()
    assert "variant=to_pay" in page[page.index('class="k-txl"') :].split("</ul>")[0]


def test_the_tabs_count_what_they_hold(office: Office) -> None:
    handed_in(office, is_complete=False)
    handed_in(office)
    booked = handed_in(office)
    browser(office.clerk).post(url(office, "book_many"), {"ids": [booked]})
    asked = handed_in(office)
    browser(office.clerk).post(url(office, "desk_ask", document_id=asked), {"question": "Wofür?"})

    with office.open():
        assert listed_page(Scope(), user_id=office.clerk.id).counts == {
            "new": 1, "progress": 1, "query": 1, "pay": 1, "booked": 0, "all": 4,
        }  # fmt: skip


def test_the_page_asks_as_often_however_many_receipts_there_are(office: Office) -> None:
    document_id = handed_in(office)
    client = browser(office.clerk)
    address = url(office, "inbox") + f"?tab=all&r={document_id}"
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for _ in range(6):
        handed_in(office, variant="to_pay", supplier_name="Holzhandel", document_number="RG 7")

    with CaptureQueriesContext(connection) as many:
        client.get(address)

    assert len(many) <= len(few) <= STATEMENTS_MAX


def test_a_note_belongs_to_no_submitters_json(office: Office) -> None:
    document_id = handed_in(office)
    with office.open():
        add_note(document_id, "Nur für uns", at=NOW, by=office.clerk)
    client = browser(office.volunteer)
    for path in (f"/t/{office.tenant.code}/receipts/", f"/t/{office.tenant.code}/"):
        assert "Nur für uns" not in client.get(path).content.decode()


def test_the_desks_address_of_a_draft_says_whose_it_is(office: Office) -> None:
    with office.open(by=office.volunteer):
        document = a_draft(office)

    answer = browser(office.clerk).get(url(office, "desk_document", document_id=document.id))

    assert answer.status_code == 404
    assert f"ein Entwurf von {office.volunteer.name}" in answer.content.decode()
