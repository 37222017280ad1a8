"""Forms of approvals: a policy with its stages, a substitution."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kontor.approvals.rules.policies import Policy, Stage
from kontor.ui.forms.base import LocalForm
from kontor.ui.forms.fields import AmountField, DayField

STAGES_MAX = 5

type Choices = Sequence[tuple[str, str]]


class PolicyForm(LocalForm):
    """When a policy fits."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("Everybody who is asked sees it."))
    project = forms.ChoiceField(label=_("Project"), required=False, help_text=_("With everything below it."))
    cost_type = forms.ChoiceField(label=_("Kind of expense"), required=False)
    amount_from = AmountField(label=_("Amount from"), required=False)
    amount_to = AmountField(label=_("Amount to"), required=False)

    def __init__(self, *args: Any, projects: Choices, cost_types: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["project"].choices = [("", _("all projects")), *projects]  # type: ignore[attr-defined]
        self.fields["cost_type"].choices = [("", _("all kinds")), *cost_types]  # type: ignore[attr-defined]


class Ticks(forms.CheckboxSelectMultiple):
    """A box to tick for each choice; Django would put the boxes' class on what holds them, too."""

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return a choice whose box looks like all others."""
        option: dict[str, Any] = super().create_option(*args, **kwargs)
        option["attrs"]["class"] = "k-cb"
        return option


class StageForm(LocalForm):
    """Who has to say yes in one stage, and from which amount on."""

    users = forms.MultipleChoiceField(label=_("People"), required=False, widget=Ticks)
    needed = forms.IntegerField(label=_("How many of them"), min_value=1, max_value=20, initial=1)
    amount_from = AmountField(label=_("Only from this amount on"), required=False)

    def __init__(self, *args: Any, people: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["users"].choices = list(people)  # type: ignore[attr-defined]


class SubstituteForm(LocalForm):
    """Who answers for whom, from when to when."""

    user = forms.ChoiceField(label=_("For"))
    substitute = forms.ChoiceField(label=_("Substitute"))
    first_day = DayField(label=_("First day"))
    last_day = DayField(label=_("Last day"))

    def __init__(self, *args: Any, people: Choices, whom: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].choices = list(whom)  # type: ignore[attr-defined]
        self.fields["substitute"].choices = [("", "–"), *people]  # type: ignore[attr-defined]


def policy_of(form: PolicyForm, stages: Iterable[StageForm], *, policy_id: int, subject_type: str) -> Policy:
    """Return the policy that valid forms describe; stages without people are left out, the rest numbered anew."""
    filled = [each.cleaned_data for each in stages if each.cleaned_data.get("users")]
    return Policy(
        id=policy_id,
        name=form.cleaned_data["name"],
        subject_type=subject_type,
        project_id=_id(form.cleaned_data["project"]),
        cost_type_id=_id(form.cleaned_data["cost_type"]),
        amount_from=form.cleaned_data["amount_from"],
        amount_to=form.cleaned_data["amount_to"],
        stages=tuple(
            Stage(
                number=number, needed=each["needed"], users=tuple(int(user) for user in each["users"]),
                amount_from=each["amount_from"],
            )
            for number, each in enumerate(filled, start=1)
        ),
    )  # fmt: skip


def mark_of(policy: Policy) -> str:
    """Return what tells one wording of a policy from another: what was tried out is what gets active."""
    return hashlib.sha256(repr(policy).encode()).hexdigest()[:16]


def _id(text: str) -> int | None:
    return int(text) if text else None
