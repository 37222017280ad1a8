"""Handing a receipt in: three steps on the phone, one page at a desk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_subatomic import db

from kontor.core import clock
from kontor.core.refusal import Refusal
from kontor.organisations.access import TenantRequest, permit
from kontor.receipts.actions.drafting import Part, create_draft, delete_draft, save_draft
from kontor.receipts.actions.reading import take_over
from kontor.receipts.actions.submitting import NotComplete, problems_of, submit
from kontor.receipts.actions.vouchers import attach_own_voucher
from kontor.receipts.forms.parts import PARTS_MAX, parts_of
from kontor.receipts.forms.stored import initial_of
from kontor.receipts.forms.submission import SubmissionForm
from kontor.receipts.forms.windows import (
    PAYMENT_COLUMNS,
    are_parts_of_other,
    is_payment_of_other,
    posted_parts_mark,
    posted_payment_mark,
)
from kontor.receipts.models import IncomingDocument
from kontor.receipts.queries.documents import lines_of, name_of
from kontor.receipts.rules.workflow import EDITABLE_BY_SUBMITTER, WrongState
from kontor.receipts.views.capture_page import capture_context, choices_for, origins_of
from kontor.receipts.views.capture_words import step_of
from kontor.receipts.views.finding import own_document
from kontor.receipts.views.uploading import CLIENT_KEY
from kontor.ui.refusals import translated

STEPS = ("photo", "use", "payment")


@require_http_methods(["GET", "HEAD", "POST"])
@permit("receipts.submit")
def capture(request: TenantRequest) -> HttpResponse:
    """Begin a receipt; the draft is made with the first file or the first saved field."""
    if request.method != "POST":
        return _page(request, None, step="photo")
    key = request.POST.get("client_key", "")
    document = create_draft(
        client_key=key if CLIENT_KEY.fullmatch(key) else "", at=clock.now(), by=request.user
    )  # fmt: skip
    return _posted(request, document)


@require_http_methods(["GET", "HEAD", "POST"])
@permit("receipts.submit")
def draft(request: TenantRequest, document_id: int, step: str = "photo") -> HttpResponse:
    """Go on with a receipt that can still be changed; what is handed in shows where it stands instead."""
    document = own_document(request, document_id)
    if document.state not in EDITABLE_BY_SUBMITTER:
        return redirect("receipts:own", tenant=request.tenant.code, document_id=document.id)
    if request.method == "POST":
        return _posted(request, document)
    take_over(document.id, by=request.user)
    return _page(request, own_document(request, document_id), step=step if step in STEPS else "photo")


@require_safe
@permit("receipts.submit")
def reading(request: TenantRequest, document_id: int) -> JsonResponse:
    """Say how far reading is, and what each field that it may fill holds now."""
    document = own_document(request, document_id)
    is_waiting = document.state in EDITABLE_BY_SUBMITTER and take_over(document.id, by=request.user)
    return JsonResponse({"is_waiting": is_waiting, **_state(request, own_document(request, document_id))})


@require_POST
@permit("receipts.submit")
def throw_away(request: TenantRequest, document_id: int) -> HttpResponse:
    """Throw a draft away."""
    delete_draft(own_document(request, document_id).id, by=request.user)
    messages.success(request, _("The draft was thrown away."))
    return redirect(f"{reverse('receipts:mine', kwargs={'tenant': request.tenant.code})}?tab=drafts")


def _posted(request: TenantRequest, document: IncomingDocument) -> HttpResponse:
    go = request.POST.get("go", "")
    form = _form(request, document, bound=True)
    try:
        with db.savepoint():
            document = _save(request, document, form)
    except WrongState:  # handed in by another window, or by the same click, while this one waited
        return redirect("receipts:own", tenant=request.tenant.code, document_id=document.id)
    if request.headers.get("X-Fragment") == "draft":
        return JsonResponse(_state(request, own_document(request, document.id), is_saved=True))
    if go == "submit":
        return _submit(request, document, form)
    if form.errors:
        return _incomplete(request, document, form, [])
    return redirect(_way(request, document, go=go))


def _way(request: TenantRequest, document: IncomingDocument, *, go: str) -> str:
    """Return where a saved draft leads: the step that was asked for, or the list if it is kept for later."""
    if go == "keep":
        messages.success(request, _("The draft is kept. It waits under “My receipts”."))
        return f"{reverse('receipts:mine', kwargs={'tenant': request.tenant.code})}?tab=drafts"
    step = "use" if go.startswith(("split", "join-")) else go
    kwargs = {"tenant": request.tenant.code, "document_id": document.id}
    if step in STEPS and "own_voucher" not in request.POST:
        return reverse("receipts:draft_step", kwargs={**kwargs, "step": step})
    return reverse("receipts:draft", kwargs=kwargs)


def _save(request: TenantRequest, document: IncomingDocument, form: SubmissionForm) -> IncomingDocument:
    form.is_valid()  # what is readable is kept, the rest stays in the page
    values = form.typed()
    if is_payment_of_other(document, request.POST):
        values = {name: value for name, value in values.items() if name not in PAYMENT_COLUMNS}
    gross = values.get("gross", document.gross)
    parts = parts_of(
        request.POST, choices=form.choices, gross=gross, region=request.tenant.country, currency=document.currency
    )
    parts = _reshaped(parts, go=request.POST.get("go", ""), gross=gross)
    if request.POST.get("own_voucher") in {"on", "off"}:
        values["is_own_voucher"] = request.POST["own_voucher"] == "on"
    lines = lines_of([document.id]).get(document.id, [])
    if are_parts_of_other(lines, request.POST):
        parts = None
    return save_draft(document.id, values, parts=parts, by=request.user)


def _reshaped(parts: list[Part] | None, *, go: str, gross: int | None) -> list[Part] | None:
    """Return the parts with one more that takes the rest (`split`), or without one (`join-<place>`)."""
    if parts is None:
        return None
    if go == "split" and len(parts) < PARTS_MAX:
        rest = (gross or 0) - sum(part.gross for part in parts)
        return [*parts, Part(gross=rest, project_id=parts[-1].project_id, cost_type_id=parts[-1].cost_type_id)]
    if go.startswith("join-") and go[5:].isdecimal() and len(parts) > 1:
        return [part for place, part in enumerate(parts) if place != int(go[5:])]
    return parts


def _submit(request: TenantRequest, document: IncomingDocument, form: SubmissionForm) -> HttpResponse:
    today = clock.today(request.tenant.country)
    if form.errors:
        return _incomplete(request, document, form, problems_of(document, today=today, region=request.tenant.country))
    try:
        with db.savepoint():
            if document.is_own_voucher:
                attach_own_voucher(document.id, tenant=request.tenant, today=today, at=clock.now(), by=request.user)
            done = submit(document.id, today=today, at=clock.now(), by=request.user)
    except NotComplete as incomplete:
        return _incomplete(request, document, form, incomplete.problems)
    except Refusal as refusal:
        return _page(
            request, own_document(request, document.id), step="payment", form=form, problems=[("", translated(refusal))],
            status=refusal.status,
        )  # fmt: skip
    messages.success(request, _("Receipt %(number)s was handed in.") % {"number": name_of(done)})
    address = reverse("receipts:own", kwargs={"tenant": request.tenant.code, "document_id": document.id})
    return redirect(f"{address}?next")


def _incomplete(
    request: TenantRequest, document: IncomingDocument, form: SubmissionForm, problems: Sequence[tuple[str, Refusal]]
) -> HttpResponse:
    """Show every problem at its field; what was typed and cannot be read stands before what is missing therefore."""
    unreadable = [(name, str(error)) for name, errors in form.errors.items() for error in errors]
    others = [(name, translated(refusal)) for name, refusal in problems if name not in form.errors]
    found = [*unreadable, *others]
    return _page(
        request, own_document(request, document.id), step=step_of(name for name, _sentence in found), form=form,
        problems=found, status=422,
    )  # fmt: skip


def _form(request: TenantRequest, document: IncomingDocument | None, *, bound: bool = False) -> SubmissionForm:
    choices = choices_for(request.user.id)
    currency = document.currency if document is not None else request.tenant.base_currency
    return SubmissionForm(
        request.POST if bound else None,
        choices=choices,
        initial=initial_of(document, choices=choices, currency=currency, name=request.user.name),
        region=request.tenant.country,
        currency=currency,
        on=clock.today(request.tenant.country),
    )


def _page(
    request: TenantRequest, document: IncomingDocument | None, *, step: str, form: SubmissionForm | None = None,
    problems: Sequence[tuple[str, str]] = (), status: int = 200,
) -> HttpResponse:  # fmt: skip
    context = capture_context(
        request, document, form=form or _form(request, document), step=step, problems=problems
    )  # fmt: skip
    return render(request, "receipts/own/capture.html", context, status=status)


def _state(request: TenantRequest, document: IncomingDocument, *, is_saved: bool = False) -> dict[str, Any]:
    """Return what the page needs to know after saving or reading, as JSON can hold it."""
    form = _form(request, document)
    context = capture_context(request, document, form=form, step="photo")
    at = clock.now().astimezone(clock.ZONES[request.tenant.country])
    stored = dict(form.stored())
    if is_saved:
        lines = lines_of([document.id]).get(document.id, [])
        stored |= {
            "initial-payment": posted_payment_mark(document, request.POST),
            "initial-parts": posted_parts_mark(lines, request.POST),
        }
    return {
        "document": document.id, "version": document.version,
        "draft": reverse("receipts:draft", kwargs={"tenant": request.tenant.code, "document_id": document.id}),
        "saved": _("Draft saved %(time)s") % {"time": date_format(at, "H:i")},
        "stored": stored,
        "origins": origins_of(document),
        "outlook": render_to_string("receipts/own/outlook.html", context, request=request),
        "doubles": render_to_string("receipts/own/doubles.html", context, request=request),
        "reading": render_to_string("receipts/own/reading.html", context, request=request),
    }  # fmt: skip
