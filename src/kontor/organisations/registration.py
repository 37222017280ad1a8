"""Registering: names, address, password twice, terms; where the installation asks for it, a code."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import SignupForm
from allauth.core import context
from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kontor.core.clock import now, today
from kontor.core.refusal import Refusal
from kontor.organisations.attempts import begin_attempt, forget_attempt
from kontor.organisations.door import acting
from kontor.organisations.founding import holds_activation
from kontor.organisations.memberships import WrongInvitation, organisation_of_code
from kontor.ui.refusals import translated


class RegistrationForm(SignupForm):  # type: ignore[misc]  # allauth is untyped
    """What somebody without an account fills in."""

    first_name = forms.CharField(
        label=_("First name"), max_length=60, widget=forms.TextInput({"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label=_("Last name"), max_length=79, widget=forms.TextInput({"autocomplete": "family-name"})
    )
    code = forms.CharField(
        label=_("Invitation or activation code"), max_length=20,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )  # fmt: skip
    terms = forms.BooleanField(error_messages={"required": _("Without the terms of use no account can be created.")})
    field_order = ["first_name", "last_name", "email", "password1", "password2", "code", "terms"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in (
            ("email", _("E-mail address")),
            ("password1", _("Password")),
            ("password2", _("Repeat password")),
        ):
            self.fields[name].label = label
            self.fields[name].widget.attrs.pop("placeholder", None)
        self.fields["password1"].help_text = _("At least 12 characters; a sentence is easy to remember.")
        for name in ("first_name", "last_name"):
            self.fields[name].widget.attrs.pop("placeholder", None)
        if settings.REGISTRATION != "code":
            del self.fields["code"]

    def clean_first_name(self) -> str:
        """Return the name without stray blanks."""
        return " ".join(self.cleaned_data["first_name"].split())

    def clean_last_name(self) -> str:
        """Return the name without stray blanks."""
        return " ".join(self.cleaned_data["last_name"].split())

    def clean_code(self) -> str:
        """Accept the code of an organisation or of the operator."""
        typed = str(self.cleaned_data["code"])
        address = get_adapter().get_client_ip(context.request)
        try:
            with acting(by=None):
                attempt = begin_attempt(user=None, address=address, at=now())
            if not holds_activation(typed, on=today()):
                organisation_of_code(typed)
        except WrongInvitation as refusal:
            raise forms.ValidationError(
                gettext(
                    "This code is unknown. The administrator of the organisation or the operator knows the current one."
                )
            ) from refusal
        except Refusal as refusal:
            raise forms.ValidationError(translated(refusal)) from refusal
        with acting(by=None):
            forget_attempt(attempt)
        return typed
