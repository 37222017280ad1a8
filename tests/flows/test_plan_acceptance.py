"""The third acceptance check: on the plan Free the 51st receipt and the third member are refused through every door.

A refusal says its sentence, keeps what was brought, and hides nothing; a larger plan keeps the 50 and takes the next.
"""

from __future__ import annotations

import re
import uuid

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from kontor.core import clock
from kontor.core.numbering import take_numbers
from kontor.documents.tests.papers import CII, a_picture, as_bytes
from kontor.organisations.door import acting
from kontor.organisations.metering import measure
from kontor.organisations.models import Membership, Organisation, Plan, Subscription, TenantAccess, User
from kontor.organisations.queries import tenants_of
from kontor.organisations.rules.plans import PRESETS, NoRoomForMembers
from kontor.organisations.subscribing import load_plans
from kontor.organisations.tests.test_plans import _run as run
from kontor.receipts.actions.intake import draft_for_sender
from kontor.receipts.actions.mailboxes import MailboxFacts, save_mailbox
from kontor.receipts.actions.processing import reject
from kontor.receipts.actions.submitting import SERIES
from kontor.receipts.models import Attachment, IncomingDocument, IncomingLine, IntakeMessage
from kontor.receipts.tasks import keep_all
from kontor.receipts.tests.letters import PDF, a_letter
from kontor.receipts.tests.office import IBAN, Office, a_draft, an_office
from kontor.receipts.transports.letters import read_letter
from tests.builders import NOW, a_member, a_user
from tests.flows.test_receipts_story import PASSWORD, Person, text_of

RECEIPTS = "Der Tarif „Free“ umfasst 50 Belege"
MEMBERS = "Der Tarif „Free“ hat Platz für 2 Mitglieder"
FIFTY = 50


