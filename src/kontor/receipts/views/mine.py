"""My receipts: where each one is, what is asked, what comes back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kontor.core import clock
from kontor.organisations.access import TenantRequest, permit
from kontor.receipts.actions.submitting import withdraw, write
from kontor.receipts.queries.documents import attachments_of
from kontor.receipts.queries.drafts import waiting_drafts
from kontor.receipts.queries.own_rows import OwnRows, own_counts
from kontor.receipts.queries.own_sums import sums_of
from kontor.receipts.queries.tracking import trails
from kontor.receipts.views.finding import own_document
from kontor.receipts.views.frames import frames_of
from kontor.receipts.views.history import moments_of
from kontor.receipts.views.tracking import day_words, instant_words, parcel_of
from kontor.ui.marks import Tab

PAGE = 20
TABS = ("on_way", "drafts", "done")


@require_safe
@permit("receipts.submit")
def mine(request: TenantRequest) -> HttpResponse:
    """Show one's own receipts: on their way, drafts, done."""
    tab = request.GET.get("tab", "on_way")
    tab = tab if tab in TABS else "on_way"
    counts = own_counts(request.user.id)
    words = {"on_way": _("On their way"), "drafts": _("Drafts"), "done": _("Done")}
    address = reverse("receipts:mine", kwargs={"tenant": request.tenant.code})
    rows: Any = OwnRows(request.user.id, tab, counts[tab])
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    today = clock.today(request.tenant.country)
    sums = sums_of(request.user.id, today=today, currency=request.tenant.base_currency)
    context = {
        "heading": _("My receipts"), "subtitle": _("Where is my receipt now?"), "tab": tab, "page": page,
        "tabs": [
            Tab(label=words[each], url=f"{address}?tab={each}", count=counts[each], is_current=each == tab)
            for each in TABS
        ],
        "parcels": [parcel_of(request, trail) for trail in trails(list(page.object_list), today=today)],
        "sums": sums, "next_day": day_words(sums.next_day), "year": today.year,
    }  # fmt: skip
    return render(request, "receipts/own/mine.html", context)


@require_safe
@permit("receipts.submit")
def own(request: TenantRequest, document_id: int) -> HttpResponse:
    """Show one of one's own receipts with its pages, its way, the conversation and its history."""
    document = own_document(request, document_id)
    if document.state == "draft":
        return redirect("receipts:draft", tenant=request.tenant.code, document_id=document.id)
    country = request.tenant.country
    (trail,) = trails([document], today=clock.today(country))
    context = {
        "heading": parcel_of(request, trail).title, "parcel": parcel_of(request, trail), "document": document,
        "frames": frames_of(request, document), "files": attachments_of([document.id]).get(document.id, []),
        "talk": [(each, instant_words(each.written_at, country=country)) for each in trail.messages],
        "moments": moments_of(document, trail=trail, country=country),
        "drafts": waiting_drafts(request.user.id) if "next" in request.GET else [],
    }  # fmt: skip
    return render(request, "receipts/own/detail.html", context)


@require_POST
@permit("receipts.submit")
def answer(request: TenantRequest, document_id: int) -> HttpResponse:
    """Write to those who handle the receipt; this answers an open question."""
    document = own_document(request, document_id)
    was_asked = document.state == "query"
    write(document.id, request.POST.get("text", "").strip(), at=clock.now(), by=request.user)
    messages.success(request, _("The answer was sent.") if was_asked else _("The message was sent."))
    if request.POST.get("next") == "list":
        return redirect("receipts:mine", tenant=request.tenant.code)
    return redirect("receipts:own", tenant=request.tenant.code, document_id=document.id)


@require_POST
@permit("receipts.submit")
def draw_back(request: TenantRequest, document_id: int) -> HttpResponse:
    """Withdraw one's receipt before it is booked."""
    document = withdraw(own_document(request, document_id).id, at=clock.now(), by=request.user)
    messages.success(request, _("The receipt was withdrawn. It can be corrected and handed in again."))
    return redirect("receipts:own", tenant=request.tenant.code, document_id=document.id)
