"""The way of a receipt: an unknown volunteer registers, joins, hands in, and the money is on their account.

Everything goes through the doors that people use: pages, mails, files of the bank.
"""

from __future__ import annotations

import io
import re
import uuid
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from lxml import etree, html
from PIL import Image, ImageDraw

from kontor.approvals.models import ApprovalRequest
from kontor.approvals.tests.desk import a_policy
from kontor.banking.models import BankTransaction, MoneyAccount
from kontor.core import clock
from kontor.core.invariants import proven_inside, violations
from kontor.ledger.models.accounts import Account
from kontor.openitems.models import Allocation, OpenItem
from kontor.organisations.models import Membership, Organisation, User
from kontor.organisations.queries import user_by_email
from kontor.organisations.tests.mails import last_mail_to, link_in
from kontor.payments.models import PaymentBatch
from kontor.receipts.models import Category, IncomingDocument
from kontor.receipts.queries.documents import document_by_id, standing_of
from kontor.receipts.rules.tracks import Payment, Status
from kontor.receipts.tests.office import Office, an_office
from tests.builders import a_member

PASSWORD = "korrekt-pferd-batterie"
HOUSE_BANK = "DE89370400440532013000"
OWN_IBAN = "DE02120300000000202051"


class Person:
    """Somebody at a browser that speaks German and runs no scripts."""

    def __init__(self, user: User | None = None) -> None:
        self.client = Client(HTTP_HOST="127.0.0.1", headers={"accept-language": "de"})
        if user is not None:
            user.set_password(PASSWORD)
            user.save(update_fields=["password"])
            self.client.force_login(user)

    def sees(self, path: str) -> str:
        """Return the page at an address, which must be there for them."""
        answer = self.client.get(path, follow=True)
        assert answer.status_code == 200, (path, answer.status_code)
        return str(answer.content.decode())

    def sends(self, path: str, values: dict[str, object]) -> str:
        """Send a form that is taken, and return where it leads."""
        answer = self.client.post(path, values)
        assert answer.status_code == 302, (path, answer.status_code, text_of(answer.content.decode()))
        return str(answer["Location"])

    def fills_in(self, page: str, action: str, **typed: object) -> dict[str, object]:
        """Return what the form of a page sends when these fields are filled in and the rest stays."""
        root: Any = html.document_fromstring(page)  # the stubs know no forms
        found = [form for form in root.forms if form.get("action") == action]
        assert found, f"no form for {action}"
        shown = [(name, value) for name, value in found[0].form_values() if name != "csrfmiddlewaretoken"]
        values: dict[str, object] = {}
        for name, value in shown:
            values[name] = [*values.get(name, []), value]  # type: ignore[misc]
        return values | typed


def text_of(page: str) -> str:
    root: Any = html.document_fromstring(page)
    return " ".join(str(root.text_content()).split())


@pytest.fixture
def office(database: None) -> Office:
    cache.clear()
    made = an_office()
    with made.open():
        MoneyAccount.objects.filter(id=made.bank_id).update(iban=HOUSE_BANK)
    return made


def a_photo() -> SimpleUploadedFile:
    picture = Image.new("RGB", (900, 1200), "#5a4632")
    draw = ImageDraw.Draw(picture)
    draw.polygon([(180, 120), (720, 100), (750, 1080), (150, 1100)], fill="white")
    draw.text((300, 300), "BAUMARKT LINDNER  SUMME 119,00", fill="black")
    content = io.BytesIO()
    picture.save(content, "JPEG")
    return SimpleUploadedFile("IMG_2231.jpg", content.getvalue(), content_type="image/jpeg")


def registered() -> tuple[Person, User]:
    """Create an account by the form and the mail's link."""
    email = f"{uuid.uuid4().hex[:12]}@example.org"
    mira = Person()
    mira.sends(
        "/accounts/signup/",
        {"first_name": "Mira", "last_name": "Okonkwo", "email": email, "password1": PASSWORD, "password2": PASSWORD,
         "terms": "on"},
    )  # fmt: skip
    assert mira.client.post("/accounts/login/", {"login": email, "password": PASSWORD})["Location"] != "/"
    mira.sends(link_in(last_mail_to(email)), {})
    assert mira.sends("/accounts/login/", {"login": email, "password": PASSWORD}) == "/"
    found = user_by_email(email)
    assert found is not None
    return mira, found


