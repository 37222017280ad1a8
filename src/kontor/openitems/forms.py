"""Forms of open items."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kontor.contacts.models import Party, PaymentTerm, Side
from kontor.contacts.queries import party_by_number, term_for
from kontor.contacts.rules.terms import effective_limits, tiers_of
from kontor.core.money import decimals_of, half_up
from kontor.core.refusal import Refusal
from kontor.ledger.models.accounts import Account
from kontor.openitems.actions.terms import Terms
from kontor.openitems.models import ItemKind, OpenItem
from kontor.openitems.rules.news import RECEIVABLE, Discount, NewItem, NewPart, OpeningShare
from kontor.ui.forms.base import LocalForm
from kontor.ui.forms.fields import AmountField, DayField
from kontor.ui.forms.widgets import Combo, Segments
from kontor.ui.refusals import translated
from kontor.ui.sent_files import SentFileField

LINES = 4
INVOICE, OPENING = "invoice", "opening"


class NewItemForm(LocalForm):
    """A document that becomes an open item; its lines are a formset of their own."""

    kind = forms.ChoiceField(
        label=_("Kind"), widget=Segments, initial=ItemKind.RECEIVABLE,
        choices=[(ItemKind.RECEIVABLE, _("Receivable")), (ItemKind.PAYABLE, _("Payable"))],
    )  # fmt: skip
    origin = forms.ChoiceField(
        label=_("Posting"), widget=Segments, initial=INVOICE,
        choices=[(INVOICE, _("New document")), (OPENING, _("From earlier books"))],
    )  # fmt: skip
    party = forms.CharField(label=_("Contact"), help_text=_("Name or number"))
    document_number = forms.CharField(label=_("Document number"), max_length=70)
    document_date = DayField(label=_("Document date"))
    due_date = DayField(label=_("Due on"), required=False, help_text=_("Empty: by the payment term"))
    currency = forms.CharField(label=_("Currency"), max_length=3, min_length=3)
    reference = forms.CharField(label=_("Payment reference"), max_length=140, required=False)
    text = forms.CharField(label=_("Text"), max_length=140, required=False)

    def __init__(self, *args: Any, options_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["party"].widget = Combo(url=options_url, label=self._label())

    def _label(self) -> str:
        value = str(self.data.get("party", "") or self.initial.get("party", ""))
        found = Party.objects.filter(id=int(value)).first() if value.isdecimal() and len(value) < 18 else None
        return found.name if found else ""

    def clean_currency(self) -> str:
        """Return a currency that these books can hold."""
        currency = str(self.cleaned_data["currency"]).upper()
        try:
            decimals_of(currency)
        except Refusal as refusal:
            raise forms.ValidationError(translated(refusal)) from refusal
        return currency

    def clean_party(self) -> Party:
        """Return the contact that was chosen, or whose number was typed."""
        typed = str(self.cleaned_data["party"]).strip()
        side = Side.DEBTOR if self.data.get("kind") != ItemKind.PAYABLE else Side.CREDITOR
        found = Party.objects.filter(id=int(typed)).first() if typed.isdecimal() and len(typed) < 18 else None
        found = found or party_by_number(side, typed)
        if found is None:
            raise forms.ValidationError(_("There is no such contact. Please choose one from the list."))
        return found

    def new_item(self, lines: Iterable[dict[str, Any]], *, rate: Decimal) -> NewItem:
        """Return what was filled in; terms come from the contact."""
        typed = self.cleaned_data
        kind, party = typed["kind"], typed["party"]
        term = term_for(party, side=Side.DEBTOR if kind == RECEIVABLE else Side.CREDITOR)
        day: date = typed["document_date"]
        filled = [line for line in lines if line.get("amount")]
        gross = sum(line["amount"] for line in filled)
        under, over = effective_limits(gross, term) if term else (0, 0)
        is_opening = typed["origin"] == OPENING
        return NewItem(
            kind=kind, party_id=party.id, document_number=typed["document_number"], document_date=day,
            due_date=typed["due_date"] or day + timedelta(days=term.net_days if term else 14), currency=typed["currency"],
            parts=() if is_opening else tuple(_part(line) for line in filled),
            amount=gross if is_opening else 0,
            split=tuple(OpeningShare(gross=line["amount"], tax_code=line["tax_code"]) for line in filled) if is_opening else (),
            rate=rate, references=(typed["reference"],) if typed["reference"] else (), text=typed["text"],
            discounts=_discounts(gross, day, term), under_limit=under, over_limit=over, source_type="openitems.hand",
        )  # fmt: skip


class LineForm(LocalForm):
    """A line of the document: net to an account, or gross of an older document."""

    account = forms.CharField(
        label=_("Account"),
        max_length=12,
        required=False,
        widget=forms.TextInput({"list": "accounts", "autocomplete": "off"}),
    )
    tax_code = forms.ChoiceField(label=_("Tax"), required=False)
    amount = AmountField(label=_("Amount"), required=False, negative=True)
    text = forms.CharField(label=_("Text"), max_length=140, required=False)

    def __init__(self, *args: Any, codes: Iterable[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tax_code"].choices = [("", _("without tax")), *codes]  # type: ignore[attr-defined]

    def clean_account(self) -> str:
        """Return the number of an account in use."""
        number = str(self.cleaned_data["account"]).strip().split(" ")[0]
        if number and not Account.objects.filter(number=number, is_active=True, control="").exists():
            raise forms.ValidationError(_("There is no account of this number for it."))
        return number


class TermsForm(LocalForm):
    """What may change of an item."""

    due_date = DayField(label=_("Due on"))
    text = forms.CharField(label=_("Text"), max_length=140, required=False)
    is_blocked = forms.BooleanField(label=_("Blocked for payment and proposals"), required=False)
    dunning_block = forms.BooleanField(label=_("No reminders"), required=False)

    def terms(self) -> Terms:
        """Return the terms as filled in."""
        return Terms(**self.cleaned_data)


class DayForm(LocalForm):
    """The day on which something is posted."""

    day = DayField(label=_("Posted on"))


class WriteOffForm(DayForm):
    """Day, reason and account of a write-off."""

    text = forms.CharField(label=_("Reason"), max_length=140)
    account = forms.CharField(
        label=_("Account"),
        max_length=12,
        required=False,
        help_text=_("Empty: bad debts, by tax rate; credits go to income"),
    )

    def clean_account(self) -> str:
        """Return the number of an account in use, "" for the usual one."""
        number = str(self.cleaned_data["account"]).strip().split(" ")[0]
        if number and not Account.objects.filter(number=number, is_active=True, control="").exists():
            raise forms.ValidationError(_("There is no account of this number for it."))
        return number


class ImportForm(forms.Form):
    """A file of open items."""

    file = SentFileField(
        label=_("CSV file"), bytes_max=60 * 1024 * 1024, widget=forms.FileInput({"accept": ".csv,text/csv"})
    )


def terms_of(item: OpenItem) -> dict[str, object]:
    """Return the item's terms as the form's initial values."""
    return {
        "due_date": item.due_date,
        "text": item.text,
        "is_blocked": item.is_blocked,
        "dunning_block": item.dunning_block,
    }


def _part(line: dict[str, Any]) -> NewPart:
    return NewPart(number=line["account"], amount=line["amount"], tax_code=line["tax_code"], text=line["text"])


def _discounts(gross: int, day: date, term: PaymentTerm | None) -> tuple[Discount, ...]:
    """Return the term's tiers as days and amounts of this document."""
    if term is None:
        return ()
    grace = timedelta(days=term.discount_grace_days)
    return tuple(
        Discount(
            until=day + timedelta(days=tier.days), grace_until=day + timedelta(days=tier.days) + grace,
            amount=half_up(abs(gross) * tier.percent / 100), percent=tier.percent,
        )
        for tier in tiers_of(term.discounts)
    )  # fmt: skip
