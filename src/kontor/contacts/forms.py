"""Forms of contacts."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kontor.contacts.actions.terms import TermFacts
from kontor.contacts.models import Channel, PartyKind, PaymentTerm
from kontor.contacts.rules.parties import PartyFacts, PostalAddress
from kontor.contacts.rules.terms import TIERS_MAX, DiscountTier, tiers_of
from kontor.ui.forms.base import LocalForm
from kontor.ui.forms.fields import AmountField, IbanField
from kontor.ui.forms.widgets import CardLabel, Cards, Segments
from kontor.ui.sent_files import SentFileField

COUNTRIES = [
    ("DE", _("Germany")), ("AT", _("Austria")), ("CH", _("Switzerland")), ("LI", _("Liechtenstein")), ("BE", _("Belgium")),
    ("CZ", _("Czechia")), ("DK", _("Denmark")), ("ES", _("Spain")), ("FR", _("France")), ("GB", _("United Kingdom")),
    ("HU", _("Hungary")), ("IT", _("Italy")), ("LU", _("Luxembourg")), ("NL", _("Netherlands")), ("PL", _("Poland")),
    ("SE", _("Sweden")), ("SI", _("Slovenia")), ("SK", _("Slovakia")), ("US", _("United States")),
]  # fmt: skip
LANGUAGES = [("de", _("German")), ("en", _("English")), ("fr", _("French")), ("it", _("Italian"))]


class PartyForm(LocalForm):
    """A contact with address, numbers, term and bank details."""

    starts_at = "name"

    kind = forms.ChoiceField(
        label=_("Kind"), widget=Segments, initial=PartyKind.ORGANISATION,
        choices=[(PartyKind.ORGANISATION, _("Organisation")), (PartyKind.PERSON, _("Person"))],
    )  # fmt: skip
    name = forms.CharField(label=_("Name"), max_length=140)
    contact_person = forms.CharField(label=_("Contact person"), max_length=140, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    aliases = forms.CharField(
        label=_("Other names"), max_length=500, required=False,
        help_text=_("As they stand on bank statements; separated by semicolons."),
    )  # fmt: skip
    street = forms.CharField(label=_("Street"), max_length=70, required=False)
    building_number = forms.CharField(label=_("House number"), max_length=16, required=False)
    extra = forms.CharField(label=_("Address addition"), max_length=70, required=False)
    postcode = forms.CharField(label=_("Postcode"), max_length=16, required=False)
    town = forms.CharField(label=_("Town"), max_length=35, required=False)
    country = forms.ChoiceField(label=_("Country"), choices=COUNTRIES)
    language = forms.ChoiceField(label=_("Language of letters"), choices=LANGUAGES)
    channel = forms.ChoiceField(
        label=_("Invoices go by"), widget=Cards({"columns": 2}), initial=Channel.EMAIL,
        choices=[
            (Channel.EMAIL, CardLabel(_("E-mail with PDF"), _("The document is attached."), "mail")),
            (Channel.E_INVOICE, CardLabel(_("E-invoice"), _("XRechnung or ZUGFeRD"), "file-text")),
            (Channel.LETTER, CardLabel(_("Letter"), _("Printed and posted"), "mailbox")),
            (Channel.PORTAL, CardLabel(_("Portal only"), _("The customer fetches it."), "globe")),
        ],
    )  # fmt: skip
    email = forms.CharField(
        label=_("E-mail for invoices"),
        max_length=300,
        required=False,
        help_text=_("Several addresses are separated by commas."),
    )
    debtor_number = forms.CharField(label=_("Debtor number"), max_length=20, required=False)
    debtor_term = forms.ChoiceField(label=_("Payment term as customer"), required=False)
    is_dunned = forms.BooleanField(
        label=_("Propose reminders"), required=False, help_text=_("They are sent only after confirmation.")
    )
    creditor_number = forms.CharField(label=_("Creditor number"), max_length=20, required=False)
    creditor_term = forms.ChoiceField(label=_("Payment term as supplier"), required=False)
    iban = IbanField(label=_("IBAN"), required=False)
    bic = forms.RegexField(r"(?i)^[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?$", label=_("BIC"), required=False)
    vat_number = forms.CharField(label=_("VAT number"), max_length=20, required=False)
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea({"rows": 3}))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, terms: Iterable[PaymentTerm], held: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("As by default")), *((str(term.id), term.name) for term in terms)]
        for side in ("debtor", "creditor"):
            self.fields[f"{side}_term"].choices = choices  # type: ignore[attr-defined]
            self.fields[f"{side}_number"].disabled = side in held
            if side not in held:
                self.fields[f"{side}_number"].help_text = _("Empty: none. + takes the next free one.")
        self.fields["iban"].help_text = (
            _("A further account is added; earlier ones stay until they are removed.") if held else ""
        )

    def clean(self) -> dict[str, Any]:
        """Ask for the e-mail address that the way of sending needs."""
        typed = super().clean() or {}
        is_mailed = typed.get("debtor_number") and typed.get("channel") in {Channel.EMAIL, Channel.E_INVOICE}
        is_changed = {"channel", "email", "debtor_number"} & set(self.changed_data)
        if is_mailed and is_changed and not typed.get("email", "").strip():
            self.add_error("email", _("It is missing, because invoices are sent by e-mail."))
        return typed

    def facts(self) -> PartyFacts:
        """Return what was filled in, without numbers and bank details."""
        typed = self.cleaned_data
        address = {name: typed[name] for name in ("street", "building_number", "extra", "postcode", "town", "country")}
        aliases = tuple(alias.strip() for alias in typed["aliases"].split(";") if alias.strip())
        own = {
            name: typed[name]
            for name in (
                "kind",
                "name",
                "email",
                "phone",
                "contact_person",
                "vat_number",
                "language",
                "channel",
                "note",
            )
        }
        return PartyFacts(**own, aliases=aliases, address=PostalAddress(**address))


class TermForm(LocalForm):
    """A payment term with up to three discount tiers."""

    code = forms.CharField(label=_("Code"), max_length=20)
    name = forms.CharField(label=_("Name"), max_length=80)
    net_days = forms.IntegerField(label=_("Net term in days"), min_value=0, max_value=730)
    discount_grace_days = forms.IntegerField(
        label=_("Grace days"),
        min_value=0,
        max_value=30,
        initial=0,
        help_text=_("Discount is accepted this many days later."),
    )
    is_default = forms.BooleanField(label=_("Applies where nothing else is agreed"), required=False)
    under_fixed = AmountField(label=_("Paid too little, at most"), required=False)
    under_percent = forms.DecimalField(
        label=_("and at most percent"), required=False, min_value=Decimal(0), max_value=Decimal(100), max_digits=6,
        decimal_places=3, localize=True,
    )  # fmt: skip
    over_fixed = AmountField(label=_("Paid too much, at most"), required=False)
    over_percent = forms.DecimalField(
        label=_("and at most percent"), required=False, min_value=Decimal(0), max_value=Decimal(100), max_digits=6,
        decimal_places=3, localize=True,
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place in range(1, TIERS_MAX + 1):
            self.fields[f"percent_{place}"] = forms.DecimalField(
                label=_("Discount in percent"), required=False, min_value=Decimal(0), max_value=Decimal("99.9"), max_digits=5,
                decimal_places=2, localize=True,
            )  # fmt: skip
            self.fields[f"days_{place}"] = forms.IntegerField(
                label=_("within days"), required=False, min_value=0, max_value=730
            )

    def tier_rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Return the pairs of discount fields."""
        return [(self[f"percent_{place}"], self[f"days_{place}"]) for place in range(1, TIERS_MAX + 1)]

    def clean(self) -> dict[str, Any]:
        """Refuse half a tier."""
        typed = super().clean() or {}
        for place in range(1, TIERS_MAX + 1):
            if (typed.get(f"percent_{place}") is None) != (typed.get(f"days_{place}") is None):
                self.add_error(f"days_{place}", _("A discount needs both its percentage and its days."))
        return typed

    def facts(self) -> TermFacts:
        """Return what was filled in."""
        typed = self.cleaned_data
        tiers = tuple(
            DiscountTier(typed[f"days_{place}"], typed[f"percent_{place}"])
            for place in range(1, TIERS_MAX + 1)
            if typed[f"percent_{place}"] is not None
        )
        names = (
            "code",
            "name",
            "net_days",
            "discount_grace_days",
            "under_fixed",
            "under_percent",
            "over_fixed",
            "over_percent",
        )
        return TermFacts(**{name: typed[name] for name in names}, discounts=tiers)


def term_initial(term: PaymentTerm) -> dict[str, Any]:
    """Return a stored term as the form shows it."""
    names = (
        "code",
        "name",
        "net_days",
        "discount_grace_days",
        "is_default",
        "under_fixed",
        "under_percent",
        "over_fixed",
        "over_percent",
    )
    initial = {name: getattr(term, name) for name in names}
    for place, tier in enumerate(tiers_of(term.discounts), start=1):
        initial |= {f"percent_{place}": tier.percent, f"days_{place}": tier.days}
    return initial


class ImportForm(forms.Form):
    """A CSV file of contacts."""

    file = SentFileField(label=_("CSV file"), bytes_max=20 * 1024 * 1024)