def let_in(office: Office, mira: Person, user: User) -> None:
    """Ask by the code, be accepted, and get the right to hand in; before that every page of the books is closed."""
    books = f"/t/{office.tenant.code}/"
    ada = Person(a_member(office.tenant, role="administrator", name="Ada Admin"))
    ada.client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    code = Organisation.objects.get(id=office.tenant.organisation_id).invitation_code

    assert "Einladungscode" in mira.sees("/")
    mira.sends("/join/", {"code": code.lower()})
    membership = Membership.objects.get(user=user)
    assert mira.client.get(f"{books}receipts/new/").status_code == 404
    users = f"/organisations/{office.tenant.organisation_id}/users/"
    assert "Mira Okonkwo" in ada.sees(users)
    access = ada.sends(f"{users}{membership.id}/accept", {})
    assert mira.client.get(f"{books}receipts/new/").status_code == 404
    ada.sends(access, {f"books{office.tenant.id}": ["Einreichung"]})


def handed_in(office: Office, mira: Person) -> int:
    """Take a photo, say what for and how it was paid, hand in; returns the receipt's id."""
    here = f"/t/{office.tenant.code}/receipts/"
    key = uuid.uuid4().hex
    place = mira.sends(f"{here}upload/", {"client_key": key, "file": a_photo()})
    values = mira.fills_in(
        mira.sees(place), place, go="submit", gross="119,00", document_date=f"{clock.today():%d.%m.%Y}",
        supplier_name="Baumarkt Lindner", purpose="Leim für die Bühne", comment="Der Rest kommt im Dezember", parts="1", variant="private",
        private_route=str(office.route.id), private_payee="new", private_iban=OWN_IBAN, private_name="Mira Okonkwo",
        **{"part-0-project": str(office.project.id), "part-0-cost_type": str(office.cost_type.id)},
    )  # fmt: skip
    mira.client.post(f"{here}upload/", {"client_key": key, "file": a_photo()})
    found = mira.sends(place, values)
    mira.client.post(place, values)
    document_id = int(found.split("?")[0].rstrip("/").split("/")[-1])
    with office.open():
        assert list(IncomingDocument.objects.values_list("id", flat=True)) == [document_id]
    return document_id


def approved(office: Office, lena: Person, document_id: int) -> None:
    """Approve as a reviewer: on the page that shows what it is about."""
    here = f"/t/{office.tenant.code}/approvals/"
    with office.open():
        asked = ApprovalRequest.objects.get(subject_id=document_id)
    page = lena.sees(here)
    assert "Leim für die Bühne" in page
    assert "Der Rest kommt im Dezember" in page
    action = f"{here}{asked.id}/answer"
    lena.sends(action, lena.fills_in(page, action, given="approve"))


def booked(office: Office, ruth: Person, document_id: int) -> None:
    """Choose account and tax, give it a keyword, leave a note, and book."""
    here = f"/t/{office.tenant.code}/receipts/desk/{document_id}/"
    page = ruth.sees(here)
    assert "Der Rest kommt im Dezember" in page
    ruth.sends(f"{here}note", {"text": "Bühne läuft über den Förderverein"})
    page = ruth.sees(here)
    values = ruth.fills_in(
        page, f"{here}save", new_categories="Bühne", **{"part0-account": "4980", "part0-tax_code": "purchase-standard"}
    )
    ruth.sends(f"{here}book", values)


def paid(office: Office, ruth: Person, document_id: int) -> str:
    """Put it on a payment list and export that; returns the end-to-end id in the bank's file."""
    books = f"/t/{office.tenant.code}/"
    place = ruth.sends(f"{books}receipts/desk/to-payment", {"ids": str(document_id)})
    assert "119,00" in ruth.sees(place)
    ruth.client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    ruth.sends(f"{place}export", {})
    file = b"".join(ruth.client.get(f"{place}file"))
    root = etree.fromstring(file)

    def one(name: str) -> str:
        return str(root.xpath(f"string(//*[local-name()='CdtTrfTxInf']//*[local-name()='{name}'])"))

    assert root.tag == "{urn:iso:std:iso:20022:tech:xsd:pain.001.001.09}Document"
    assert (one("InstdAmt"), one("IBAN"), one("Nm")) == ("119.00", OWN_IBAN, "Mira Okonkwo")
    return one("EndToEndId")


