"""Forms of organisations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kontor.organisations.models import Role, Theme
from kontor.ui.forms.base import LocalForm
from kontor.ui.forms.widgets import Segments, Switch


class PreferencesForm(LocalForm):
    """What a person may choose for themselves."""

    name = forms.CharField(label=_("Name"), max_length=140, widget=forms.TextInput({"autocomplete": "name"}))
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, widget=Segments)
    theme = forms.ChoiceField(
        label=_("Appearance"), widget=Segments,
        choices=[(Theme.SYSTEM, _("System")), (Theme.LIGHT, _("Light")), (Theme.DARK, _("Dark"))],
    )  # fmt: skip
    single_keys = forms.BooleanField(
        label=_("Single-letter shortcuts"), required=False, widget=Switch,
        help_text=_("J and K move, X selects, ? shows all. Off, only shortcuts with Ctrl remain."),
    )  # fmt: skip


class NewPersonForm(LocalForm):
    """Who is let in, and as what."""

    email = forms.EmailField(label=_("E-mail address"))
    name = forms.CharField(label=_("Name"), max_length=140, required=False, help_text=_("Counts for new people only."))
    role = forms.ChoiceField(label=_("Role"))

    def __init__(self, *args: Any, roles: Sequence[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role.name, role.name) for role in roles]  # type: ignore[attr-defined]


class RolesForm(LocalForm):
    """The roles of one person."""

    roles = forms.MultipleChoiceField(label=_("Roles"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, roles: Sequence[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roles"].choices = [(role.name, role.name) for role in roles]  # type: ignore[attr-defined]
