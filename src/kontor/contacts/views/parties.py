"""The list of contacts and the page of one."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_subatomic import db

from kontor.contacts.actions.parties import (
    NEXT_FREE,
    add_bank_details,
    archive_party,
    create_party,
    give_number,
    remove_bank_details,
    restore_party,
    set_payment_term,
    update_party,
)
from kontor.contacts.forms import PartyForm
from kontor.contacts.models import Channel, Party
from kontor.contacts.queries import accounts_of, address_of, bank_details_of, find_parties, glance_of, payment_terms
from kontor.contacts.rules.numbers import NumberTaken, WrongNumber
from kontor.contacts.rules.parties import WrongEmail
from kontor.contacts.tables import parties_table
from kontor.core.audit import history_of
from kontor.core.refusal import Changed, NotAllowed, Refusal
from kontor.organisations.access import TenantRequest, permit, right_label
from kontor.organisations.exports import export_of
from kontor.organisations.history import moments_of
from kontor.ui.refusals import translated

SIDES = ("debtor", "creditor")
NEXT_SIGN = "+"
CHANGED = "changed"
_FIELDS = {WrongEmail: "email", NumberTaken: None, WrongNumber: None}


@require_safe
@permit("contacts.view")
def parties(request: TenantRequest) -> HttpResponseBase:
    """Show the contacts."""
    table = parties_table(request)
    return export_of(request, table) or render(request, "contacts/list.html", {"table": table})


@require_safe
@permit("contacts.view")
def options(request: TenantRequest) -> HttpResponse:
    """Answer a `Combo` field's search with contacts."""
    found = find_parties(request.GET.get("q", "")[:100], side=request.GET.get("side", ""))
    return render(request, "contacts/options.html", {"parties": found})


@permit("contacts.edit")
def new(request: TenantRequest) -> HttpResponse:
    """Create a contact."""
    form = PartyForm(
        request.POST or None, terms=payment_terms(), initial={"country": request.tenant.country, "language": "de"}
    )
    if request.method == "POST" and form.is_valid():
        party = _saved(request, form, None)
        if party is not None:
            messages.success(request, _("%(name)s created") % {"name": party.name})
            return redirect("contacts:party", tenant=request.tenant.code, party_id=party.id)
    return render(request, "contacts/party.html", {"form": form}, status=422 if form.is_bound else 200)


@permit("contacts.view")
def party(request: TenantRequest, party_id: int) -> HttpResponse:
    """Show and change one contact."""
    found = _found(party_id)
    held = {account.side: account for account in accounts_of([found.id]).get(found.id, [])}
    may_edit = "contacts.edit" in request.rights
    if request.method == "POST" and not may_edit:
        raise NotAllowed(right=right_label("contacts.edit"))
    form = PartyForm(request.POST or None, terms=payment_terms(), held=held, initial=_initial(found, held))
    if request.method == "POST" and form.is_valid() and _saved(request, form, found):
        messages.success(request, _("%(name)s saved") % {"name": form.cleaned_data["name"]})
        return redirect("contacts:party", tenant=request.tenant.code, party_id=party_id)
    context = {
        "form": form, "party": found, "glance": glance_of(found), "moments": moments_of("contacts.party", found.id),
        "bank_details": bank_details_of(found), "may_edit": may_edit,
    }  # fmt: skip
    status = 409 if form.has_error(NON_FIELD_ERRORS, CHANGED) else 422 if form.is_bound else 200
    return render(request, "contacts/party.html", context, status=status)


@require_POST
@permit("contacts.edit")
def archive(request: TenantRequest, party_id: int) -> HttpResponse:
    """Take a contact into the archive, or out of it."""
    found = _found(party_id)
    if found.is_archived:
        restore_party(found, by=request.user)
        messages.success(request, _("%(name)s is in use again") % {"name": found.name})
    else:
        archive_party(found, by=request.user)
        messages.success(request, _("%(name)s is in the archive") % {"name": found.name})
    return redirect("contacts:party", tenant=request.tenant.code, party_id=party_id)


@require_POST
@permit("contacts.edit")
def remove_account(request: TenantRequest, party_id: int) -> HttpResponse:
    """Remove one of a contact's bank accounts."""
    remove_bank_details(_found(party_id), iban=request.POST.get("iban", ""), by=request.user)
    messages.success(request, _("Bank details removed"))
    return redirect("contacts:party", tenant=request.tenant.code, party_id=party_id)


def _found(party_id: int) -> Party:
    found = Party.objects.filter(id=party_id).first()
    if found is None:
        raise Http404
    return found


def _version(found: Party) -> int:
    newest = history_of("contacts.party", found.id).first()
    return newest.id if newest else 0


def _initial(found: Party, held: dict[str, Any]) -> dict[str, Any]:
    names = ("kind", "name", "contact_person", "phone", "email", "vat_number", "language", "note")
    initial = {name: getattr(found, name) for name in names}
    initial |= {"aliases": "; ".join(found.aliases), "version": _version(found)}
    if address := address_of(found):
        initial |= {
            name: getattr(address, name)
            for name in ("street", "building_number", "extra", "postcode", "town", "country")
        }
    for side, account in held.items():
        initial |= {f"{side}_number": account.number, f"{side}_term": str(account.payment_term_id or "")}
    initial["channel"] = found.channel or (Channel.EMAIL if found.email else Channel.LETTER)
    if "debtor" in held:
        initial["is_dunned"] = held["debtor"].is_dunned
    return initial


def _saved(request: TenantRequest, form: PartyForm, found: Party | None) -> Party | None:
    """Write what was filled in; a refusal stands at its field and nothing typed is lost."""
    side = ""
    try:
        with db.savepoint():
            if found is None:
                party = create_party(form.facts(), by=request.user)
            else:
                _check_unchanged(found, form.cleaned_data["version"])
                party = update_party(found, form.facts(), by=request.user)
            for side in SIDES:
                _save_side(request, form, party, side)
            if form.cleaned_data["iban"]:
                add_bank_details(party, iban=form.cleaned_data["iban"], bic=form.cleaned_data["bic"], by=request.user)
            return party
    except Changed:
        _keep_typed(form, found)
        return None
    except Refusal as refusal:
        field = f"{side}_number" if isinstance(refusal, NumberTaken | WrongNumber) else _FIELDS.get(type(refusal))
        form.add_error(field, translated(refusal))
        return None


def _keep_typed(form: PartyForm, found: Party | None) -> None:
    """Show what was typed once more with the version of now, so that saving again replaces the other's change knowingly."""
    words = _(
        "Somebody else has changed this contact in the meantime, as the history shows. What was typed here is kept; "
        "saving again replaces the other change."
    )
    form.add_error(None, ValidationError(words, code=CHANGED))
    data = cast("QueryDict", form.data).copy()
    data["version"] = str(_version(found)) if found else ""
    form.data = data


def _check_unchanged(found: Party, version: int | None) -> None:
    Party.objects.select_for_update().get(id=found.id)
    if version is not None and version != _version(found):
        raise Changed


def _save_side(request: TenantRequest, form: PartyForm, party: Party, side: str) -> None:
    typed = form.cleaned_data
    number = typed[f"{side}_number"].strip()
    is_held = form.fields[f"{side}_number"].disabled
    if number and not is_held:
        give_number(party, side=side, number=NEXT_FREE if number == NEXT_SIGN else number, by=request.user)
    if number:
        terms = {str(term.id): term for term in payment_terms()}
        is_dunned = typed["is_dunned"] if side == "debtor" and is_held else None
        set_payment_term(party, side=side, term=terms.get(typed[f"{side}_term"]), is_dunned=is_dunned, by=request.user)
