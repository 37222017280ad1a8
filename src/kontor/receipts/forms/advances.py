"""The form with which an advance is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kontor.projects.models import Project
from kontor.ui.forms.base import LocalForm
from kontor.ui.forms.fields import AmountField


class AdvanceRequestForm(LocalForm):
    """Amount, what for, and whose budget."""

    amount = AmountField(label=_("Amount"))
    purpose = forms.CharField(
        label=_("What for?"), max_length=500, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    project = forms.TypedChoiceField(label=_("Project"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, projects: Sequence[Project], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["project"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [("", _("no project")), *((each.id, each.name) for each in projects)]
