"""What the page shows on which a receipt is handed in."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kontor.core import clock
from kontor.core.figures import format_amount, format_money
from kontor.documents.rules.intake import ACCEPT
from kontor.organisations.access import TenantRequest
from kontor.receipts.actions.drafting import READ_FIELDS
from kontor.receipts.forms.choices import Choices
from kontor.receipts.forms.parts import ShownPart, shown_parts
from kontor.receipts.forms.submission import NEW, SubmissionForm
from kontor.receipts.forms.windows import parts_mark, payment_mark
from kontor.receipts.models import IncomingDocument
from kontor.receipts.queries.advances import outstanding_before
from kontor.receipts.queries.documents import lines_of
from kontor.receipts.queries.doubles import doubles_of
from kontor.receipts.queries.drafts import waiting_drafts
from kontor.receipts.queries.favourites import chose_before, last_used, last_variant
from kontor.receipts.queries.readings import read_state
from kontor.receipts.queries.settings import (
    cost_types_on_offer,
    open_advances,
    payment_means,
    projects_on_offer,
    refund_routes,
    remembered_payees,
    repayment_routes,
    submission_settings,
)
from kontor.receipts.rules.pages import left_out_pages
from kontor.receipts.views.capture_words import (
    ORIGIN_WORDS,
    VARIANT_WORDS,
    card_of,
    form_name,
    label_of,
    payee_label,
    target_of,
)
from kontor.receipts.views.frames import frames_of
from kontor.receipts.views.outcome_line import outcome_line

CHIPS_MAX = 3


def choices_for(user_id: int) -> Choices:
    """Return what a person may choose."""
    return Choices(
        variants=tuple(submission_settings().variants), projects=projects_on_offer(), cost_types=cost_types_on_offer(),
        means=payment_means(), refund_routes=refund_routes(), repayment_routes=repayment_routes(),
        payees=remembered_payees(user_id), advances=open_advances(user_id),
    )  # fmt: skip


def origins_of(document: IncomingDocument) -> dict[str, str]:
    """Return the form's fields that still hold what was read, with the word for where it was read."""
    found = {}
    for name, column in READ_FIELDS.items():
        proposal = document.proposals.get(name)
        current = getattr(document, column)
        shown = current.isoformat() if hasattr(current, "isoformat") else current
        if proposal and current and proposal.get("value") == shown:
            field = "to_pay_iban" if column == "payee_iban" else column
            found[field] = _(ORIGIN_WORDS.get(str(proposal.get("origin")), "read"))
    return found


def capture_context(
    request: TenantRequest,
    document: IncomingDocument | None,
    *,
    form: SubmissionForm,
    step: str,
    problems: Sequence[tuple[str, str]] = (),
) -> dict[str, Any]:
    """Return everything `receipts/own/capture.html` shows; `problems` are (field, sentence)."""
    user_id, choices = request.user.id, form.choices
    lines = lines_of([document.id]).get(document.id, []) if document is not None else []
    projects = last_used(user_id, column="project_id", among=[each.id for each in choices.projects], limit=CHIPS_MAX)
    kinds = last_used(user_id, column="cost_type_id", among=[each.id for each in choices.cost_types], limit=CHIPS_MAX)
    knows = chose_before(user_id)
    parts = shown_parts(
        lines, project_id=_proposed(projects, knows=knows), cost_type_id=_proposed(kinds, knows=knows)
    )  # fmt: skip
    settings = submission_settings()
    chosen = str(form["variant"].value() or "") or last_variant(user_id)
    frames = frames_of(request, document)
    state = read_state(document.id) if document is not None else None
    return {
        "heading": _("Hand in a receipt"), "document": document, "form": form, "step": step, "frames": frames,
        "shown": next((frame for frame in frames if frame.is_shown), None), "parts": parts,
        "projects": _chips(choices.projects, projects, {part.project_id for part in parts}),
        "cost_types": _chips(choices.cost_types, kinds, {part.cost_type_id for part in parts}),
        "cards": [
            card_of(code, chosen=chosen, text=_left_of_advances(request, choices) if code == "advance" else "")
            for code in choices.variants
            if code in VARIANT_WORDS
        ],
        "payees": [(str(each.id), each.input, payee_label(each)) for each in choices.payees], "new_payee": NEW,
        "advances": _advances(request, document, choices), "settings": settings,
        "origins": origins_of(document) if document is not None else {},
        "outlook": outcome_line(request, document),
        "doubles": _doubles(request, document), "read": state,
        "problems": [(target_of(name, chosen=chosen), label_of(form, name).rstrip("?"), text) for name, text in problems],
        "sentences": {form_name(name, chosen=chosen): text for name, text in reversed(problems)},
        "accept": ACCEPT, "client_key": request.POST.get("client_key") or uuid.uuid4().hex,
        "is_own_voucher": document is not None and document.is_own_voucher,
        "currency": document.currency if document is not None else request.tenant.base_currency,
        "drafts": _other_drafts(request, document),
        "left_out": any(left_out_pages(row.shape) for row in {frame.attachment for frame in frames}),
        "marks": {
            "initial-payment": payment_mark(document, {**form.shown, "variant": chosen}),
            "initial-parts": parts_mark(lines, _shown_in(parts, region=request.tenant.country, document=document)),
        },
    }  # fmt: skip


