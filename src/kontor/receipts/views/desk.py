"""One receipt on the desk: saving, trying, booking; nothing typed is ever lost."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.db import Error
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_subatomic import db

from kontor.core import clock
from kontor.core.refusal import Refusal
from kontor.organisations.access import TenantRequest, permit
from kontor.receipts.actions.indexing import index_document
from kontor.receipts.actions.processing import break_assignment, save
from kontor.receipts.desk.forms import DeskForms
from kontor.receipts.desk.page import (
    bench_context,
    book_as_typed,
    forms_of,
    found_document,
    preview_as_typed,
    refusal_of,
    splits_of,
    title_of,
)
from kontor.receipts.models import IncomingDocument
from kontor.receipts.queries.inbox import next_after, scope_of
from kontor.receipts.rules.workflow import ChangedMeanwhile
from kontor.receipts.views.inbox import bench_url


@require_POST
@permit("receipts.process")
def save_one(request: TenantRequest, document_id: int) -> HttpResponse:
    """Save what was typed; „another part“ and „remove“ only redraw the form."""
    document = _found(document_id)
    if "more" in request.POST or "drop" in request.POST:
        return _again(request, document, _reshaped(request, document), status=200)
    forms = forms_of(request, document, data=request.POST)
    if not forms.is_valid():
        return _again(request, document, forms)
    try:
        with db.savepoint():
            save(
                document_id, forms.head.values(), parts=forms.processed(), categories=forms.head.category_names(),
                version=forms.head.cleaned_data["version"], keep=forms.head.cleaned_data["keep"], at=clock.now(),
                by=request.user,
            )  # fmt: skip
            index_document(document_id)
    except (Refusal, Error) as error:
        return _refused(request, document, forms, error)
    messages.success(request, _("%(name)s saved") % {"name": title_of(document)})
    return redirect(bench_url(request, scope_of(request.POST, region=request.tenant.country), r=document_id))


@require_POST
@permit("receipts.process")
def book_one(request: TenantRequest, document_id: int) -> HttpResponse:
    """Save and book; the next receipt of the list comes up by itself."""
    document = _found(document_id)
    scope = scope_of(request.POST, region=request.tenant.country)
    following = next_after(scope, document, user_id=request.user.pk)
    forms = forms_of(request, document, data=request.POST)
    if not forms.is_valid():
        return _again(request, document, forms)
    try:
        with db.savepoint():
            book_as_typed(request, document_id, forms)
            index_document(document_id)
    except (Refusal, Error) as error:
        return _refused(request, document, forms, error)
    text = _("%(name)s booked") % {"name": title_of(document)}
    values = {"text": text, "document_id": document_id, "tenant": request.tenant.code, "scope": scope}
    messages.success(request, render_to_string("receipts/desk/undo.html", values, request=request))
    return redirect(bench_url(request, scope, r=following))


@require_POST
@permit("receipts.process")
def preview(request: TenantRequest, document_id: int) -> HttpResponse:
    """Answer what booking the form would write now, and net and tax of each part; a fragment."""
    document = _found(document_id)
    forms = forms_of(request, document, data=request.POST)
    shown = preview_as_typed(request, document_id, forms) if forms.is_valid() else None
    head = forms.head.cleaned_data if forms.head.is_bound and hasattr(forms.head, "cleaned_data") else {}
    day = head.get("service_to") or head.get("document_date")
    context = {"preview": shown, "splits": splits_of(forms, on=day), "is_fragment": True, "forms": forms}
    return render(request, "receipts/desk/preview.html", context)


@require_POST
@permit("receipts.unlock")
def unlock(request: TenantRequest, document_id: int) -> HttpResponse:
    """Break another person's assignment; what was typed stays in the form."""
    document = _found(document_id)
    owner = document.assigned_to.name if document.assigned_to is not None else ""
    break_assignment(document_id, by=request.user)
    messages.success(request, _("The assignment of %(name)s is broken. The record says who did it.") % {"name": owner})
    if "version" not in request.POST:
        return redirect(bench_url(request, scope_of(request.POST, region=request.tenant.country), r=document_id))
    fresh = _found(document_id)
    return _again(request, fresh, forms_of(request, fresh, data=_with_version(request, fresh)), status=200)


