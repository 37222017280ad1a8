"""The workbench as one request sees it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.db import Error
from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kontor.banking.models import MoneyAccount
from kontor.core import clock
from kontor.core.figures import format_amount
from kontor.core.refinement import refined
from kontor.core.refusal import Refusal
from kontor.documents.rules.intake import ACCEPT
from kontor.ledger.queries.names import dated_tax_codes
from kontor.ledger.rules.taxes import TaxCode
from kontor.openitems.models import ItemSide
from kontor.organisations.access import TenantRequest
from kontor.organisations.change_words import Scale
from kontor.organisations.history import moments_of
from kontor.organisations.models import User
from kontor.receipts.actions.trying import Preview, booked_lines
from kontor.receipts.desk.choices import held_by
from kontor.receipts.desk.detail import Detail, detail_of
from kontor.receipts.desk.forms import PARTS_MAX, DeskForms, desk_forms
from kontor.receipts.desk.listed import rows_of
from kontor.receipts.desk.previews import preview_as_stored, preview_as_typed, splits_of
from kontor.receipts.desk.words import day_words, row_title, said
from kontor.receipts.models import IncomingDocument, IncomingLine
from kontor.receipts.queries.bookings import BookingFacts
from kontor.receipts.queries.documents import document_by_id, lines_of, name_of
from kontor.receipts.queries.ground import Ground, ground_of
from kontor.receipts.queries.inbox import PAYABLE, Scope, categories_of
from kontor.receipts.queries.listed import ListedPage, listed_page, next_after
from kontor.receipts.queries.offered import Offered, offered
from kontor.receipts.rules.workflow import TO_PROCESS
from kontor.ui.marks import Tab
from kontor.ui.refusals import translated

# What is typed in dialogs and short fields beside the form.
SAID = ("question", "reason", "cancel_reason", "message", "note")


def title_of(document: IncomingDocument) -> str:
    """Return the line by which people know a receipt."""
    return row_title(document.supplier_name, document.purpose, name_of(document))


class Material:
    """What the page of one receipt is made of, each asked for once."""

    def __init__(self, request: TenantRequest, document: IncomingDocument) -> None:
        self.request, self.document = request, document

    @cached_property
    def offered(self) -> Offered:
        """Return what may be chosen."""
        return offered(held_by(self.document))

    @cached_property
    def lines(self) -> list[IncomingLine]:
        """Return the stored parts."""
        return lines_of([self.document.id]).get(self.document.id, [])

    @cached_property
    def categories(self) -> list[str]:
        """Return the receipt's keywords."""
        return categories_of([self.document.id]).get(self.document.id, [])

    @cached_property
    def codes(self) -> list[TaxCode]:
        """Return the dated tax codes."""
        return dated_tax_codes()

    @cached_property
    def ground(self) -> Ground:
        """Return what the books say to the receipt."""
        day = self.document.document_date or clock.today(self.request.tenant.country)
        return ground_of(self.document, {line.cost_type_id for line in self.lines} or {None}, day=day)

    @cached_property
    def facts(self) -> BookingFacts:
        """Return what booking the receipt would meet."""
        return self.ground.booking(tenant=self.request.tenant, codes=self.codes)


def forms_of(
    request: TenantRequest,
    document: IncomingDocument,
    *,
    data: QueryDict | None = None,
    drop: int | None = None,
    material: Material | None = None,
) -> DeskForms:
    """Return the form of a receipt, stored or posted."""
    count = _count(data) if data is not None else None
    known = material or Material(request, document)
    return desk_forms(
        request, document, known.lines, proposed=known.ground.habits,
        categories=known.categories, found=known.offered, codes=known.codes, entry_date=known.ground.entry_day, data=data,
        count=count, drop=drop,
    )  # fmt: skip


def _count(data: QueryDict) -> int:
    text = data.get("parts", "1")
    return max(1, min(int(text), PARTS_MAX)) if text.isdecimal() and len(text) < 4 else 1


def is_open_for(document: IncomingDocument, *, user: User) -> bool:
    """Tell whether this person can change the receipt now."""
    return document.state in TO_PROCESS and document.entry_id is None and document.assigned_to_id in {None, user.pk}


def bench_context(
    request: TenantRequest,
    scope: Scope,
    document: IncomingDocument | None,
    *,
    is_chosen: bool,
    forms: DeskForms | None = None,
    page: ListedPage | None = None,
    refusal: str = "",
    conflict: Sequence[tuple[str, str, str]] = (),
    **more: Any,
) -> dict[str, Any]:
    """Return what the workbench's page needs; `page` is the list where it is known already."""
    user_id, region = request.user.pk, request.tenant.country
    page = page or listed_page(scope, user_id=user_id)
    material = Material(request, document) if document is not None else None
    found = material.offered if material is not None else offered(held_by(None))
    path = reverse("receipts:inbox", kwargs={"tenant": request.tenant.code})
    tabs = [
        Tab(label=word, url=path + scope.query(tab=key), count=page.counts[key], is_current=scope.tab == key)
        for key, word in said("tab")
    ]
    context = {
        "heading": _("Receipt inbox"), "scope": scope, "tabs": tabs, "page": page,
        "rows": rows_of(page, scope, path=path, current=document.id if document is not None else None, user_id=user_id, region=region),
        "is_chosen": is_chosen, "refusal": refusal, "conflict": conflict, "detail": None,
        "may_pay": "payments.prepare" in request.rights, "said": dict.fromkeys(SAID, ""), "shows_errors": False,
        "is_unsaved": False, "is_kept": False, "is_fragment": False,
        "here_query": scope.query(r=document.id if document is not None else None),
        "bench_path": path,
        "page_before": path + scope.query(p=page.number - 1) if page.number > 1 else "",
        "page_after": path + scope.query(p=page.number + 1) if page.number < page.pages else "",
        "category_names": [name for _key, name in found.categories], **filters_context(scope, found, path=path), **more,
    }  # fmt: skip
    if material is not None:
        context |= detail_context(material, forms=forms)
        following = next_after(scope, material.document.id, user_id=user_id, page=page)
        context["next_url"] = path + scope.query(r=following) if following else ""
    return context


