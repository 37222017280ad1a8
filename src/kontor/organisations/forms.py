"""Forms of organisations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.dates import MONTHS
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from kontor.organisations.founding import proposed_chart
from kontor.organisations.models import Chart, Country, OrganisationKind, Role, Theme, User
from kontor.organisations.notifications import MODES, mode_of, occasions
from kontor.organisations.rules.charts import CHARTS_OF
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


class JoinForm(LocalForm):
    """The code of an invitation."""

    code = forms.CharField(
        label=_("Invitation code"), max_length=12, help_text=_("Six letters and digits"),
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "class": "k-code"}),
    )  # fmt: skip


KINDS = [
    (OrganisationKind.ASSOCIATION, _("Association")),
    (OrganisationKind.CHURCH, _("Church or parish")),
    (OrganisationKind.FOUNDATION, _("Foundation")),
    (OrganisationKind.AGENCY, _("Agency")),
    (OrganisationKind.COMPANY, _("Company")),
    (OrganisationKind.OTHER, _("Other")),
]
COUNTRIES = [(Country.DE, _("Germany")), (Country.AT, _("Austria")), (Country.CH, _("Switzerland"))]
CHART_NAMES = [
    ("", _("as proposed for country and kind")),
    (Chart.SKR42, _("SKR42 (associations, foundations, Germany)")),
    (Chart.SKR03, _("SKR03 (Germany)")),
    (Chart.SKR04, _("SKR04 (Germany)")),
    (Chart.EKR, _("Einheitskontenrahmen (Austria)")),
    (Chart.KMU, _("KMU chart (Switzerland)")),
]


class BooksForm(LocalForm):
    """What books need to be opened."""

    name = forms.CharField(label=_("Name of the books"), max_length=140)
    country = forms.ChoiceField(label=_("Country"), choices=COUNTRIES)
    chart = forms.ChoiceField(label=pgettext_lazy("standard", "Chart of accounts"), choices=CHART_NAMES, required=False)
    first_month = forms.TypedChoiceField(
        label=_("Fiscal year begins in"), choices=list(MONTHS.items()), coerce=int, required=False
    )
    first_year = forms.IntegerField(
        label=_("First fiscal year"), min_value=2000, max_value=2100, help_text=_("The year in which it begins.")
    )

    def clean(self) -> dict[str, Any]:
        """Fill in the proposed chart; refuse one of another country."""
        typed: dict[str, Any] = super().clean() or {}
        typed["first_month"] = typed.get("first_month") or 1
        country, chart = typed.get("country"), typed.get("chart")
        if country and not chart:
            typed["chart"] = proposed_chart(country=country, kind=typed.get("kind", OrganisationKind.OTHER))
        elif country and chart not in CHARTS_OF[country]:
            self.add_error("chart", gettext("This chart of accounts belongs to another country."))
        return typed


class NewOrganisationForm(BooksForm):
    """The first step of a new organisation."""

    name = forms.CharField(
        label=_("Name of the organisation"), max_length=140, widget=forms.TextInput({"autocomplete": "organization"})
    )
    official_email = forms.EmailField(
        label=_("Official e-mail address"), help_text=_("Of the organisation, not of a person: office@…")
    )
    kind = forms.ChoiceField(label=_("Legal form"), choices=KINDS)
    activation = forms.CharField(
        label=_("Activation code"), max_length=20, help_text=_("The operator of this installation hands it out."),
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )  # fmt: skip
    field_order = ["name", "official_email", "kind", "country", "chart", "first_month", "first_year", "activation"]

    def __init__(self, *args: Any, needs_code: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not needs_code:
            del self.fields["activation"]


class OrganisationForm(LocalForm):
    """The settings of an organisation."""

    name = forms.CharField(label=_("Name of the organisation"), max_length=140)
    official_email = forms.EmailField(label=_("Official e-mail address"), required=False)
    main_admin = forms.ChoiceField(
        label=_("Main administrator"), help_text=_("Answers for the organisation; chosen among its administrators.")
    )
    demands_second_factor = forms.BooleanField(
        label=_("Second factor is a duty"), required=False, widget=Switch,
        help_text=_("Members enter the books only with passkey or authenticator app."),
    )  # fmt: skip

    def __init__(self, *args: Any, admins: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["main_admin"].choices = [(str(admin.pk), f"{admin.name} · {admin.email}") for admin in admins]  # type: ignore[attr-defined]


class PlanForm(LocalForm):
    """The order of a plan."""

    plan = forms.CharField(widget=forms.HiddenInput)
    extra_seats = forms.IntegerField(label=_("Further dashboard seats"), min_value=0, max_value=999, required=False)
    extra_units = forms.IntegerField(label=_("Further storage"), min_value=0, max_value=999, required=False)


class NotificationsForm(LocalForm):
    """By which mails a person is told what."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for occasion in occasions():
            choices = [(mode, _(MODES[mode])) for mode in occasion.modes]
            self.fields[_field(occasion.code)] = forms.ChoiceField(
                label=_(occasion.label),
                choices=choices,
                widget=Segments,
                initial=mode_of(user, occasion.code),
                required=False,
            )

    def chosen(self) -> dict[str, str]:
        """Return the mode of every occasion that was answered; the others stay as they are."""
        answers = {occasion.code: self.cleaned_data[_field(occasion.code)] for occasion in occasions()}
        return {code: mode for code, mode in answers.items() if mode}


class DeleteAccountForm(LocalForm):
    """The last question before an account goes."""

    sure = forms.BooleanField(label=_("Delete the account for good"))


def _field(code: str) -> str:
    return code.replace(".", "_")