def _found(document_id: int) -> IncomingDocument:
    found = found_document(document_id)
    if found is None:
        raise Http404
    return found


def _reshaped(request: TenantRequest, document: IncomingDocument) -> DeskForms:
    """Return the posted form with one part more, or without one."""
    drop = request.POST.get("drop", "")
    data = request.POST.copy()
    count = int(data.get("parts", "1")) if data.get("parts", "1").isdigit() else 1
    if "more" in request.POST:
        data["parts"] = str(count + 1)
        data.setdefault(f"part{count}-gross", "")
        return forms_of(request, document, data=data)
    if drop.isdigit() and count > 1:
        names = [name for name in data if name.startswith("part") and "-" in name]
        kept = {name: str(data[name]) for name in names}
        for name in names:
            del data[name]
        for name, value in kept.items():
            number, _dash, field = name.removeprefix("part").partition("-")
            if not number.isdigit() or int(number) == int(drop):
                continue
            data[f"part{int(number) - (int(number) > int(drop))}-{field}"] = value
        data["parts"] = str(count - 1)
    return forms_of(request, document, data=data)


def _refused(request: TenantRequest, document: IncomingDocument, forms: DeskForms, error: Exception) -> HttpResponse:
    """Show the form again with everything typed; after somebody else's save both versions stand side by side."""
    sentence = refusal_of(error)
    fresh = _found(document.id)
    if isinstance(error, ChangedMeanwhile):
        differing = _differing(request, fresh, forms)
        again = forms_of(request, fresh, data=_with_version(request, fresh))
        return _again(request, fresh, again, refusal=sentence, conflict=differing)
    return _again(request, fresh, forms, refusal=sentence)


def _with_version(request: TenantRequest, document: IncomingDocument) -> QueryDict:
    data = request.POST.copy()
    data["version"] = str(document.version)
    return data


def _differing(request: TenantRequest, saved: IncomingDocument, forms: DeskForms) -> list[tuple[str, str, str]]:
    """Return (field, saved, typed) of everything that the other person has left otherwise."""
    stored = forms_of(request, saved)
    found = []
    for bound in forms.head:
        if bound.name in {"version", "keep", "entry_date", "new_categories"}:
            continue
        mine, theirs = _shown(bound), _shown(stored.head[bound.name])
        if mine != theirs:
            found.append((str(bound.label), theirs or "–", mine or "–"))
    mine_parts = [_part_words(part) for part in forms.parts]
    their_parts = [_part_words(part) for part in stored.parts]
    if mine_parts != their_parts:
        found.append((_("Parts"), "; ".join(their_parts) or "–", "; ".join(mine_parts) or "–"))
    return found


def _shown(bound: object) -> str:
    value = bound.value()  # type: ignore[attr-defined]  # a bound field of the form
    if isinstance(value, list | tuple):
        return ", ".join(sorted(map(str, value)))
    choices = dict(getattr(bound.field, "choices", ()))  # type: ignore[attr-defined]
    shown = choices.get(str(value), value) if choices else value
    if value in (None, "", False):
        return ""
    return str(bound.field.prepare_value(shown)) if not choices else str(shown)  # type: ignore[attr-defined]


def _part_words(part: object) -> str:
    names: Sequence[str] = ("gross", "account", "tax_code", "text")
    return " ".join(filter(None, (_shown(part[name]) for name in names)))  # type: ignore[index]  # a form


def _again(
    request: TenantRequest,
    document: IncomingDocument,
    forms: DeskForms,
    *,
    refusal: str = "",
    conflict: Sequence[tuple[str, str, str]] = (),
    status: int = 422,
) -> HttpResponse:
    scope = scope_of(request.POST, region=request.tenant.country)
    context = bench_context(
        request, scope, document, is_chosen=True, forms=forms, refusal=refusal, conflict=conflict,
        shows_errors=status != 200,
    )  # fmt: skip
    return render(request, "receipts/desk/inbox.html", context, status=status)
