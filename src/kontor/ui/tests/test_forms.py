from __future__ import annotations

from datetime import date

import pytest
from django import forms
from django.utils import translation

from kontor.ui.forms.base import LocalForm
from kontor.ui.forms.fields import AmountField, DayField, IbanField
from kontor.ui.renderer import render_field


class Payment(LocalForm):
    amount = AmountField(label="Betrag")
    day = DayField(label="Datum", required=False, help_text="3, 3.11, heute oder +7")
    iban = IbanField(label="IBAN", required=False)
    email = forms.EmailField(label="E-Mail", required=False)


def a_payment(**data: str) -> Payment:
    return Payment({"amount": "1", **data}, on=date(2026, 11, 20))


@pytest.mark.parametrize(
    ("typed", "minor"),
    [("1.234,50", 123450), ("12,5+3", 1550), ("1'200.50", 120050), ("100-1,5", 9850), ("1 190", 119000)],
)
def test_an_amount_is_read_as_people_type_it(typed: str, minor: int) -> None:
    form = a_payment(amount=typed)

    assert form.is_valid()
    assert form.cleaned_data["amount"] == minor


@pytest.mark.parametrize("typed", ["", "zwölf", "1,005", "-5", "9" * 20])
def test_an_amount_that_cannot_be_is_refused(typed: str) -> None:
    assert "amount" in a_payment(amount=typed).errors


def test_a_swiss_tenant_s_amounts_are_shown_the_swiss_way() -> None:
    form = Payment(initial={"amount": 123450}, region="CH", currency="CHF", on=date(2026, 11, 20))

    html = str(form["amount"])

    assert 'value="1’234.50"' in html
    assert "CHF" in html


@pytest.mark.parametrize(
    ("typed", "day"), [("3", date(2026, 11, 3)), ("3.12", date(2026, 12, 3)), ("+7", date(2026, 11, 27))]
)
def test_a_day_is_completed_from_today(typed: str, day: date) -> None:
    form = a_payment(day=typed)

    assert form.is_valid()
    assert form.cleaned_data["day"] == day


def test_what_was_typed_wrongly_stays_in_the_field() -> None:
    form = a_payment(amount="zwölf")

    assert 'value="zwölf"' in render_field(form["amount"])


def test_an_iban_is_stored_without_and_shown_with_blanks() -> None:
    form = a_payment(iban="de89 3704 0044 0532 0130 00")

    assert form.is_valid()
    assert form.cleaned_data["iban"] == "DE89370400440532013000"
    assert "DE89 3704 0044 0532 0130 00" in str(Payment(initial={"iban": "DE89370400440532013000"})["iban"])


def test_a_wrong_field_names_its_error_and_its_hint_for_screen_readers() -> None:
    form = a_payment(day="31.2.", amount="")

    html = render_field(form["day"])

    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_day_error id_day_hint"' in html
    assert 'id="id_day_error"' in html
    assert 'id="id_day_hint"' in html


def test_the_browser_learns_what_a_field_is_for() -> None:
    html = render_field(a_payment()["email"])

    assert 'autocomplete="email"' in html
    assert 'inputmode="email"' in html


def test_optional_fields_say_so_in_the_reader_s_language() -> None:
    with translation.override("en"):
        assert "optional" in render_field(a_payment()["email"])
    assert "optional" not in render_field(a_payment()["amount"])


class Letter(LocalForm):
    starts_at = "subject"

    subject = forms.CharField()
    body = forms.CharField(error_messages={"required": "A letter needs words."})


def test_an_empty_form_begins_at_its_first_field_and_one_with_errors_at_the_summary() -> None:
    assert "autofocus" in render_field(Letter()["subject"])
    assert "autofocus" not in render_field(Letter({})["subject"])


def test_a_missing_field_is_asked_for_in_plain_words_unless_the_form_has_its_own() -> None:
    with translation.override("de"):
        errors = Letter({}).errors

        assert errors["subject"] == ["Bitte ausfüllen."]
        assert errors["body"] == ["A letter needs words."]