def _shown_in(
    parts: Sequence[ShownPart], *, region: str, document: IncomingDocument | None
) -> list[tuple[str, str, str]]:
    """Return project, kind and amount of each part as the page posts them back if nobody touches them."""
    currency = document.currency if document is not None else ""
    several = len(parts) > 1
    return [
        (
            str(part.project_id or ""), str(part.cost_type_id or ""),
            format_amount(part.gross, currency=currency, region=region) if several and part.gross is not None else "",
        )
        for part in parts
    ]  # fmt: skip


def _other_drafts(request: TenantRequest, document: IncomingDocument | None) -> list[tuple[int, str]]:
    """Return one's other drafts with what they are called: what is typed or read, else when they were begun."""
    found = []
    for each in waiting_drafts(request.user.id, without=document.id if document is not None else None):
        begun = each.begun_at.astimezone(clock.ZONES[request.tenant.country])
        name = each.title or _("Draft of %(moment)s") % {"moment": date_format(begun, "SHORT_DATETIME_FORMAT")}
        if each.gross is not None:
            name += f" · {format_money(each.gross, currency=each.currency, region=request.tenant.country)}"
        found.append((each.id, name))
    return found


def _proposed(favourites: Sequence[int], *, knows: bool) -> int | None:
    return favourites[0] if knows and favourites else None


def _chips(rows: Sequence[Any], favourites: Sequence[int], chosen: set[int | None]) -> dict[str, list[Any]]:
    """Return the favourites (and whatever is chosen) as chips, everything else for the list."""
    wanted = [*favourites, *(row.id for row in rows if row.id in chosen and row.id not in favourites)]
    by_id = {row.id: row for row in rows}
    return {
        "chips": [by_id[each] for each in wanted if each in by_id],
        "others": [row for row in rows if row.id not in wanted],
        "all": list(rows),
    }


def _left_of_advances(request: TenantRequest, choices: Choices) -> str:
    """Return what is left of all one's advances in the books' currency, "" where there is none."""
    own = [each for each in choices.advances if each.currency == request.tenant.base_currency]
    left = sum(each.item.amount_open for each in own)
    if left <= 0:
        return ""
    shown = format_money(left, currency=request.tenant.base_currency, region=request.tenant.country)
    return _("%(left)s still available") % {"left": shown}


def _advances(
    request: TenantRequest, document: IncomingDocument | None, choices: Choices
) -> list[tuple[str, str]]:  # fmt: skip
    """Return the person's open advances with what is left of each before this receipt."""
    found = []
    for advance in choices.advances:
        asked = document if document is not None and document.advance_id == advance.id else None
        left = outstanding_before(asked) if asked is not None else advance.item.amount_open
        shown = format_money(left, currency=advance.currency, region=request.tenant.country)
        found.append((str(advance.id), _("%(purpose)s, %(left)s left") % {"purpose": advance.purpose, "left": shown}))
    return found


def _doubles(request: TenantRequest, document: IncomingDocument | None) -> list[dict[str, Any]]:
    """Return look-alikes: one's own with a link, others' only by number and day."""
    if document is None:
        return []
    found = []
    for each in doubles_of(document):
        is_own = each.submitter_id == request.user.id
        at = each.submitted_at
        kwargs = {"tenant": request.tenant.code, "document_id": each.id}
        found.append({
            "name": each.name, "why": each.why,
            "day": at.astimezone(clock.ZONES[request.tenant.country]).date() if at else None,
            "url": reverse("receipts:own", kwargs=kwargs) if is_own else "",
        })  # fmt: skip
    return found
