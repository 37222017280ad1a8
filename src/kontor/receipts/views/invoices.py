"""Supplier invoices entered by the finance team."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import Error
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods
from django_subatomic import db

from kontor.contacts.models import Party
from kontor.core import clock
from kontor.core.refusal import Refusal
from kontor.documents.actions.intake import take_in
from kontor.documents.actions.reading import request_reading
from kontor.documents.models import StoredFile
from kontor.documents.rules.intake import ACCEPT
from kontor.ledger.queries.names import account_meant, project_choices
from kontor.organisations.access import TenantRequest, permit
from kontor.receipts.actions.invoicing import enter_invoice
from kontor.receipts.actions.processing import ProcessedPart
from kontor.receipts.desk.page import refusal_of
from kontor.receipts.models import IncomingDocument
from kontor.receipts.queries.inbox import Scope
from kontor.receipts.queries.taxes import purchase_tax_choices
from kontor.receipts.views.inbox import bench_url
from kontor.ui.forms.base import LocalForm
from kontor.ui.forms.fields import AmountField, DayField, IbanField
from kontor.ui.forms.widgets import Combo, Drop

FILES_MAX = 10


class InvoiceForm(LocalForm):
    """An invoice that a supplier has sent."""

    document = forms.Field(label=gettext_lazy("Invoice"), required=False, widget=Drop(accept=ACCEPT, multiple=True))
    supplier = forms.CharField(
        label=gettext_lazy("Supplier"), max_length=200, help_text=gettext_lazy("Known contact or new name")
    )
    document_number = forms.CharField(label=gettext_lazy("Document number"), max_length=70)
    document_date = DayField(label=gettext_lazy("Document date"))
    due_date = DayField(label=gettext_lazy("Due on"), required=False)
    gross = AmountField(label=gettext_lazy("Gross"), negative=True)
    payee_iban = IbanField(label=pgettext_lazy("field", "IBAN"), required=False)
    payment_reference = forms.CharField(label=gettext_lazy("Payment reference"), required=False, max_length=140)
    purpose = forms.CharField(label=gettext_lazy("What for"), required=False, max_length=500)
    account = forms.CharField(label=gettext_lazy("Account"), required=False, max_length=120)
    tax_code = forms.ChoiceField(label=gettext_lazy("Tax"), required=False)
    project = forms.ChoiceField(label=gettext_lazy("Project"), required=False)
    asks_approval = forms.BooleanField(
        label=gettext_lazy("Ask for approval if a policy wants it"), required=False,
        help_text=gettext_lazy("Without the tick the invoice goes straight into progress."),
    )  # fmt: skip

    def __init__(self, *args: Any, request: TenantRequest, **kwargs: Any) -> None:
        super().__init__(*args, region=request.tenant.country, currency=request.tenant.base_currency, **kwargs)
        code, on = request.tenant.code, clock.today(request.tenant.country)
        typed = str(self.data.get("supplier", ""))
        party = _party(typed)
        self.fields["supplier"].widget = Combo(
            url=reverse("contacts:options", kwargs={"tenant": code}), label=party.name if party else ""
        )
        self.fields["account"].widget = Combo(
            url=reverse("account_options", kwargs={"tenant": code}), label=str(self.data.get("account", ""))
        )
        self.fields["tax_code"].choices = [("", _("without tax")), *purchase_tax_choices(on)]  # type: ignore[attr-defined]
        self.fields["project"].choices = [("", "–"), *project_choices()]  # type: ignore[attr-defined]

    def clean_account(self) -> int | None:
        """Return the account in use that was chosen or typed."""
        text = str(self.cleaned_data["account"]).strip()
        found = account_meant(text) if text else None
        if text and (found is None or not found.is_active or found.control):
            raise forms.ValidationError(_("There is no account of this number for it."))
        return found.id if found else None

    def values(self, *, currency: str) -> dict[str, Any]:
        """Return the columns of the document."""
        typed = self.cleaned_data
        party = _party(typed["supplier"])
        plain = ("document_number", "document_date", "due_date", "gross", "purpose", "payee_iban", "payment_reference")
        name = party.name if party else typed["supplier"].strip()
        return {
            **{field: typed[field] for field in plain}, "supplier_id": party.id if party else None, "supplier_name": name,
            "payee_name": name if typed["payee_iban"] else "", "currency": currency,
        }  # fmt: skip

    def part(self) -> ProcessedPart:
        """Return the one part that the whole is."""
        typed = self.cleaned_data
        return ProcessedPart(
            gross=typed["gross"], account_id=typed["account"], tax_code=typed["tax_code"],
            project_id=int(typed["project"]) if typed["project"] else None,
        )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@permit("receipts.process")
def enter(request: TenantRequest) -> HttpResponse:
    """Enter an invoice with its file; it waits for approval or is in progress at once."""
    is_sent = request.method == "POST"
    form = InvoiceForm(request.POST if is_sent else None, request.FILES if is_sent else None, request=request,
                       initial={"asks_approval": True})  # fmt: skip
    if is_sent and form.is_valid():
        try:
            with db.savepoint():
                document = _entered(request, form)
        except (Refusal, Error) as error:
            form.add_error(None, refusal_of(error))
        else:
            messages.success(request, _("Invoice of %(name)s entered") % {"name": document.supplier_name})
            tab = "all" if document.state == "in_review" else "progress"
            return redirect(bench_url(request, Scope(tab=tab), r=document.id))
    return render(request, "receipts/desk/invoice.html", {"form": form}, status=422 if form.errors else 200)


def _entered(request: TenantRequest, form: InvoiceForm) -> IncomingDocument:
    sent = request.FILES.getlist("document")[:FILES_MAX]
    files = [_taken(request, each) for each in sent]
    return enter_invoice(
        form.values(currency=request.tenant.base_currency), parts=[form.part()], files=files,
        asks_approval=form.cleaned_data["asks_approval"], today=clock.today(request.tenant.country), at=clock.now(),
        by=request.user,
    )  # fmt: skip


def _taken(request: TenantRequest, sent: UploadedFile[Any]) -> StoredFile:
    file = take_in(sent.chunks(), name=sent.name or "", owner_type="receipts.document", at=clock.now(), by=request.user)
    request_reading(file, at=clock.now(), by=request.user)
    return file


def _party(typed: str) -> Party | None:
    return Party.objects.filter(id=int(typed)).first() if typed.isdecimal() and len(typed) < 19 else None
