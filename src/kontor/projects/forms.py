"""Forms of projects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kontor.projects.models import ProjectKind
from kontor.ui.forms.base import LocalForm

KINDS = [
    (ProjectKind.COST_CENTRE, _("Cost centre")), (ProjectKind.AREA, _("Area")), (ProjectKind.CLIENT, _("Client")),
    (ProjectKind.JOB, _("Job")),
]  # fmt: skip


class ProjectForm(LocalForm):
    """A project and its place in the tree."""

    name = forms.CharField(label=_("Name"), max_length=120)
    code = forms.CharField(label=_("Code"), max_length=36, help_text=_("Stands in bookings and exports."))
    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS)
    parent = forms.ChoiceField(label=_("Below"), required=False)

    def __init__(self, *args: Any, places: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].choices = [("", _("at the top")), *places]  # type: ignore[attr-defined]
