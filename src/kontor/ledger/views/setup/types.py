"""Document types: where the differences of payments are booked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from kontor.core.refusal import Refusal
from kontor.ledger.actions.settings import CodeTaken, TypeFacts, change_document_type, create_document_type
from kontor.ledger.models.accounts import Account, DocumentType
from kontor.ledger.queries.names import account_meant, account_name, dated_tax_codes, is_german
from kontor.ledger.views.attempts import attempt
from kontor.ledger.views.setup.histories import history
from kontor.ledger.wording import MOVEMENTS, words
from kontor.organisations.access import TenantRequest, permit
from kontor.ui.forms.base import LocalForm
from kontor.ui.forms.widgets import Combo
from kontor.ui.refusals import translated


class TypeForm(LocalForm):
    """A document type."""

    movement = forms.ChoiceField(label=gettext_lazy("Movement"))
    code = forms.SlugField(
        label=gettext_lazy("Code"), max_length=40, help_text=gettext_lazy("Small letters, digits and hyphens.")
    )
    name_de = forms.CharField(label=gettext_lazy("German name"), max_length=100)
    name_en = forms.CharField(label=gettext_lazy("English name"), max_length=100, required=False)
    account = forms.CharField(label=gettext_lazy("Account"), max_length=120)
    takes_tax_of_item = forms.BooleanField(
        label=gettext_lazy("Takes the tax of the document"), required=False,
        help_text=gettext_lazy("The difference corrects VAT where the document has it."),
    )  # fmt: skip
    tax_code = forms.ChoiceField(
        label=gettext_lazy("Otherwise this tax code"), required=False,
        help_text=gettext_lazy("Used where the tax of the document is not taken."),
    )  # fmt: skip

    def __init__(self, *args: Any, url: str, label: str, is_new: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["movement"].choices = words(MOVEMENTS)  # type: ignore[attr-defined]
        self.fields["account"].widget = Combo(url=url, label=label)
        codes = {row.code: row.name_de if is_german() else row.name_en for row in dated_tax_codes()}
        self.fields["tax_code"].choices = [("", _("none")), *sorted(codes.items(), key=lambda pair: pair[1])]  # type: ignore[attr-defined]
        self.fields["code"].disabled = self.fields["movement"].disabled = not is_new

    def clean(self) -> dict[str, Any]:
        """Resolve the account."""
        typed = super().clean() or {}
        self.found = account_meant(typed["account"]) if typed.get("account") else None
        if typed.get("account") and self.found is None:
            self.add_error("account", _("There is no account of this number or name. Please choose one from the list."))
        return typed

    def facts(self) -> TypeFacts:
        """Return what was typed."""
        assert self.found is not None
        typed = self.cleaned_data
        return TypeFacts(
            name_de=typed["name_de"], name_en=typed["name_en"], account_id=self.found.id, tax_code=typed["tax_code"],
            takes_tax_of_item=typed["takes_tax_of_item"],
        )  # fmt: skip


@require_safe
@permit("ledger.view")
def types(request: TenantRequest) -> HttpResponse:
    """Show the document types with account and tax."""
    names = {row.code: row.name_de if is_german() else row.name_en for row in dated_tax_codes()}
    rows = [
        {
            "row": row, "name": row.name_de if is_german() else row.name_en, "tax": names.get(row.tax_code, row.tax_code),
            "movement": _(MOVEMENTS.get(row.movement, row.movement)),
            "account_name": account_name(row.account) if row.account else "",
        }
        for row in DocumentType.objects.select_related("account").order_by("movement", "code")
    ]  # fmt: skip
    return render(request, "ledger/setup/types.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@permit("ledger.setup")
def new(request: TenantRequest) -> HttpResponse:
    """Add a document type."""
    form = _form(request, None)
    if form.is_bound and form.is_valid():
        typed = form.cleaned_data
        try:
            made = attempt(lambda: create_document_type(typed["code"], form.facts(), movement=typed["movement"]))
            messages.success(request, _("Document type %(name)s saved.") % {"name": made.name_de})
            return redirect("ledger_setup_types", tenant=request.tenant.code)
        except Refusal as refusal:
            form.add_error("code" if isinstance(refusal, CodeTaken) else "account", translated(refusal))
    return render(request, "ledger/setup/type.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@permit("ledger.setup")
def change(request: TenantRequest, type_id: int) -> HttpResponse:
    """Change a document type from now on."""
    row = DocumentType.objects.select_related("account").filter(id=type_id).first()
    if row is None:
        raise Http404
    form = _form(request, row)
    if form.is_bound and form.is_valid():
        try:
            attempt(lambda: change_document_type(type_id, form.facts()))
            messages.success(request, _("Document type %(name)s saved.") % {"name": form.cleaned_data["name_de"]})
            return redirect("ledger_setup_types", tenant=request.tenant.code)
        except Refusal as refusal:
            form.add_error("account", translated(refusal))
    context = {
        "form": form, "type": row, "name": row.name_de if is_german() else row.name_en,
        "moments": history("ledger.documenttype", type_id),
    }  # fmt: skip
    return render(request, "ledger/setup/type.html", context, status=422 if form.errors else 200)


def _form(request: TenantRequest, row: DocumentType | None) -> TypeForm:
    number = row.account.number if row and row.account else ""
    typed = request.POST.get("account", number)
    shown = Account.objects.filter(number=typed).first() if typed else None
    initial: dict[str, Any] = {"takes_tax_of_item": True}
    if row is not None:
        names = ("movement", "code", "name_de", "name_en", "tax_code", "takes_tax_of_item")
        initial = {name: getattr(row, name) for name in names} | {"account": number}
    return TypeForm(
        request.POST or None, url=reverse("account_options", kwargs={"tenant": request.tenant.code}), is_new=row is None,
        label=f"{shown.number} {account_name(shown)}" if shown else typed, initial=initial,
    )  # fmt: skip
