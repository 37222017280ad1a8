"""The transfer file: valid against the schema, exact to the cent, and readable by banks' character set."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from kontor.payments.formats.pain001 import NAMESPACE, write
from kontor.payments.rules.orders import Address, Order, Transfer, checked
from kontor.payments.rules.refusals import OtherCurrency, PayeeWithoutIban
from kontor.payments.rules.texts import sepa_text

IBAN = "DE02120300000000202051"
NS = {"p": NAMESPACE}
ADDRESS = Address(street="Seestraße", building="12a", post_code="8002", town="Zürich", country="CH")


def an_order(**facts: object) -> Order:
    values: dict[str, object] = {
        "end_to_end_id": "Z2026-000001-0001", "payee_name": "Mira Okonkwo", "payee_iban": IBAN, "amount": 37_20,
        "currency": "EUR", "remittance": "B-2026-000001 Zwingen & Leim",
    }  # fmt: skip
    return Order(**{**values, **facts})  # type: ignore[arg-type]  # values of a test


def a_transfer(*orders: Order) -> Transfer:
    return Transfer(
        message_id="WERKHOF-Z-2026-000001", created_at=datetime(2026, 11, 22, 9, tzinfo=UTC),
        debtor_name="Werkhof Hannover e. V.", debtor_iban="DE12500105170648489890",
        execution_date=date(2026, 11, 27), orders=orders or (an_order(),),
    )  # fmt: skip


def schema() -> etree.XMLSchema:
    sepaxml = pytest.importorskip("sepaxml", reason="sepaxml brings the schema")
    folder = Path(sepaxml.__file__).parent / "schemas"
    return etree.XMLSchema(etree.parse(folder / "pain.001.001.09.xsd"))


@pytest.mark.parametrize(
    "order",
    [
        an_order(),
        an_order(payee_bic="COBADEFFXXX"),
        an_order(reference="RF18539007547034", remittance=""),
        an_order(payee_name="Jürgen Groß & Söhne / Kälte", remittance="//Straße ändern_1 @ 20 €"),
        an_order(currency="CHF", payee_iban="CH4431999123000889012", reference="210000000003139471430009017"),
        an_order(address=ADDRESS),
        an_order(address=Address(town="London", country="gb")),
        an_order(amount=1),
        an_order(amount=999_999_999_99),
        an_order(payee_name="Ö" * 200, remittance="ß" * 500),
        an_order(payee_name='<Mira> & "Co" \' \u202e\u0000\u200b\ud83d\ude00 Ltd', remittance="]]> &amp; \t\n//x"),
    ],
)
def test_the_file_is_valid_against_the_schema(order: Order) -> None:
    for as_one in (False, True):
        transfer = replace(a_transfer(order), is_booked_as_one=as_one)
        schema().assertValid(etree.fromstring(write(transfer)))


@pytest.mark.conformance
@pytest.mark.parametrize("address", [None, ADDRESS])
@pytest.mark.parametrize(
    "facts",
    [
        {"payee_iban": "CH9300762011623852957"},
        {"payee_iban": "CH4431999123000889012", "reference": "210000000003139471430009017"},
        {"payee_iban": "CH9300762011623852957", "reference": "RF18539007547034"},
    ],
)
def test_swiss_transfers_agree_with_the_swiss_schema(facts: dict[str, object], address: Address | None) -> None:
    path = Path(os.environ.get("KONTOR_SAMPLES", Path(__file__).parents[5] / "shared" / "samples"))
    path /= "xsd/pain/pain.001.001.09.ch.03.xsd"
    if not path.exists():
        pytest.skip(f"the Swiss schema is not at {path}; set KONTOR_SAMPLES to run the conformance tests")
    transfer = replace(
        a_transfer(an_order(currency="CHF", address=address, **facts)), debtor_iban="CH5604835012345678009"
    )

    etree.XMLSchema(etree.parse(path)).assertValid(etree.fromstring(write(transfer)))


def test_an_address_is_written_by_its_parts_or_not_at_all() -> None:
    whole = etree.fromstring(write(a_transfer(an_order(address=ADDRESS))))
    half = etree.fromstring(write(a_transfer(an_order(address=Address(street="Irgendwo 3")))))

    assert [each.tag.rpartition("}")[2] for each in whole.iterfind(".//p:PstlAdr/*", NS)] == [
        "StrtNm", "BldgNb", "PstCd", "TwnNm", "Ctry",
    ]  # fmt: skip
    assert whole.findtext(".//p:TwnNm", namespaces=NS) == "Zuerich"
    assert half.find(".//p:PstlAdr", NS) is None


def test_names_and_purposes_keep_the_banks_lengths() -> None:
    root = etree.fromstring(write(a_transfer(an_order(payee_name="Ö" * 200, remittance="ß" * 500))))

    assert len(root.findtext(".//p:Cdtr/p:Nm", "", NS)) == 70
    assert len(root.findtext(".//p:Ustrd", "", NS)) == 140


def test_the_sums_are_those_of_the_orders() -> None:
    root = etree.fromstring(write(a_transfer(an_order(), an_order(end_to_end_id="Z2026-000001-0002", amount=1))))

    assert root.xpath("//p:CtrlSum/text()", namespaces=NS) == ["37.21", "37.21"]
    assert root.xpath("//p:NbOfTxs/text()", namespaces=NS) == ["2", "2"]
    assert root.xpath("//p:InstdAmt/text()", namespaces=NS) == ["37.20", "0.01"]


def test_umlauts_keep_their_sound_so_that_the_payee_is_recognised() -> None:
    assert sepa_text("Jürgen Groß & Söhne", length=70) == "Juergen Gross + Soehne"
    assert sepa_text("//doppelt//geteilt", length=70) == "doppelt/geteilt"


@given(st.text(max_size=300))
@settings(max_examples=200, deadline=None)
def test_no_text_breaks_the_file(text: str) -> None:
    order = an_order(remittance=text)
    schema().assertValid(etree.fromstring(write(a_transfer(order))))


def test_an_order_needs_an_iban_and_the_currency_of_its_list() -> None:
    with pytest.raises(PayeeWithoutIban):
        checked(an_order(payee_iban=" "), document="B-2026-000001", currency="EUR")
    with pytest.raises(OtherCurrency):
        checked(an_order(currency="CHF"), document="B-2026-000001", currency="EUR")


def test_a_swiss_reference_goes_only_to_its_kind_of_account() -> None:
    qr = checked(
        an_order(currency="CHF", payee_iban="CH4431999123000889012", reference="21 00000 00003 13947 14300 09017"),
        document="x", currency="CHF",
    )  # fmt: skip
    plain = checked(an_order(reference="210000000003139471430009017"), document="x", currency="EUR")

    assert (qr.reference, plain.reference) == ("210000000003139471430009017", "")
