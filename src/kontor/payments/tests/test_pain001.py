"""The transfer file: valid against the schema, exact to the cent, and readable by banks' character set."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from kontor.payments.formats.pain001 import NAMESPACE, write
from kontor.payments.rules import Order, OtherCurrency, PayeeWithoutIban, Transfer, checked, sepa_text

IBAN = "DE02120300000000202051"
NS = {"p": NAMESPACE}


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
    from pathlib import Path  # noqa: PLC0415  # only with the package

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
    ],
)
def test_the_file_is_valid_against_the_schema(order: Order) -> None:
    schema().assertValid(etree.fromstring(write(a_transfer(order))))


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
