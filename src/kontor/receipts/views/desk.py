"""One receipt on the desk: saving, trying, booking; nothing typed is ever lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.contrib import messages
from django.db import Error
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_subatomic import db

from kontor.core import clock
from kontor.core.numbers import row_key
from kontor.core.refusal import Refusal, gettext_noop
from kontor.organisations.access import TenantRequest, permit
from kontor.receipts.actions.processing import add_note, break_assignment, save
from kontor.receipts.desk.forms import DeskForms
from kontor.receipts.desk.marks import typed_over
from kontor.receipts.desk.page import SAID, Material, bench_context, forms_of, found_document, refusal_of, title_of
from kontor.receipts.desk.previews import book_as_typed, preview_as_typed, splits_of
from kontor.receipts.models import IncomingDocument
from kontor.receipts.queries.inbox import scope_posted
from kontor.receipts.queries.listed import next_after
from kontor.receipts.rules.workflow import ChangedMeanwhile
from kontor.receipts.views.inbox import bench_url


class MessageNotSent(Refusal):
    """A message would be lost."""

    sentence = gettext_noop("A message to the submitter is typed and not sent. Please send it or clear it first.")
    status = 409


@require_POST
@permit("receipts.process")
def save_one(request: TenantRequest, document_id: int) -> HttpResponse:
    """Save what was typed; „another part“, „remove“ and what is taken over only redraw the form, `again` does too."""
    document = _found(document_id)
    if {"more", "drop", "use", "take", "again"} & set(request.POST):
        forms = _reshaped(request, document)
        return shown_again(request, document, forms, status=200, is_kept="again" in request.POST)
    forms = forms_of(request, document, data=request.POST)
    if not forms.is_valid():
        return shown_again(request, document, forms)
    try:
        with db.savepoint():
            check_said(request)
            save_typed(request, document_id, forms)
            keep_note(request, document_id)
    except (Refusal, Error) as error:
        return refused(request, document, forms, error)
    messages.success(request, _("%(name)s saved") % {"name": title_of(document)})
    return redirect(bench_url(request, scope_posted(request.POST, region=request.tenant.country), r=document_id))


@require_POST
@permit("receipts.process")
def book_one(request: TenantRequest, document_id: int) -> HttpResponse:
    """Save and book; the next receipt of the list comes up by itself."""
    document = _found(document_id)
    scope = scope_posted(request.POST, region=request.tenant.country)
    following = next_after(scope, document.id, user_id=request.user.pk)
    forms = forms_of(request, document, data=request.POST)
    if not forms.is_valid():
        return shown_again(request, document, forms)
    try:
        with db.savepoint():
            check_said(request)
            book_as_typed(request, document_id, forms)
            keep_note(request, document_id)
    except (Refusal, Error) as error:
        return refused(request, document, forms, error)
    text = _("%(name)s booked") % {"name": title_of(document)}
    values = {"text": text, "document_id": document_id, "tenant": request.tenant.code, "scope": scope}
    messages.success(request, render_to_string("receipts/desk/undo.html", values, request=request))
    return redirect(bench_url(request, scope, r=following))


@require_POST
@permit("receipts.process")
def preview(request: TenantRequest, document_id: int) -> HttpResponse:
    """Answer what booking the form would write now, and net and tax of each part; a fragment."""
    document = _found(document_id)
    material = Material(request, document)
    forms, codes = forms_of(request, document, data=request.POST, material=material), material.codes
    shown = preview_as_typed(request, document, forms, codes=codes, facts=material.facts) if forms.is_valid() else None
    head = forms.head.cleaned_data if forms.head.is_bound and hasattr(forms.head, "cleaned_data") else {}
    day = head.get("service_to") or head.get("document_date")
    context = {"preview": shown, "splits": splits_of(forms, on=day, codes=codes), "is_fragment": True, "forms": forms}
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
        return redirect(bench_url(request, scope_posted(request.POST, region=request.tenant.country), r=document_id))
    fresh = _found(document_id)
    return shown_again(request, fresh, forms_of(request, fresh, data=_with_version(request, fresh)), status=200)


def _found(document_id: int) -> IncomingDocument:
    found = found_document(document_id)
    if found is None:
        raise Http404
    return found


def _reshaped(request: TenantRequest, document: IncomingDocument) -> DeskForms:
    """Return the posted form with one part more, or without one."""
    drop = request.POST.get("drop", "")
    data = request.POST.copy()
    count = row_key(data.get("parts", "1")) or 1
    if "more" in request.POST:
        data["parts"] = str(count + 1)
        data.setdefault(f"part{count}-gross", "")
        return forms_of(request, document, data=data)
    if drop.isdecimal() and count > 1:
        names = [name for name in data if name.startswith("part") and "-" in name]
        kept = {name: str(data[name]) for name in names}
        for name in names:
            del data[name]
        for name, value in kept.items():
            number, _dash, field = name.removeprefix("part").partition("-")
            if not number.isdecimal() or int(number) == int(drop):
                continue
            data[f"part{int(number) - (int(number) > int(drop))}-{field}"] = value
        data["parts"] = str(count - 1)
    part, _colon, number = data.get("use", "").partition(":")
    if part.isdecimal() and number:
        data[f"part{int(part)}-account"] = number
        for name, value in zip(("tax_code", "sphere"), data.get(f"use-{part}", "").split("|"), strict=False):
            data[f"part{int(part)}-{name}"] = value
    name = data.get("take", "")
    if name and (text := typed_over(document, name, region=request.tenant.country)) is not None:
        data[name] = text
    return forms_of(request, document, data=data)


def refused(request: TenantRequest, document: IncomingDocument, forms: DeskForms, error: Exception) -> HttpResponse:
    """Show the form again with everything typed; after somebody else's save both versions stand side by side."""
    sentence = refusal_of(error)
    fresh = _found(document.id)
    if isinstance(error, ChangedMeanwhile):
        differing = _differing(request, fresh, forms)
        again = forms_of(request, fresh, data=_with_version(request, fresh))
        return shown_again(request, fresh, again, refusal=sentence, conflict=differing)
    return shown_again(request, fresh, forms, refusal=sentence)


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