def a_statement(end_to_end: str, *, amount: Decimal = Decimal("119.00")) -> SimpleUploadedFile:
    """Return the bank's camt.053 of the debit, named by nothing but our own id."""
    day = (clock.today() + timedelta(days=1)).isoformat()

    def balance(code: str, value: Decimal) -> str:
        return (
            f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{value:.2f}</Amt>'
            f"<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>"
        )

    content = (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr><MsgId>1</MsgId>'
        f"<CreDtTm>{day}T20:00:00</CreDtTm></GrpHdr><Stmt><Id>1</Id><ElctrncSeqNb>1</ElctrncSeqNb><Acct><Id>"
        f"<IBAN>{HOUSE_BANK}</IBAN></Id><Ccy>EUR</Ccy></Acct>{balance('OPBD', Decimal(1000))}"
        f"{balance('CLBD', Decimal(1000) - amount)}"
        f'<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{day}</Dt>'
        f"</BookgDt><ValDt><Dt>{day}</Dt></ValDt><AcctSvcrRef>A1</AcctSvcrRef><NtryDtls><TxDtls><Refs><EndToEndId>"
        f"{end_to_end}</EndToEndId></Refs></TxDtls></NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>"
    )
    return SimpleUploadedFile("auszug.xml", content.encode(), content_type="application/xml")


def standing(office: Office, document_id: int) -> tuple[Status, Payment]:
    with office.open():
        found = document_by_id(document_id)
        assert found is not None
        where = standing_of(found)
        return where.status, where.payment


@pytest.mark.smoke
def test_a_volunteer_comes_in_hands_in_and_has_the_money_back(office: Office) -> None:
    mira, user = registered()
    let_in(office, mira, user)
    lena = Person(reviewer := a_member(office.tenant, role="reviewer", name="Lena Vogt"))
    a_policy(office, (1, (reviewer,)))
    ruth = Person(office.clerk)
    books = f"/t/{office.tenant.code}/"

    document_id = handed_in(office, mira)
    assert standing(office, document_id)[0] is Status.IN_REVIEW
    assert "Lena Vogt" in mira.sees(f"{books}receipts/mine/")

    approved(office, lena, document_id)
    assert standing(office, document_id) == (Status.NEW, Payment.TO_REFUND)

    booked(office, ruth, document_id)
    assert standing(office, document_id) == (Status.BOOKED_TO_PAY, Payment.TO_REFUND)

    end_to_end = paid(office, ruth, document_id)
    assert standing(office, document_id) == (Status.BOOKED_TO_PAY, Payment.ORDERED)

    ruth.sends(f"{books}bank/import", {"files": [a_statement(end_to_end)]})
    ruth.sends(f"{books}match/run", {})
    assert standing(office, document_id) == (Status.DONE, Payment.SETTLED)

    parcel = text_of(mira.sees(f"{books}receipts/mine/{document_id}/"))
    assert re.search("Eingereicht.*Genehmigt.*Lena Vogt.*Gebucht.*Auf der Zahlungsliste.*Auf dem Konto", parcel), parcel
    assert "Förderverein" not in parcel
    done = text_of(mira.sees(f"{books}receipts/mine/?tab=done"))
    assert "Baumarkt Lindner" in done
    with office.open():
        keyword = Category.objects.get(name="Bühne").id
    assert "Baumarkt Lindner" in ruth.sees(f"{books}receipts/archive/?category={keyword}")
    assert "Baumarkt Lindner" not in text_of(ruth.sees(f"{books}receipts/desk/?tab=all"))
    with office.open():
        assert BankTransaction.objects.get().remittance == ""
        assert Allocation.objects.get(is_automatic=True).item_id == OpenItem.objects.get().id
        assert PaymentBatch.objects.get().state == "exported"
        assert Account.objects.filter(number="4980").exists()
        with connection.cursor() as cursor:
            assert [str(each) for each in violations(office.tenant.id, cursor=cursor)] == []
        assert [str(each) for each in proven_inside()] == []
