"""A field in its frame says what the plain way says: for every kind of input, stored, typed, wrong, and drawn again."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.utils.safestring import SafeString
from django.utils.translation import override

from kontor.ui.forms import frames
from kontor.ui.forms.frames import framed_field
from kontor.ui.forms.widgets import Combo
from kontor.ui.renderer import KontorRenderer, render_field

from .test_forms_written import HOSTILE, TYPED, Everything, a_form

STORED: tuple[dict[str, Any] | None, ...] = (None, TYPED, {}, TYPED | {"name": "", "choice": HOSTILE, "ticked": ""})


@pytest.fixture(autouse=True)
def _nothing_is_drawn() -> None:
    frames._drawn.clear()


def both(form: forms.Form, name: str, **said: Any) -> tuple[str, str]:
    return str(framed_field(form[name], **said)), str(render_field(form[name], **said))


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_framed_field_is_the_field(language: str) -> None:
    with override(language):
        for _again in range(2):
            for typed in STORED:
                form = a_form(typed, renderer=KontorRenderer())
                for name in form.fields:
                    mine, plain = both(form, name)

                    assert mine == plain, (name, typed)


def test_width_origin_and_note_stand_where_they_do_without_a_frame() -> None:
    form = a_form(None, renderer=KontorRenderer())
    note = SafeString("<p>Zettel</p>")
    for said in ({"width": 3}, {"origin": HOSTILE}, {"note": note}, {"width": 3, "origin": "so", "note": note}):
        for name in form.fields:
            mine, plain = both(form, name, **said)

            assert mine == plain, (name, said)


def test_a_form_that_says_more_than_its_class_is_written_the_plain_way() -> None:
    form = a_form(None, renderer=KontorRenderer())
    form.fields["name"].label = "Anders"
    form.fields["day"].required = True
    form.fields["iban"].disabled = True
    form.fields["email"].widget.attrs["autofocus"] = True
    form.fields["party"].widget = Combo(url="/y?&", label=HOSTILE + "2")
    form.fields["choice"].choices = [("1", "eins"), ("2", HOSTILE), ("2", "noch einmal")]  # type: ignore[attr-defined]
    for name in form.fields:
        mine, plain = both(form, name)

        assert mine == plain, name
    assert "Anders" in str(framed_field(form["name"]))


def test_a_choice_that_must_be_made_is_required_only_where_its_first_is_none() -> None:
    for choices in ([("", "–"), ("2", "zwei")], [("2", "zwei")], [], [("Gruppe", [("2", "zwei")])]):
        form = a_form(None, renderer=KontorRenderer())
        form.fields["choice"].choices = choices  # type: ignore[attr-defined]
        mine, plain = both(form, "choice")

        assert mine == plain, choices


def test_what_is_in_one_form_never_stands_in_the_next() -> None:
    first = Everything(initial={"name": "eins", "party": "1"}, renderer=KontorRenderer())
    second = Everything(initial={"name": "zwei"}, renderer=KontorRenderer())
    first.fields["party"].widget = Combo(url="/eins", label="Eins")
    shown = str(framed_field(first["name"])) + str(framed_field(first["party"]))

    after = str(framed_field(second["name"])) + str(framed_field(second["party"]))

    assert "eins" in shown
    assert "eins" not in after.lower()
    assert frames._drawn, "the frames were not used"


class Unlabelled(forms.Form):
    code = forms.CharField(required=False)


def test_a_label_that_only_one_form_has_never_stands_in_the_next() -> None:
    for label in (None, "Eins", "Zwei", None):
        form = Unlabelled(renderer=KontorRenderer())
        form.fields["code"].label = label
        mine, plain = both(form, "code")

        assert mine == plain, label