def shown_again(
    request: TenantRequest,
    document: IncomingDocument,
    forms: DeskForms,
    *,
    refusal: str = "",
    conflict: Sequence[tuple[str, str, str]] = (),
    status: int = 422,
    is_kept: bool = False,
    said: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Show the form with everything typed, the dialogs' texts too; the address is the receipt's place in the list."""
    scope = scope_posted(request.POST, region=request.tenant.country)
    context = bench_context(
        request, scope, document, is_chosen=True, forms=forms, refusal=refusal, conflict=conflict,
        shows_errors=status != 200, is_unsaved=True, is_kept=is_kept, said=said_in(request) if said is None else said,
    )  # fmt: skip
    response = render(request, "receipts/desk/inbox.html", context, status=status)
    response["HX-Replace-Url"] = bench_url(request, scope, r=document.id)
    return response


def save_typed(request: TenantRequest, document_id: int, forms: DeskForms) -> IncomingDocument:
    """Save what the form says, which must be valid.  Raises: whatever `processing.save` refuses."""
    head = forms.head.cleaned_data
    return save(
        document_id, forms.head.values(), parts=forms.processed(), categories=forms.head.category_names(),
        version=head["version"], keep=head["keep"], at=clock.now(), by=request.user,
    )  # fmt: skip


def said_in(request: TenantRequest) -> dict[str, str]:
    """Return what stands in the dialogs and short fields beside the form."""
    return {name: request.POST.get(name, "") for name in SAID}


def check_said(request: TenantRequest) -> None:
    """Refuse to go on over a message that was typed and not sent.  Raises: MessageNotSent."""
    if request.POST.get("message", "").strip():
        raise MessageNotSent


def keep_note(request: TenantRequest, document_id: int) -> None:
    """Keep a note that was typed and not kept yet."""
    if note := request.POST.get("note", "").strip():
        add_note(document_id, note, at=clock.now(), by=request.user)