def detail_context(material: Material, *, forms: DeskForms | None = None) -> dict[str, Any]:
    """Return what the viewer and the form of one receipt need."""
    request, document = material.request, material.document
    held = forms.head.held() if forms is not None else None
    detail = detail_of(document, with_notes=True, region=request.tenant.country, held=held, lines=material.lines)
    material.categories = list(detail.keywords)
    is_open = is_open_for(document, user=request.user)
    shown = forms or (forms_of(request, document, material=material) if is_open else None)
    day = document.service_to or document.document_date
    return {
        "detail": detail, "document": document, "forms": shown, "has_form": shown is not None, "is_open": is_open, "title": title_of(document),
        "preview": _preview(material, forms=forms, shown=shown) if is_open else None,
        "splits": splits_of(shown, on=day, codes=material.codes) if shown else [],
        "owner": document.assigned_to if document.assigned_to_id not in {None, request.user.pk} else None,
        "history": moments_of("receipts.document", document.id, scale=Scale(currency=document.currency, region=request.tenant.country)), "categories": detail.keywords,
        "booked": booked_lines(document) if document.entry_id else (),
        "can": _possible(request, detail), "may_turn": document.assigned_to_id in {None, request.user.pk}, "accept": ACCEPT,
        "money_accounts": _money_accounts,
        "today_shown": day_words(clock.today(request.tenant.country)), "recovery_shown": _recovery_shown(request, detail),
    }  # fmt: skip


def _money_accounts() -> QuerySet[MoneyAccount]:
    """Return the accounts that a dialog offers, asked only where one is shown."""
    return MoneyAccount.objects.filter(is_active=True).order_by("name")


def _recovery_shown(request: TenantRequest, detail: Detail) -> str:
    """Return the amount that the repayment's dialog proposes."""
    found = detail.recovery
    return "" if found is None else format_amount(found.amount, currency=found.currency, region=request.tenant.country)


def _preview(material: Material, *, forms: DeskForms | None, shown: DeskForms | None) -> Preview | None:
    request, document, codes = material.request, material.document, material.codes
    if forms is not None:
        return (
            preview_as_typed(request, document, forms, codes=codes, facts=material.facts) if forms.is_valid() else None
        )
    usual = shown.usual if shown is not None else {}
    return preview_as_stored(
        request, document, material.lines, day=material.ground.entry_day, codes=codes, facts=material.facts, usual=usual
    )


def _possible(request: TenantRequest, detail: Detail) -> dict[str, bool]:
    """Return what can be done with the receipt now, by its state and the person's rights."""
    document, rights = detail.document, request.rights
    state, item = document.state, document.item
    is_free = document.assigned_to_id in {None, request.user.pk}
    is_open = item is not None and bool(item.amount_open)
    owes = is_open and item is not None and item.side == ItemSide.CREDIT and document.variant in PAYABLE
    recovery = detail.recovery
    return {
        "book": state in TO_PROCESS and is_free,
        "reject": state in {*TO_PROCESS, "in_review", "query"} and is_free,
        "ask": state in {*TO_PROCESS, "in_review"} and is_free,
        "unlock": not is_free and "receipts.unlock" in rights,
        "unbook": state == "final",
        "cancel": state in {"final", *TO_PROCESS},
        "pay": owes and item is not None and not item.is_in_payment and "payments.prepare" in rights,
        "set_paid": is_open and "receipts.settle" in rights,
        "receive": recovery is not None and recovery.advance_id is not None and "receipts.settle" in rights,
        "link_advance": state in TO_PROCESS and document.variant == "advance" and document.advance_id is None,
    }


def filters_context(scope: Scope, found: Offered, *, path: str) -> dict[str, Any]:
    """Return the choices of the filter bar and its conditions in words."""
    choices: dict[str, tuple[str, Sequence[tuple[str, str]]]] = {
        "status": (_("Status"), said("status")),
        "variant": (_("Payment"), said("variant")),
        "project": (_("Project"), found.projects),
        "category": (_("Category"), found.categories),
        "submitter": (_("Submitter"), found.submitters),
        "reviewer": (_("Reviewer"), found.reviewers),
        "assigned": (pgettext("filter", "Assigned"), said("assigned")),
    }
    set_words = {
        name: dict(offered).get(getattr(scope, name), getattr(scope, name))
        for name, (_label, offered) in choices.items()
    }
    labels = {name: label for name, (label, _offered) in choices.items()} | {
        "account": _("Account"), "since": _("From"), "until": _("Until"), "least": _("At least"), "most": _("At most"),
    }  # fmt: skip
    tokens = [
        (labels[name], set_words.get(name, value), path + scope.without(name))
        for name, value in scope.conditions.items()
    ]
    shown = [(name, label, offered, getattr(scope, name)) for name, (label, offered) in choices.items() if offered]
    return {"filter_choices": shown, "tokens": tokens}


def refusal_of(error: Exception) -> str:
    """Return the sentence of a refusal or of a database error that means one; other errors go on."""
    no = error if isinstance(error, Refusal) else refined(error) if isinstance(error, Error) else None
    if no is None:
        raise error
    return translated(no)


def found_document(document_id: int) -> IncomingDocument | None:
    """Return a receipt that was handed in, never somebody's draft."""
    document = document_by_id(document_id)
    return None if document is None or document.state == "draft" else document
