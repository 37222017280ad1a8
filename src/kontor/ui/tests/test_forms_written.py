"""Inputs are written by hand; they say what the templates of the same name say."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from kontor.ui.forms.base import LocalForm
from kontor.ui.forms.fields import AmountField, DayField, IbanField
from kontor.ui.forms.widgets import Combo, Switch
from kontor.ui.forms.writing import WIDGETS
from kontor.ui.renderer import KontorRenderer, render_field

HOSTILE = "<b title='x'>\"&"


class Everything(LocalForm):
    """A field of every kind."""

    name = forms.CharField(label=HOSTILE, help_text=HOSTILE, max_length=9)
    email = forms.EmailField(label="E-Mail", required=False)
    secret = forms.CharField(widget=forms.PasswordInput, required=False)
    number = forms.IntegerField(min_value=1, max_value=9)
    amount = AmountField(label="Betrag")
    day = DayField(label="Tag", required=False)
    iban = IbanField(label="IBAN", required=False)
    party = forms.CharField(widget=Combo(url="/x?a=1&b=2", label=HOSTILE), required=False)
    text = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), required=False)
    choice = forms.ChoiceField(
        choices=[("", "–"), (HOSTILE, HOSTILE), ("Gruppe", [("1", gettext_lazy("Account")), (2, "zwei")])]
    )
    several = forms.MultipleChoiceField(choices=[("a", "A"), ("b", HOSTILE)], widget=forms.CheckboxSelectMultiple)
    one = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect, required=False)
    many = forms.MultipleChoiceField(choices=[("a", "A"), ("b", "B")], required=False)
    ticked = forms.BooleanField(label="Haken", required=False, help_text="Hinweis")
    switched = forms.BooleanField(widget=Switch, required=False)
    file = forms.FileField(widget=forms.FileInput(attrs={"multiple": False, "hidden": True}), required=False)
    hidden = forms.CharField(widget=forms.HiddenInput, required=False)
    fixed = forms.CharField(disabled=True, required=False)


TYPED: dict[str, Any] = {
    "name": HOSTILE, "email": "kein", "number": "12", "amount": "x", "day": "32.13.", "iban": "DE00", "party": "7",
    "text": f"\n{HOSTILE}", "choice": "2", "several": ["a", "b"], "one": "b", "many": ["b"], "ticked": "on", "hidden": "3",
}  # fmt: skip


class Plain(DjangoTemplates):
    """Django's own way."""


def squeezed(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r">\s+|\s+<", lambda found: found.group().strip(), html)).strip()


def a_form(typed: dict[str, Any] | None, *, renderer: DjangoTemplates) -> Everything:
    initial = {"name": SafeString("<i>so</i>"), "day": date(2026, 3, 9), "amount": 1234_50, "number": 0, "choice": "2"}
    return Everything(typed, initial=initial, renderer=renderer, region="CH", currency="CHF", on=date(2026, 3, 10))


@pytest.mark.parametrize("typed", [None, TYPED, {}])
def test_an_input_is_written_as_its_template_would_render_it(typed: dict[str, Any] | None) -> None:
    written, rendered = a_form(typed, renderer=KontorRenderer()), a_form(typed, renderer=Plain())
    for name in written.fields:
        mine, theirs = squeezed(str(written[name].as_widget())), squeezed(str(rendered[name].as_widget()))

        assert mine == theirs, name


def test_every_kind_of_input_that_is_written_has_a_template() -> None:
    renderer = Plain()

    assert [name for name in WIDGETS if renderer.get_template(name) is None] == []


def test_a_field_says_its_label_hint_and_error_once_and_escaped() -> None:
    form = a_form(TYPED, renderer=KontorRenderer())

    field = str(render_field(form["name"], width=3, origin=HOSTILE, note=SafeString("<p>Zettel</p>")))

    assert field.startswith('<div class="k-field k-c3"><label for="id_name">&lt;b title=&#x27;x&#x27;&gt;&quot;&amp;')
    assert field.count("&lt;b title") == 4  # label, origin, hint, value
    assert '<p class="k-hint" id="id_name_hint">' in field
    assert 'aria-describedby="id_name_error id_name_hint"' in field
    assert 'aria-invalid="true"' in field
    assert field.count('<p class="k-err">') == 1
    assert field.endswith("<p>Zettel</p></div>")
    assert "k-opt" not in field


def test_a_field_that_may_stay_empty_says_so_unless_it_is_ticked_or_fixed() -> None:
    form = a_form(None, renderer=KontorRenderer())

    said = {name: "k-opt" in str(render_field(form[name])) for name in form.fields if name != "hidden"}

    assert [name for name, is_said in said.items() if is_said] == [
        "email", "secret", "day", "iban", "party", "text", "one", "many", "file",
    ]  # fmt: skip


def test_what_was_confirmed_stands_below_a_field_without_error_only() -> None:
    confirmed = str(render_field(a_form(None, renderer=KontorRenderer())["iban"], ok="bekannt"))
    wrong = str(render_field(a_form(TYPED, renderer=KontorRenderer())["iban"], ok="bekannt"))

    assert 'class="k-ok"' in confirmed
    assert 'class="k-ok"' not in wrong
    assert '<div id="id_iban_error"><p class="k-err">' in wrong
