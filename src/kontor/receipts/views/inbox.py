"""The workbench's list, and what is done with many receipts at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from django_subatomic import db

from kontor.banking.models import MoneyAccount
from kontor.core import clock
from kontor.core.refusal import NotAllowed, Refusal, gettext_noop
from kontor.organisations.access import TenantRequest, permit
from kontor.receipts.actions.booking import DiffersFromRead, NotCompleteYet, book
from kontor.receipts.actions.paying import check_payable, collect_for_payment
from kontor.receipts.actions.processing import categorise, save
from kontor.receipts.desk.page import bench_context, found_document, refusal_of, title_of
from kontor.receipts.desk.previews import entry_day
from kontor.receipts.models import IncomingDocument, Workflow
from kontor.receipts.queries.documents import document_by_id, documents, lines_of, name_of
from kontor.receipts.queries.inbox import Scope, categories_of, is_bookable, is_read_otherwise, scope_of, scope_posted
from kontor.receipts.queries.listed import listed_page

IDS_MAX = 200
TOLD_MAX = 3


class StillADraft(Refusal):
    """Somebody has not handed it in."""

    sentence = gettext_noop(
        "This receipt is still a draft of %(name)s. It comes to the desk as soon as it is handed in."
    )
    status = 404


@require_safe
@permit("receipts.process")
def inbox(request: TenantRequest) -> HttpResponse:
    """Show the list and one receipt: the one chosen, else the first."""
    scope = scope_of(request.GET, region=request.tenant.country)
    chosen = _number(request.GET.get("r", ""))
    page = listed_page(scope, user_id=request.user.pk)
    shown = chosen or (page.rows[0].id if page.rows else 0)
    document = found_document(shown) if shown else None
    if chosen and document is None:
        raise Http404
    context = bench_context(request, scope, document, is_chosen=bool(chosen), page=page)
    return render(request, "receipts/desk/inbox.html", context)


@require_safe
@permit("receipts.process")
def document(request: TenantRequest, document_id: int) -> HttpResponse:
    """Lead to a receipt's place in the workbench, or in the archive when it is done."""
    found = document_by_id(document_id)
    if found is None:
        raise Http404
    if found.state == Workflow.DRAFT:
        raise StillADraft(name=found.submitter.name)
    return redirect(bench_url(request, Scope(tab="all"), r=document_id))


@require_POST
@permit("receipts.process")
def assign_many(request: TenantRequest) -> HttpResponse:
    """Take the ticked receipts over and keep them."""

    def do(row: IncomingDocument) -> None:
        save(row.id, {}, version=None, keep=True, at=clock.now(), by=request.user)

    return _each(
        request,
        do,
        told=lambda n: ngettext("%(n)s receipt is assigned to you", "%(n)s receipts are assigned to you", n),
    )


@require_POST
@permit("receipts.process")
def categorise_many(request: TenantRequest) -> HttpResponse:
    """Add keywords to the ticked receipts; those they have stay."""
    names = [name for name in request.POST.get("names", "").split(",") if name.strip()]
    if not names:
        messages.error(request, _("No category was named. Please type at least one."))
        return redirect(bench_url(request, _scope(request)))
    held = categories_of(_ids(request))

    def do(row: IncomingDocument) -> None:
        categorise(row.id, [*held.get(row.id, []), *names], by=request.user)

    return _each(request, do, told=lambda n: ngettext("%(n)s receipt categorised", "%(n)s receipts categorised", n))


@require_POST
@permit("receipts.process")
def book_many(request: TenantRequest) -> HttpResponse:
    """Book the ticked receipts that are ready, each for itself; the others say why not.

    What was typed otherwise than it was read is booked one by one, where both stand side by side.
    """
    lines = lines_of(_ids(request))
    today = clock.today(request.tenant.country)

    def do(row: IncomingDocument) -> None:
        if not is_bookable(row, lines.get(row.id, [])):
            raise NotCompleteYet(number=name_of(row))
        if is_read_otherwise(row):
            raise DiffersFromRead(number=name_of(row))
        book(row.id, entry_date=entry_day(row, today=today), at=clock.now(), by=request.user)

    return _each(request, do, told=lambda n: ngettext("%(n)s receipt booked", "%(n)s receipts booked", n))


