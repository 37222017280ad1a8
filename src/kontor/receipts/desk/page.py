"""The workbench as one request sees it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import Error
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from kontor.banking.models import MoneyAccount
from kontor.core import clock
from kontor.core.figures import format_amount
from kontor.core.refinement import refined
from kontor.core.refusal import Refusal
from kontor.documents.rules.intake import ACCEPT
from kontor.ledger.queries.names import project_choices
from kontor.openitems.models import ItemSide
from kontor.organisations.access import TenantRequest
from kontor.organisations.history import moments_of
from kontor.organisations.models import User
from kontor.receipts.actions.trying import Preview, booked_lines
from kontor.receipts.desk.detail import Detail, detail_of
from kontor.receipts.desk.forms import PARTS_MAX, DeskForms, desk_forms
from kontor.receipts.desk.previews import entry_day, preview_as_stored, preview_as_typed, splits_of
from kontor.receipts.desk.words import ASSIGNED, SHORT_VARIANTS, STATUSES, TABS, day_words, status_mark
from kontor.receipts.models import IncomingDocument
from kontor.receipts.queries.documents import document_by_id, lines_of, name_of, standing_of
from kontor.receipts.queries.habits import habits
from kontor.receipts.queries.inbox import (
    PAYABLE,
    ListPage,
    Scope,
    all_categories,
    categories_of,
    counts,
    is_complete,
    next_after,
    page_of,
)
from kontor.receipts.queries.people import reviewers, submitters
from kontor.receipts.rules.workflow import TO_PROCESS
from kontor.ui.marks import Mark, Tab
from kontor.ui.refusals import translated


@dataclass(frozen=True, slots=True)
class Row:
    """One receipt of the list."""

    document: IncomingDocument
    name: str
    title: str
    project: str
    mark: Mark
    is_complete: bool
    is_mine: bool
    owner: str
    url: str

    @property
    def tip(self) -> str:
        """Return what stands right below the amount."""
        return str(SHORT_VARIANTS.get(self.document.variant, "–"))


def rows_of(page: ListPage, scope: Scope, *, path: str, user: User) -> list[Row]:
    """Return the rows of the list, two statements for all of them."""
    lines = lines_of(row.id for row in page.rows)
    number = page.number if page.number > 1 else ""
    return [
        _row(each, lines.get(each.id, []), url=path + scope.query(r=each.id, p=number), user=user) for each in page.rows
    ]


def _row(document: IncomingDocument, lines: Sequence[Any], *, url: str, user: User) -> Row:
    standing = standing_of(document)
    owner = document.assigned_to
    projects = list(dict.fromkeys(line.project.name for line in lines if line.project is not None))
    return Row(
        document, name_of(document), title_of(document), ", ".join(projects[:2]),
        status_mark(standing.status, standing.payment, is_donation=document.variant == "donation"),
        is_complete(document, lines), owner is not None and owner.id == user.pk, owner.name if owner is not None else "",
        url,
    )  # fmt: skip


def title_of(document: IncomingDocument) -> str:
    """Return the line by which people know a receipt."""
    return document.supplier_name or document.purpose or name_of(document) or _("Receipt")


def forms_of(
    request: TenantRequest, document: IncomingDocument, *, data: QueryDict | None = None, drop: int | None = None
) -> DeskForms:
    """Return the form of a receipt, stored or posted."""
    count = _count(data) if data is not None else None
    lines = lines_of([document.id]).get(document.id, [])
    return desk_forms(
        request, document, lines, proposed=habits(document, {line.cost_type_id for line in lines} or {None}),
        categories=categories_of([document.id]).get(document.id, []), all_categories=[row.name for row in all_categories()],
        entry_date=entry_day(document, today=clock.today(request.tenant.country)), data=data, count=count, drop=drop,
    )  # fmt: skip


def _count(data: QueryDict) -> int:
    text = data.get("parts", "1")
    return max(1, min(int(text), PARTS_MAX)) if text.isdigit() and len(text) < 4 else 1


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
    refusal: str = "",
    conflict: Sequence[tuple[str, str, str]] = (),
    **more: Any,
) -> dict[str, Any]:
    """Return what the workbench's page needs."""
    user_id = request.user.pk
    found, page = counts(scope, user_id=user_id), page_of(scope, user_id=user_id)
    path = reverse("receipts:inbox", kwargs={"tenant": request.tenant.code})
    tabs = [
        Tab(label=str(word), url=path + scope.query(tab=key), count=found[key], is_current=scope.tab == key)
        for key, word in TABS.items()
    ]
    context = {
        "heading": _("Receipt inbox"), "scope": scope, "tabs": tabs, "page": page, "rows": rows_of(page, scope, path=path, user=request.user),
        "is_chosen": is_chosen, "refusal": refusal, "conflict": conflict, "detail": None,
        "may_pay": "payments.prepare" in request.rights, "said": {},
        "here_query": scope.query(r=document.id if document is not None else None),
        "bench_path": path,
        "page_before": path + scope.query(p=page.number - 1) if page.number > 1 else "",
        "page_after": path + scope.query(p=page.number + 1) if page.number < page.pages else "",
        "category_names": [row.name for row in all_categories()], **filters_context(scope, path=path), **more,
    }  # fmt: skip
    if document is not None:
        context |= detail_context(request, document, forms=forms)
        following = next_after(scope, document, user_id=user_id)
        context["next_url"] = path + scope.query(r=following) if following else ""
    return context