class Books:
    """An organisation on Free with an administrator, a volunteer who only submits, and one place for a member."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.organisation = Organisation.objects.get(id=office.tenant.organisation_id)
        self.ada = Person(admin := a_member(office.tenant, role="administrator", name="Ada Admin"))
        self.mira, self.ruth = Person(office.volunteer), Person(office.clerk)
        self.ada.client.post("/accounts/reauthenticate/", {"password": PASSWORD})
        Membership.objects.filter(user=admin).update(is_admin=True)
        with acting(by=None):
            load_plans(PRESETS)
        self.orders("free")

    def at(self, path: str) -> str:
        return f"/t/{self.office.tenant.code}/{path}"

    def of(self, path: str) -> str:
        return f"/organisations/{self.organisation.id}/{path}"

    def orders(self, plan: str) -> None:
        """Order a plan on its page."""
        self.ada.sends(self.of("plan"), {"plan": plan})

    def handed_in(self) -> int:
        """Return how many receipts were ever handed in."""
        with self.office.open():
            return IncomingDocument.objects.exclude(sequence=None).count()

    def draft(self) -> int:
        """Make a complete draft of the volunteer."""
        with self.office.open(by=self.office.volunteer):
            return a_draft(self.office, 51_00, supplier_name="Der einundfünfzigste").id

    def asks(self, name: str) -> Membership:
        """Let somebody ask to join by the code."""
        person = Person(user := a_user(name=name))
        person.sends("/join/", {"code": self.organisation.invitation_code})
        return Membership.objects.get(user=user)


def a_form(office: Office) -> dict[str, object]:
    return {
        "go": "submit", "gross": "51,00", "document_date": f"{clock.today():%d.%m.%Y}", "supplier_name": "Der einundfünfzigste",
        "purpose": "Leim", "parts": "1", "part-0-project": str(office.project.id),
        "part-0-cost_type": str(office.cost_type.id), "variant": "private", "private_route": str(office.route.id),
        "private_payee": "new", "private_iban": IBAN, "private_name": "Mira Okonkwo",
    }  # fmt: skip


@pytest.fixture
def books(database: None) -> Books:
    cache.clear()
    return Books(an_office())


@pytest.fixture
def full(books: Books) -> Books:
    """Hand in 50 receipts; the last one through its page."""
    with books.office.open(by=books.office.volunteer):
        first = a_draft(books.office, 1_00)
        numbers = take_numbers(SERIES, year=clock.today().year, count=FIFTY - 1)
        facts = {
            each.attname: getattr(first, each.attname)
            for each in IncomingDocument._meta.concrete_fields
            if each.attname not in {"id", "tenant_id", "gross", "state", "year", "sequence", "submitted_at", "client_key"}
        }  # fmt: skip
        made = IncomingDocument.objects.bulk_create(
            IncomingDocument(**facts, gross=number * 100, state="approved", year=clock.today().year, sequence=number,
                             submitted_at=NOW, client_key=f"full-{number}")
            for number in range(numbers, numbers + FIFTY - 1)
        )  # fmt: skip
        IncomingLine.objects.bulk_create(
            IncomingLine(document=each, position=1, gross=each.gross or 0, project=books.office.project,
                         cost_type=books.office.cost_type)
            for each in made
        )  # fmt: skip
    books.mira.sends(books.at(f"receipts/drafts/{first.id}/"), a_form(books.office) | {"gross": "50,00"})
    assert books.handed_in() == FIFTY
    return books


def refused(books: Books, person: Person, path: str, values: dict[str, object], sentence: str = RECEIPTS) -> None:
    """Send a form and see the sentence, with nothing more handed in than before."""
    before = books.handed_in()
    answer = person.client.post(books.at(path), values)
    words = text_of(answer.content.decode())
    assert answer.status_code in {409, 422}, path
    assert sentence in words, (path, words[:600])
    assert books.handed_in() == before, path


def a_photo(colour: str = "white") -> SimpleUploadedFile:
    return SimpleUploadedFile("bon.jpg", as_bytes(a_picture((400, 500), colour)), content_type="image/jpeg")


@pytest.mark.parametrize("step", ["", "payment/"])
def test_the_51st_receipt_is_refused_on_phone_and_desk_page_and_stays_a_draft(full: Books, step: str) -> None:
    draft = full.draft()

    refused(full, full.mira, f"receipts/drafts/{draft}/{step}", a_form(full.office))
    refused(full, full.mira, f"receipts/drafts/{draft}/{step}", a_form(full.office))

    assert "51,00" in full.mira.sees(full.at(f"receipts/drafts/{draft}/"))
    assert "Der einundfünfzigste" in full.mira.sees(full.at("receipts/mine/?tab=drafts"))


def test_the_51st_receipt_is_refused_as_an_own_voucher_without_a_file(full: Books) -> None:
    begun = full.mira.sends(full.at("receipts/new/"), {"client_key": "ohne-datei-1", "own_voucher": "on"})
    draft = int(begun.rstrip("/").split("/")[-1])

    refused(
        full, full.mira, f"receipts/drafts/{draft}/", a_form(full.office) | {"own_voucher_reason": "Automat ohne Bon"}
    )

    with full.office.open():
        assert IncomingDocument.objects.get(id=draft).purpose == "Leim"


@pytest.mark.parametrize("source", ["", "share"])
def test_photos_of_the_queue_and_of_other_apps_are_kept_though_the_51st_is_not_taken(full: Books, source: str) -> None:
    def send() -> dict[str, str]:
        answer = full.mira.client.post(
            full.at("receipts/upload/"),
            {"client_key": "aus-der-warteschlange", "source": source, "file": a_photo()},
            headers={"X-Fragment": "upload"},
        )
        assert answer.status_code == 200
        told: dict[str, str] = answer.json()
        return told

    first, again = send(), send()  # when the connection is back, and once more after a lost answer
    assert first == again
    document_id = int(first["document"])

    refused(full, full.mira, f"receipts/drafts/{document_id}/", a_form(full.office))

    with full.office.open():
        assert Attachment.objects.filter(document_id=document_id).count() == 1
    assert full.mira.client.get(first["thumb"]).status_code == 200


def test_a_letter_with_the_51st_waits_for_the_bookkeeper_who_is_told_why(full: Books) -> None:
    facts = MailboxFacts(
        address="belege@example.org", host="imap.example.org", port=993, uses_tls=True, user_name="belege"
    )
    with full.office.open():
        box = save_mailbox(facts, password=PASSWORD, local_hosts=frozenset(), by=full.office.clerk).id
    letter = a_letter(sender=full.office.volunteer.email, subject="Bon 51", files=[("bon.pdf", "application/pdf", PDF)])
    content = letter.as_bytes()

    keep_all(full.office.tenant.id, box, content, read_letter(content), at=NOW)

    with full.office.open():
        message = IntakeMessage.objects.get()
        assert (message.state, IncomingDocument.objects.filter(source="mail").count()) == ("waiting", 0)
    page = full.ruth.sees(full.at("receipts/letters/"))
    assert "Bon 51" in page
    assign = f"receipts/letters/{message.id}/assign"
    refused(full, full.ruth, assign, {"member": str(full.office.volunteer.id)})
    full.orders("basic")
    full.ruth.sends(full.at(assign), {"member": str(full.office.volunteer.id)})
    with full.office.open():
        assert IncomingDocument.objects.get(source="mail").submitter_id == full.office.volunteer.id
        assert draft_for_sender(message.id, read_letter(content), at=NOW) is None


def test_a_supplier_s_invoice_is_the_51st_as_well(full: Books) -> None:
    posted: dict[str, object] = {
        "supplier": "Stadtwerke", "document_number": "VK 4", "document_date": "05.03.2026", "gross": "412,00",
        "account": "4980", "tax_code": "purchase-standard", "payee_iban": IBAN,
        "document": SimpleUploadedFile("re.xml", CII, content_type="application/xml"),
    }  # fmt: skip

    refused(full, full.ruth, "receipts/desk/invoice", posted)

    with full.office.open():
        assert not IncomingDocument.objects.filter(kind="supplier_invoice").exists()


def test_at_the_limit_nothing_is_hidden_and_what_was_handed_in_goes_on(full: Books) -> None:
    draft = full.draft()
    refused(full, full.mira, f"receipts/drafts/{draft}/", a_form(full.office))

    assert "50 von 50" in text_of(full.ada.sees(full.of("plan")))
    with full.office.open():
        ids = list(IncomingDocument.objects.exclude(sequence=None).order_by("id").values_list("id", flat=True))
    for document_id in (ids[0], ids[24], ids[-1]):
        assert full.mira.client.get(full.at(f"receipts/mine/{document_id}/")).status_code == 200
        assert full.ruth.client.get(full.at(f"receipts/desk/?tab=all&r={document_id}")).status_code == 200
    pages = "".join(full.mira.sees(full.at(f"receipts/mine/?page={page}")) for page in (1, 2, 3))
    assert {int(each) for each in re.findall(r"/receipts/mine/(\d+)/", pages)} == set(ids)

    with full.office.open():
        reject(ids[0], "Bitte das Projekt prüfen", at=NOW, by=full.office.clerk)
    full.mira.sends(full.at(f"receipts/drafts/{ids[0]}/"), a_form(full.office) | {"gross": "50,00"})
    assert full.handed_in() == FIFTY


def test_a_larger_plan_keeps_the_fifty_and_takes_the_next_one(full: Books) -> None:
    draft = full.draft()
    refused(full, full.mira, f"receipts/drafts/{draft}/", a_form(full.office))
    with full.office.open():
        before = list(
            IncomingDocument.objects.exclude(sequence=None).order_by("id").values_list("id", "gross", "state")
        )

    full.orders("basic")
    full.mira.sends(full.at(f"receipts/drafts/{draft}/"), a_form(full.office))

    with full.office.open():
        after = IncomingDocument.objects.exclude(sequence=None).order_by("id")
        assert list(after.exclude(id=draft).values_list("id", "gross", "state")) == before
        assert IncomingDocument.objects.get(id=draft).sequence == FIFTY + 1
    assert measure(full.organisation).receipts == FIFTY + 1
    assert Subscription.objects.get(organisation=full.organisation).plan == Plan.objects.get(code="basic")


def belongs(user: User, books: Books) -> bool:
    own = Membership.objects.filter(user=user, organisation=books.organisation, state="active", is_upload_only=False)
    return own.exists() or TenantAccess.objects.filter(user=user).exists()


def test_the_third_member_is_refused_at_the_acceptance_but_may_submit(books: Books) -> None:
    third = books.asks("Dana Okafor")
    place = books.of(f"users/{third.id}/accept")

    answer = books.ada.client.post(place)
    assert answer.status_code == 409
    assert MEMBERS in text_of(answer.content.decode())
    third.refresh_from_db()
    assert third.state == "requested"
    assert "Dana Okafor" in books.ada.sees(books.of("users/"))

    access = books.ada.sends(place, {"only_upload": "1"})
    more = books.ada.client.post(access, {f"books{books.office.tenant.id}": ["Buchhaltung"]})
    assert more.status_code == 409
    assert MEMBERS in text_of(more.content.decode())
    assert tenants_of(third.user) == []
    books.ada.sends(access, {f"books{books.office.tenant.id}": ["Einreichung"]})
    assert [one.id for one in tenants_of(third.user)] == [books.office.tenant.id]


def test_the_third_member_is_refused_at_the_door_of_the_books_and_by_more_roles(books: Books) -> None:
    known, email = a_user(name="Dana Okafor"), f"{uuid.uuid4().hex[:12]}@example.org"

    for address in (known.email, email):
        answer = books.ada.client.post(
            books.at("people/new"), {"email": address, "name": "Dana Okafor", "role": "Buchhaltung"}
        )
        assert answer.status_code == 422
        assert MEMBERS in text_of(answer.content.decode())
    assert not belongs(known, books)
    assert not User.objects.filter(email=email).exists()

    answer = books.ada.client.post(
        books.at(f"people/{books.office.volunteer.id}/"), {"roles": ["Einreichung", "Buchhaltung"]}
    )
    assert answer.status_code == 422
    assert MEMBERS in text_of(answer.content.decode())
    assert Membership.objects.get(user=books.office.volunteer).is_upload_only
    with pytest.raises(NoRoomForMembers):
        run("create-user", email, "--tenant", books.office.tenant.code, "--role", "bookkeeper")
    assert not User.objects.filter(email=email).exists()


def test_with_a_larger_plan_the_third_member_comes_in_and_the_two_stay(books: Books) -> None:
    third = books.asks("Dana Okafor")
    assert books.ada.client.post(books.of(f"users/{third.id}/accept")).status_code == 409

    books.orders("basic")
    access = books.ada.sends(books.of(f"users/{third.id}/accept"), {})
    books.ada.sends(access, {f"books{books.office.tenant.id}": ["Buchhaltung"]})

    page = books.ada.sees(books.of("users/"))
    for name in ("Ada Admin", books.office.clerk.name, "Mira Okonkwo", "Dana Okafor"):
        assert name in page
    assert measure(books.organisation).members == 3
