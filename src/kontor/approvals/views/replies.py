"""Answering a question from the mail's link, without signing in: this question, this person, fourteen days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django_subatomic import db

from kontor.approvals.links import LinkExpired, LinkWrong, ReplyTo, read_reply
from kontor.approvals.models import Message
from kontor.approvals.subjects import Panel, subject_of
from kontor.core import clock
from kontor.core.refusal import Refusal
from kontor.core.tenancy import tenant
from kontor.organisations.models import Tenant, User
from kontor.organisations.queries import tenant_for
from kontor.ui.refusals import translated

PER_MINUTE_MAX = 30
TEXT_MAX = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    """What a valid link shows."""

    message: Message
    panel: Panel
    is_answered: bool


@never_cache
@require_http_methods(["GET", "POST", "HEAD"])
def reply(request: HttpRequest, token: str) -> HttpResponse:
    """Show one question and take its answer; a wrong, old or used link says so."""
    if _asks_too_often(request):
        return _closed(request, _("Too many attempts"), _("Please wait a minute and open the link again."), 429)
    try:
        to = read_reply(token)
    except LinkExpired:
        return _closed(
            request, _("This link has expired"),
            _("It was valid for 14 days. After signing in the question can still be answered."), 410,
        )  # fmt: skip
    except LinkWrong:
        return _wrong(request)
    person = User.objects.filter(id=to.user_id, is_active=True).first()
    books = Tenant.objects.filter(id=to.tenant_id).first()
    if person is None or books is None or tenant_for(person, books.code) is None:
        return _wrong(request)
    with translation.override(person.language), tenant(books.id, by=person):
        return _answered(request, to, person=person, books=books)


def _answered(request: HttpRequest, to: ReplyTo, *, person: User, books: Tenant) -> HttpResponse:
    question = _question(to)
    if question is None:
        return _wrong(request)
    context: dict[str, Any] = {"question": question, "person": person, "region": books.country, "typed": ""}
    if question.is_answered:
        return render(request, "approvals/reply_done.html", context | {"is_earlier": True})
    if request.method != "POST":
        return render(request, "approvals/reply.html", context)
    text = request.POST.get("text", "")[:TEXT_MAX]
    try:
        with db.savepoint():
            message = question.message
            subject_of(message.subject_type).reply(message.subject_id, text, at=clock.now(), by=person)
    except Refusal as refusal:
        context |= {"refusal": translated(refusal), "typed": text}
        return render(request, "approvals/reply.html", context, status=refusal.status)
    return render(request, "approvals/reply_done.html", context)


def _question(to: ReplyTo) -> _Question | None:
    """Return the question if it is still one of this person's; locked, so that two clicks make one answer."""
    message = Message.objects.filter(id=to.message_id, is_question=True).select_related("author").first()
    if message is None:
        return None
    subject = subject_of(message.subject_type)
    subject.lock(message.subject_id)
    panel = subject.panel(message.subject_id)
    if panel is None or panel.asker_id != to.user_id:
        return None
    later = Message.objects.filter(
        subject_type=message.subject_type, subject_id=message.subject_id, author_id=to.user_id, id__gt=message.id
    )
    return _Question(message=message, panel=panel, is_answered=later.exists())


def _asks_too_often(request: HttpRequest) -> bool:
    """Count the network address's openings per minute."""
    address = get_adapter().get_client_ip(request)
    key = f"approvals.reply:{address}:{int(clock.now().timestamp()) // 60}"
    cache.add(key, 0, timeout=120)
    return int(cache.incr(key)) > PER_MINUTE_MAX


def _wrong(request: HttpRequest) -> HttpResponse:
    return _closed(
        request, _("This link does not work"),
        _("Perhaps the mail program has broken it: copy it completely into the address bar, or sign in and answer there."),
        404,
    )  # fmt: skip


def _closed(request: HttpRequest, title: str, text: str, status: int) -> HttpResponse:
    return render(request, "approvals/reply_closed.html", {"title": title, "text": text}, status=status)