@require_POST
@permit("receipts.process")
def to_payment(request: TenantRequest) -> HttpResponse:
    """Put the chosen receipts onto a payment list and lead there."""
    if "payments.prepare" not in request.rights:
        raise NotAllowed(right=_("Prepare and export payment lists"))
    account_id, batches = _account_id(request), list[int]()

    def do(row: IncomingDocument) -> None:
        check_payable(row)
        batch = collect_for_payment(
            [row.id], money_account_id=account_id, execution_date=clock.today(request.tenant.country), at=clock.now(),
            by=request.user,
        )  # fmt: skip
        batches.append(batch.id)

    back = _each(
        request,
        do,
        told=lambda n: ngettext("%(n)s receipt put on the list", "%(n)s receipts put on the list", n),
        r=_number(request.POST.get("r", "")),
    )
    if not batches:
        return back
    return redirect(reverse("payments:batch", kwargs={"tenant": request.tenant.code, "batch_id": batches[-1]}))


def bench_url(request: HttpRequest, scope: Scope, *, r: int | None = None) -> str:
    """Return the workbench's address."""
    code = request.tenant.code  # type: ignore[attr-defined]  # inside the door
    return reverse("receipts:inbox", kwargs={"tenant": code}) + scope.query(r=r or None)


def _each(
    request: TenantRequest, do: Callable[[IncomingDocument], None], *, told: Callable[[int], str], r: int = 0
) -> HttpResponse:
    """Do it for each ticked receipt in its own savepoint; say what was done, and of each other one why it was not."""
    done, refused = 0, list[tuple[IncomingDocument, str]]()
    for row in documents().filter(id__in=_ids(request)).exclude(state="draft").order_by("id"):
        try:
            with db.savepoint():
                do(row)
        except (Refusal, Error) as error:
            refused.append((row, refusal_of(error)))
        else:
            done += 1
    if done:
        messages.success(request, told(done) % {"n": done})
    if refused:
        messages.error(request, _summary(request, refused))
    if not done and not refused:
        messages.error(request, _("Nothing is ticked. Please tick receipts in the list first."))
    return redirect(bench_url(request, _scope(request), r=r))


def _summary(request: TenantRequest, refused: Sequence[tuple[IncomingDocument, str]]) -> str:
    """Return which receipts were left as they are, and why; the first ones at once, all of them on request."""
    told = [(name_of(row), title_of(row), row.id, sentence) for row, sentence in refused]
    values = {"first": told[:TOLD_MAX], "rest": told[TOLD_MAX:], "count": len(told), "tenant": request.tenant.code}
    return render_to_string("receipts/desk/summary.html", values, request=request)


def _account_id(request: TenantRequest) -> int:
    """Return the account that pays: the one chosen, that of the first receipt's route, else the first bank account."""
    accounts: Any = MoneyAccount.objects.filter(is_active=True).order_by("-kind", "id")
    chosen = _number(request.POST.get("money_account", ""))
    if chosen and accounts.filter(id=chosen).exists():
        return chosen
    rows = documents().filter(id__in=_ids(request), refund_route__money_account__isnull=False)
    route = rows.values_list("refund_route__money_account_id", flat=True).first()
    first = accounts.filter(kind="bank").exclude(iban="").values_list("id", flat=True).first()
    return int(route or first or accounts.filter(kind="bank").values_list("id", flat=True).first() or 0)


def _ids(request: TenantRequest) -> list[int]:
    return [int(key) for key in request.POST.getlist("ids")[:IDS_MAX] if key.isdecimal() and len(key) < 19]


def _scope(request: TenantRequest) -> Scope:
    return scope_posted(request.POST, region=request.tenant.country)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 19 else 0
