"""Forms of the set-up of receipts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kontor.banking.models import MoneyAccount
from kontor.ledger.models.accounts import Account
from kontor.ledger.queries.names import account_meant, account_name
from kontor.ledger.wording import sphere_choices
from kontor.receipts.actions.setting_up import MeansFacts, RouteFacts, SubmissionFacts, TypeFacts
from kontor.receipts.models.settings import MeansKind, PayeeInput, PaymentVariant
from kontor.receipts.queries.setup import ProjectRow
from kontor.ui.forms.base import LocalForm
from kontor.ui.forms.fields import AmountField
from kontor.ui.forms.widgets import CardLabel, Cards, Combo

VARIANTS = (
    (PaymentVariant.PRIVATE, _("Paid privately, to be refunded")),
    (PaymentVariant.ORGANISATION, _("Paid with the organisation's means")),
    (PaymentVariant.TO_PAY, _("Invoice that is still to be paid")),
    (PaymentVariant.ADVANCE, _("Set off against an advance")),
    (PaymentVariant.DONATION, _("Refund waived as a donation")),
)
WEEKDAYS = (
    (0, _("Monday")), (1, _("Tuesday")), (2, _("Wednesday")), (3, _("Thursday")), (4, _("Friday")), (5, _("Saturday")),
    (6, _("Sunday")),
)  # fmt: skip
MEANS = (
    (MeansKind.CARD, _("Bank or credit card")), (MeansKind.DIRECT_DEBIT, _("Direct debit")),
    (MeansKind.PAYPAL, _("PayPal")), (MeansKind.CASH, _("Cash")),
)  # fmt: skip
INPUTS = (
    (PayeeInput.IBAN, CardLabel(_("IBAN"), _("The submitter enters the account; payment lists use it."), "landmark")),
    (PayeeInput.EMAIL, CardLabel(_("E-mail address"), _("For PayPal and similar services."), "mail")),
    (PayeeInput.NONE, CardLabel(_("Nothing"), _("For cash."), "banknote")),
)
INPUT_WORDS = {
    str(PayeeInput.IBAN): _("IBAN"), str(PayeeInput.EMAIL): _("E-mail address"), str(PayeeInput.NONE): _("Nothing"),
}  # fmt: skip
MEANS_WORDS = {str(kind): word for kind, word in MEANS}


class SubmissionForm(LocalForm):
    """How receipts are handed in."""

    variants = forms.MultipleChoiceField(
        label=_("What submitters may say about the payment"), widget=forms.CheckboxSelectMultiple
    )
    takes_own_vouchers = forms.BooleanField(
        label=_("Own vouchers are allowed"), required=False,
        help_text=_("For lost receipts, with the reason and a signature; the tax office accepts them as exceptions."),
    )  # fmt: skip
    payment_weekday = forms.TypedChoiceField(
        label=_("Refunds are paid on"), choices=WEEKDAYS, coerce=int,
        help_text=_("Submitters see the expected day."),
    )  # fmt: skip
    hint = forms.CharField(
        label=_("Hint for submitters"), required=False, max_length=1_000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Stands above the form, such as whom to ask."),
    )  # fmt: skip
    waiver_legal_basis = forms.CharField(
        label=_("Basis of waived refunds"), required=False, max_length=300,
        help_text=_("Such as “§ 7 of the statutes of 12.03.2021”. It must be older than the expense."),
    )  # fmt: skip

    def __init__(self, *args: Any, country: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["variants"].choices = [  # type: ignore[attr-defined]
            (value, word) for value, word in VARIANTS if value != PaymentVariant.DONATION or country == "DE"
        ]

    def facts(self) -> SubmissionFacts:
        """Return what was chosen."""
        typed = self.cleaned_data
        return SubmissionFacts(
            variants=tuple(typed["variants"]), takes_own_vouchers=typed["takes_own_vouchers"],
            payment_weekday=typed["payment_weekday"], hint=typed["hint"], waiver_legal_basis=typed["waiver_legal_basis"],
        )  # fmt: skip


class TypeForm(LocalForm):
    """A type of expense."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("In the words of those who spend the money."))
    account = forms.CharField(
        label=_("Account"), max_length=120, required=False,
        help_text=_("Proposed when the receipt is booked; submitters never see it."),
    )  # fmt: skip
    tax_code = forms.ChoiceField(label=_("Tax code"), required=False)
    sphere = forms.ChoiceField(label=_("Sphere"), required=False)
    is_submittable = forms.BooleanField(label=_("Submitters may choose it"), required=False)
    is_active = forms.BooleanField(label=_("In use"), required=False)

    def __init__(
        self, *args: Any, url: str, label: str, taxes: Sequence[tuple[str, str]], has_spheres: bool, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.fields["account"].widget = Combo(url=url, label=label)
        self.fields["tax_code"].choices = [("", _("none")), *taxes]  # type: ignore[attr-defined]
        self.fields["sphere"].choices = sphere_choices(str(_("from the project or the tax code")))  # type: ignore[attr-defined]
        self.found: Account | None = None
        if not has_spheres:
            del self.fields["sphere"]

    def clean(self) -> dict[str, Any]:
        """Resolve the account."""
        typed = super().clean() or {}
        self.found = account_meant(typed["account"]) if typed.get("account") else None
        if typed.get("account") and self.found is None:
            self.add_error("account", _("There is no account of this number or name. Please choose one from the list."))
        return typed

    def facts(self) -> TypeFacts:
        """Return what was typed."""
        typed = self.cleaned_data
        return TypeFacts(
            name=typed["name"], account=self.found, tax_code=typed["tax_code"], sphere=typed.get("sphere", ""),
            is_submittable=typed["is_submittable"], is_active=typed["is_active"],
        )  # fmt: skip


class MeansForm(LocalForm):
    """A means of payment of the organisation."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("Such as “Credit card of the office”."))
    kind = forms.ChoiceField(label=_("Kind"), choices=MEANS)
    account = forms.ChoiceField(
        label=_("Clearing account"), required=False,
        help_text=_("Collects the receipts until the bank's line comes and settles them."),
    )  # fmt: skip
    is_debited_later = forms.TypedChoiceField(
        label=_("When the money leaves"), widget=Cards, coerce=lambda value: value == "True", choices=(
            ("False", CardLabel(_("Already debited"), _("The receipt is done as soon as it is booked."), "circle-check")),
            ("True", CardLabel(_("Will be debited"), _("The receipt is done when the debit has come."), "hourglass")),
        ),
    )  # fmt: skip
    is_active = forms.BooleanField(label=_("In use"), required=False)

    def __init__(self, *args: Any, accounts: Sequence[Account], is_new: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        self._accounts = {str(row.id): row for row in accounts}
        choices = [(key, f"{row.number} {account_name(row)}") for key, row in self._accounts.items()]
        first = [("", _("Open a new one"))] if is_new else []
        self.fields["account"].choices = [*first, *choices]  # type: ignore[attr-defined]

    def facts(self) -> MeansFacts:
        """Return what was typed."""
        typed = self.cleaned_data
        return MeansFacts(
            name=typed["name"], kind=typed["kind"], account=self._accounts.get(typed["account"]),
            is_debited_later=typed["is_debited_later"], is_active=typed["is_active"],
        )  # fmt: skip


class RouteForm(LocalForm):
    """A way of refund or of repayment."""

    name = forms.CharField(label=_("Name"), max_length=80)
    input = forms.ChoiceField(label=_("What the submitter enters"), widget=Cards, choices=INPUTS)
    instruction = forms.CharField(
        label=_("Instruction"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What to do, shown with the amount to pay back."),
    )  # fmt: skip
    money_account = forms.ChoiceField(label=_("Money account"), required=False)
    is_active = forms.BooleanField(label=_("In use"), required=False)

    def __init__(self, *args: Any, is_refund: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        del self.fields["instruction" if is_refund else "input"]
        rows = MoneyAccount.objects.filter(is_active=True).order_by("name")
        self.fields["money_account"].choices = [("", _("not fixed")), *((str(row.id), row.name) for row in rows)]  # type: ignore[attr-defined]

    def facts(self) -> RouteFacts:
        """Return what was typed."""
        typed = self.cleaned_data
        return RouteFacts(
            name=typed["name"], input=typed.get("input", "none"), instruction=typed.get("instruction", ""),
            money_account_id=int(typed["money_account"]) if typed["money_account"] else None, is_active=typed["is_active"],
        )  # fmt: skip


class ProjectsForm(LocalForm):
    """Which projects may be chosen, and what each may spend."""

    def __init__(self, *args: Any, rows: Sequence[ProjectRow], **more: Any) -> None:
        self.rows = rows
        super().__init__(*args, **more)

    def build(self, *, region: str, currency: str) -> None:
        """Add the fields of the rows."""
        for row in self.rows:
            project = row.branch.project
            self.fields[f"offer-{project.id}"] = forms.BooleanField(
                label=project.name, required=False, initial=project.is_submittable
            )
            self.fields[f"budget-{project.id}"] = AmountField(
                label=project.name, required=False, initial=row.budget, region=region, currency=currency
            )
            self.fields[f"budget-{project.id}"].widget.attrs["class"] = "k-input"
            self.fields[f"budget-{project.id}"].localise(region=region, currency=currency, on=None)  # type: ignore[attr-defined]

    @property
    def offered(self) -> set[int]:
        """Return the ids of the ticked projects."""
        return {row.branch.project.id for row in self.rows if self.cleaned_data[f"offer-{row.branch.project.id}"]}

    @property
    def budgets(self) -> dict[int, int | None]:
        """Return the budgets that differ from those that are kept."""
        typed = {row.branch.project.id: self.cleaned_data[f"budget-{row.branch.project.id}"] for row in self.rows}
        return {
            row.branch.project.id: typed[row.branch.project.id]
            for row in self.rows
            if typed[row.branch.project.id] != row.budget
        }