def detail_context(
    request: TenantRequest, document: IncomingDocument, *, forms: DeskForms | None = None
) -> dict[str, Any]:
    """Return what the viewer and the form of one receipt need."""
    detail = detail_of(document, with_notes=True, region=request.tenant.country)
    is_open = is_open_for(document, user=request.user)
    shown = forms or (forms_of(request, document) if is_open else None)
    day = document.service_to or document.document_date
    return {
        "detail": detail, "document": document, "forms": shown, "is_open": is_open, "title": title_of(document),
        "preview": _preview(request, document, forms=forms, shown=shown) if is_open else None,
        "splits": splits_of(shown, on=day) if shown else [],
        "owner": document.assigned_to if document.assigned_to_id not in {None, request.user.pk} else None,
        "history": moments_of("receipts.document", document.id), "categories": categories_of([document.id]).get(document.id, []),
        "booked": booked_lines(document) if document.entry_id else (),
        "can": _possible(request, detail), "may_turn": True, "accept": ACCEPT,
        "money_accounts": MoneyAccount.objects.filter(is_active=True).order_by("name"),
        "today_shown": day_words(clock.today(request.tenant.country)), "recovery_shown": _recovery_shown(request, detail),
    }  # fmt: skip


def _recovery_shown(request: TenantRequest, detail: Detail) -> str:
    """Return the amount that the repayment's dialog proposes."""
    found = detail.recovery
    return "" if found is None else format_amount(found.amount, currency=found.currency, region=request.tenant.country)


def _preview(
    request: TenantRequest, document: IncomingDocument, *, forms: DeskForms | None, shown: DeskForms | None
) -> Preview | None:
    if forms is not None:
        return preview_as_typed(request, document.id, forms) if forms.is_valid() else None
    return preview_as_stored(request, document, shown.usual if shown is not None else {})


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


def filters_context(scope: Scope, *, path: str) -> dict[str, Any]:
    """Return the choices of the filter bar and its conditions in words."""
    projects = project_choices()
    people, answered = submitters(), reviewers()
    categories = [(str(row.id), row.name) for row in all_categories()]
    choices: dict[str, tuple[str, list[tuple[str, str]]]] = {
        "status": (_("Status"), [(key, str(word)) for key, word in STATUSES.items()]),
        "variant": (_("Payment"), [(key, str(word)) for key, word in SHORT_VARIANTS.items()]),
        "project": (_("Project"), projects),
        "category": (_("Category"), categories),
        "submitter": (_("Submitter"), people),
        "reviewer": (_("Reviewer"), answered),
        "assigned": (_("Assigned"), [(key, str(word)) for key, word in ASSIGNED.items()]),
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
