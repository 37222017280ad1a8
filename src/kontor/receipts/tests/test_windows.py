"""One draft in two windows: what either one saved stays, and handing in happens once."""

import re
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kontor.documents.tests.papers import a_picture, as_bytes
from kontor.projects.models import Project
from kontor.receipts.models import IncomingDocument, IncomingLine
from kontor.receipts.tests.office import IBAN, Office, an_office

SAVE = {"X-Fragment": "draft"}


def at(office: Office, path: str) -> str:
    return f"/t/{office.tenant.code}/receipts/{path}"


def a_begun_receipt(office: Office) -> tuple[Client, str]:
    client = Client()
    client.force_login(office.volunteer)
    file = SimpleUploadedFile("bon.jpg", as_bytes(a_picture((700, 800))))
    answer = client.post(
        at(office, "upload/"), {"client_key": "abcdefgh-1", "file": file}, headers={"X-Fragment": "upload"}
    )
    return client, answer.json()["draft"]


def as_shown(client: Client, draft: str) -> dict[str, Any]:
    """Return what the page would post if nobody touched it: hidden marks, fields, chosen cards and lists."""
    html = client.get(draft).content.decode()
    form = html[html.index('id="receipt"') :]
    values: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, kind = _of(tag, "name"), _of(tag, "type")
        if name and (kind not in {"radio", "checkbox"} or " checked" in tag):
            values[name] = _of(tag, "value") or ("on" if kind == "checkbox" else "")
    for select in re.findall(r"<select.*?</select>", form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)"[^>]* selected', select) or re.search(r'value="([^"]*)"', select)
        values[_of(select, "name")] = chosen[1] if chosen else ""
    return values


def _of(tag: str, name: str) -> str:
    found = re.search(rf'\s{name}="([^"]*)"', tag)
    return found[1].replace("&quot;", '"').replace("&amp;", "&") if found else ""


def test_a_window_that_touched_nothing_undoes_nothing(database: None) -> None:
    office = an_office()
    client, draft = a_begun_receipt(office)
    stale = as_shown(client, draft)
    typed = {
        "purpose": "Leim", "gross": "5,00", "variant": "private", "private_route": str(office.route.id),
        "private_payee": "new", "private_iban": IBAN, "private_name": "Mira", "part-0-project": str(office.project.id),
        "part-0-cost_type": str(office.cost_type.id),
    }  # fmt: skip
    client.post(draft, {**stale, **typed}, headers=SAVE)

    client.post(draft, {**stale, "supplier_name": "Baumarkt"}, headers=SAVE)

    with office.open():
        document, line = IncomingDocument.objects.get(), IncomingLine.objects.get()
        assert (document.purpose, document.gross, document.supplier_name) == ("Leim", 5_00, "Baumarkt")
        assert (document.variant, document.payee_iban) == ("private", IBAN)
        assert (line.project_id, line.cost_type_id) == (office.project.id, office.cost_type.id)


def test_a_window_that_changed_the_payment_wins_there_and_only_there(database: None) -> None:
    office = an_office()
    with office.open():
        other = Project.objects.create(code="200", name="Jugendfreizeit", is_submittable=True)
    client, draft = a_begun_receipt(office)
    one, two = as_shown(client, draft), as_shown(client, draft)
    client.post(draft, {**one, "variant": "private", "part-0-project": str(other.id)}, headers=SAVE)

    client.post(draft, {**two, "variant": "donation"}, headers=SAVE)

    with office.open():
        assert IncomingDocument.objects.get().variant == "donation"
        assert IncomingLine.objects.get().project_id == other.id


def test_a_window_goes_on_from_what_it_saved_itself(database: None) -> None:
    office = an_office()
    client, draft = a_begun_receipt(office)
    shown = as_shown(client, draft)
    first = client.post(draft, {**shown, "variant": "private", "purpose": "Leim"}, headers=SAVE).json()
    second = {**shown, **first["stored"], "variant": "donation", "purpose": ""}

    client.post(draft, second, headers=SAVE)

    with office.open():
        document = IncomingDocument.objects.get()
        assert (document.variant, document.purpose) == ("donation", "")


def test_a_payment_that_is_only_shown_is_saved_as_well(database: None) -> None:
    office = an_office()
    client, draft = a_begun_receipt(office)
    shown = as_shown(client, draft)

    client.post(draft, {**shown, "variant": "donation"}, headers=SAVE)
    again = as_shown(client, draft)
    client.post(draft, again, headers=SAVE)

    with office.open():
        assert IncomingDocument.objects.get().variant == "donation"


def test_a_late_save_after_handing_in_leads_to_the_receipt(database: None) -> None:
    office = an_office()
    client, draft = a_begun_receipt(office)
    whole = {
        **as_shown(client, draft), "gross": "5,00", "document_date": "10.3.2026", "supplier_name": "X", "purpose": "Y",
        "variant": "donation", "part-0-project": str(office.project.id), "part-0-cost_type": str(office.cost_type.id),
    }  # fmt: skip
    done = client.post(draft, {**whole, "go": "submit"})
    late = client.post(draft, {**whole, "purpose": "Z"}, headers=SAVE)

    assert (done.status_code, late.status_code) == (302, 302)
    assert done["Location"].split("?")[0] == late["Location"]
    with office.open():
        assert IncomingDocument.objects.get().purpose == "Y"
