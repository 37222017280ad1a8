"""The pages of payment lists, as people with and without rights see them."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from lxml import etree

from kontor.banking.models import MoneyAccount
from kontor.contacts.models import BankDetails
from kontor.core import clock
from kontor.openitems.models import OpenItem
from kontor.payments import payees
from kontor.payments.models import PaymentBatch, PaymentOrder
from kontor.payments.rules.days import bank_day
from tests.builders import a_member

from .treasury import IBAN, Treasury, a_treasury

OTHER_IBAN = "DE89370400440532013000"


@pytest.fixture
def treasury(database: None) -> Treasury:
    return a_treasury()


@pytest.fixture
def client(treasury: Treasury) -> Client:
    return treasury.client()


def test_a_list_is_put_together_exported_and_set_paid(treasury: Treasury, client: Client) -> None:
    first, second = treasury.bill(119_00, "RG-1"), treasury.bill(23_80, "RG-2")

    page = client.get(treasury.path("new") + f"?items={first}").content.decode()
    assert page.count(" checked") == 1
    answer = client.post(treasury.path("new"), treasury.form(first, second))
    assert answer.status_code == 302
    with treasury.open():
        batch = PaymentBatch.objects.get()
        assert OpenItem.objects.filter(is_in_payment=True).count() == 2
    shown = client.get(treasury.path(f"{batch.id}/")).content.decode()
    assert "142,80" in shown
    assert "DE02 1203 0000 0000 2020 51" in shown

    client.post(treasury.path(f"{batch.id}/export"))
    sent = client.get(treasury.path(f"{batch.id}/file"))
    assert sent["Content-Disposition"].startswith("attachment")
    root = etree.fromstring(b"".join(sent))
    assert root.xpath("string(//*[local-name()='CtrlSum'])") == "142.80"

    client.post(treasury.path(f"{batch.id}/settle"), {"day": "heute"})
    with treasury.open():
        assert not OpenItem.objects.filter(amount_open__gt=0).exists()
        treasury.nothing_is_wrong()
    assert "bezahlt" in client.get(treasury.path("")).content.decode()


def test_the_same_form_sent_twice_makes_one_list(treasury: Treasury, client: Client) -> None:
    item = treasury.bill(119_00, "RG-1")

    first, second = (client.post(treasury.path("new"), treasury.form(item)) for _ in range(2))

    assert first["Location"] == second["Location"]
    with treasury.open():
        assert PaymentBatch.objects.count() == 1


def test_a_missing_iban_is_asked_for_and_kept_with_the_contact(treasury: Treasury, client: Client) -> None:
    item = treasury.bill(50_00, "RG-OHNE", iban="")
    without = client.post(treasury.path("new"), treasury.form(item))
    wrong = client.post(treasury.path("new"), {**treasury.form(item), f"iban-{item}": "DE02120300000000202052"})

    assert (without.status_code, wrong.status_code) == (422, 422)
    assert "RG-OHNE" in without.content.decode()
    assert "DE02120300000000202052" in wrong.content.decode()

    done = client.post(treasury.path("new"), {**treasury.form(item), f"iban-{item}": "DE02 1203 0000 0000 2020 51"})
    assert done.status_code == 302
    with treasury.open():
        assert BankDetails.objects.filter(iban=IBAN).count() == 1
        assert PaymentOrder.objects.get().payee_iban == IBAN


def test_an_account_to_which_nobody_was_paid_yet_is_pointed_out(
    treasury: Treasury, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = treasury.bill(50_00, "RG-1")
    known = client.get(treasury.path("new")).content.decode()
    monkeypatch.setattr(payees, "_sources", [lambda _items: {item: payees.Payee(name="Mira", iban=OTHER_IBAN)}])

    strange = client.get(treasury.path("new")).content.decode()

    assert "k-chip is-warn" not in known
    assert "k-chip is-warn" in strange
    assert "DE89 3704 0044 0532 0130 00" in strange


def test_what_is_paid_in_cash_is_not_offered(
    treasury: Treasury, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = treasury.bill(50_00, "RG-BAR")
    monkeypatch.setattr(payees, "_sources", [lambda _items: {item: payees.Payee(name="Mira", is_paid_otherwise=True)}])

    assert "RG-BAR" not in client.get(treasury.path("new")).content.decode()


def test_account_and_day_of_a_draft_change_and_those_of_an_exported_list_do_not(
    treasury: Treasury, client: Client
) -> None:
    batch_id = treasury.batch(treasury.bill(119_00, "RG-1"), treasury.bill(10_00, "RG-2"))
    today = clock.today("DE")
    form = {"account": str(treasury.bank_id), "day": "+5"}

    client.post(treasury.path(f"{batch_id}/change"), form)
    past = client.post(treasury.path(f"{batch_id}/change"), {**form, "day": "01.01.2026"})
    with treasury.open():
        batch = PaymentBatch.objects.get()
        assert (batch.execution_date - today).days == 5
        order = PaymentOrder.objects.order_by("id").first()
    assert past.status_code == 422
    assert order is not None
    client.post(treasury.path(f"{batch_id}/orders/{order.id}/remove"))
    client.post(treasury.path(f"{batch_id}/export"))
    late = client.post(treasury.path(f"{batch_id}/change"), {**form, "day": "+9"})

    assert late.status_code == 422
    with treasury.open():
        batch = PaymentBatch.objects.get()
        assert (batch.execution_date - today).days == 5
        assert batch.state == "exported"
        assert PaymentOrder.objects.filter(is_removed=False).count() == 1
        treasury.nothing_is_wrong()


def test_given_up_lists_free_their_items(treasury: Treasury, client: Client) -> None:
    item = treasury.bill(119_00, "RG-1")
    batch_id = treasury.batch(item)
    client.post(treasury.path(f"{batch_id}/export"))

    client.post(treasury.path(f"{batch_id}/cancel"))

    assert client.post(treasury.path("new"), treasury.form(item)).status_code == 302
    with treasury.open():
        assert [batch.state for batch in PaymentBatch.objects.order_by("id")] == ["cancelled", "draft"]
        treasury.nothing_is_wrong()


def test_a_refused_order_is_shown_and_its_item_offered_again(treasury: Treasury, client: Client) -> None:
    batch_id = treasury.batch(treasury.bill(119_00, "RG-1"))
    client.post(treasury.path(f"{batch_id}/export"))
    with treasury.open():
        order = PaymentOrder.objects.get()

    client.post(treasury.path(f"{batch_id}/orders/{order.id}/reject"), {"day": "heute"})

    assert "RG-1" in client.get(treasury.path(f"{batch_id}/")).content.decode()
    assert "RG-1" in client.get(treasury.path("new")).content.decode()
    with treasury.open():
        treasury.nothing_is_wrong()


def test_the_payables_list_leads_to_a_new_list(treasury: Treasury, client: Client) -> None:
    item = treasury.bill(119_00, "RG-1")

    page = client.get(f"/t/{treasury.tenant.code}/items/payables").content.decode()
    answer = client.post(treasury.path("choose"), {"ids": [str(item)]})

    assert treasury.path("choose") in page
    assert answer["Location"].endswith(f"?items={item}")


@pytest.mark.parametrize(
    ("role", "may"), [("reader", {"view"}), ("treasurer", {"view", "prepare", "settle"}), ("submitter", set())]
)
def test_rights_are_kept(treasury: Treasury, role: str, may: set[str]) -> None:
    batch_id = treasury.batch(treasury.bill(119_00, "RG-1"))
    visitor = Client()
    visitor.force_login(a_member(treasury.tenant, role=role))

    answers = {
        "view": [visitor.get(treasury.path("")), visitor.get(treasury.path(f"{batch_id}/"))],
        "prepare": [visitor.get(treasury.path("new")), visitor.post(treasury.path(f"{batch_id}/export"))],
        "settle": [visitor.post(treasury.path(f"{batch_id}/settle"), {"day": "heute"})],
    }

    for right, found in answers.items():
        assert {answer.status_code in {200, 302} for answer in found} == {right in may}


def test_without_a_bank_account_the_page_says_what_to_do(treasury: Treasury, client: Client) -> None:
    with treasury.open():
        MoneyAccount.objects.update(is_active=False)

    assert client.get(treasury.path("new")).status_code == 200


@pytest.mark.conformance
@pytest.mark.parametrize(("country", "name"), [("DE", "pain.001.001.09.xsd"), ("CH", "pain.001.001.09.ch.03.xsd")])
def test_files_agree_with_the_schemas_of_the_banks(database: None, country: str, name: str) -> None:
    samples = Path(os.environ.get("KONTOR_SAMPLES", Path(__file__).parents[5] / "shared" / "samples"))
    path = samples / "xsd" / "pain" / name
    if not path.exists():
        pytest.skip(f"the schema {name} is not at {samples}; set KONTOR_SAMPLES to run the conformance tests")
    treasury = a_treasury(country=country)
    batch_id = treasury.batch(treasury.bill(119_00, "RG-1"), treasury.bill(1, "RG-2"))
    client = treasury.client()
    client.post(treasury.path(f"{batch_id}/export"))

    content = b"".join(client.get(treasury.path(f"{batch_id}/file")))

    etree.XMLSchema(etree.parse(path)).assertValid(etree.fromstring(content))
    assert b"PstlAdr" not in content


def test_a_day_on_which_banks_rest_moves_and_the_page_says_so(database: None) -> None:
    treasury = a_treasury()
    rest = clock.today() + timedelta(days=7 + 5 - clock.today().weekday())  # a Saturday
    form = treasury.form(treasury.bill(119_00, "RG-1")) | {"day": f"{rest:%d.%m.%Y}"}

    page = treasury.client().post(treasury.path("new"), form, follow=True).text

    moved = bank_day(rest, currency="EUR")
    assert moved >= rest + timedelta(days=2)
    sentence = "Am {:%d.%m.%Y} führen Banken keine Überweisungen aus. Die Liste wird am {:%d.%m.%Y} ausgeführt."
    assert sentence.format(rest, moved) in page


def test_a_day_that_is_over_is_refused_at_its_field(database: None) -> None:
    treasury = a_treasury()
    form = treasury.form(treasury.bill(119_00, "RG-1")) | {"day": "20.11.2026"}

    answer = treasury.client().post(treasury.path("new"), form)

    assert answer.status_code == 422
    assert "Der Ausführungstag 20.11.2026 ist vorbei" in answer.text
