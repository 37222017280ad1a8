"""What approvals write by mail, to each person in their language.

An answer can be taken back for a moment, so what follows from it is told a little later, by the queue, and only if
it still stands (`tell_later`). Everything else leaves with its transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from procrastinate.contrib.django import app

from kontor.approvals.links import REPLY_DAYS, ReplyTo, absolute, reply_path, site
from kontor.approvals.models import Answer, ApprovalRequest, Decision, Message, RequestState
from kontor.approvals.queries.policies import deputies
from kontor.approvals.queries.requests import stages_of, waiting_for
from kontor.approvals.rules.answers import UNDO_SPAN
from kontor.approvals.subjects import Panel, subject_of
from kontor.core.figures import format_money
from kontor.core.jobs import DEFAULT_QUEUE
from kontor.core.mail import BadMailAddress
from kontor.core.tenancy import current_tenant_id
from kontor.organisations.letters import Letter, post_letter
from kontor.organisations.models import Tenant, User
from kontor.organisations.notifications import DAILY, EACH, OFF, mode_of

TELL_TASK = "approvals.tell_decision"
WAITING, TALK, RESULT = "approvals.waiting", "approvals.conversation", "approvals.result"
LISTED_MAX = 30
TALK_PLACE = "#conversation"


def tell_asked(request: ApprovalRequest, *, at: datetime) -> None:
    """Tell the people of the current stage, and who stands in for them, that a document waits; once for each."""
    books = _books()
    for person in _people(_asked_ids(request, on=timezone.localdate(at))):
        if mode_of(person, WAITING) == EACH:
            _post(
                person, lambda person=person: _asked_letter(request, person, books=books, base=site()),  # type: ignore[misc]  # the loop's person
                key=f"approvals.asked:{request.id}:{request.stage}:{person.id}",
            )  # fmt: skip


def tell_later(decision: Decision) -> None:
    """Have told what follows from an answer, once it can no longer be taken back."""
    pause = {"seconds": int(UNDO_SPAN.total_seconds()) + 10}
    task = app.configure_task(TELL_TASK, queue=DEFAULT_QUEUE, schedule_in=pause)
    task.defer(tenant_id=current_tenant_id(), decision_id=decision.id, base=site())


def tell_decision(decision_id: int, *, base: str, at: datetime) -> None:
    """Tell what follows from an answer that still stands: a question, the next stage, the end."""
    decision = Decision.objects.filter(id=decision_id).select_related("user").first()
    if decision is None or Decision.objects.filter(revokes=decision).exists():
        return
    request = ApprovalRequest.objects.select_related("asked_by").get(id=decision.request_id)
    if decision.answer == Answer.QUERY:
        question = Message.objects.filter(
            subject_type=request.subject_type, subject_id=request.subject_id, author_id=decision.user_id,
            is_question=True, written_at=decision.decided_at,
        ).first()  # fmt: skip
        if question is not None and request.state == RequestState.QUERY:
            _tell_question(question, base=base)
    elif request.state == RequestState.PENDING and request.stage != decision.stage:
        tell_asked(request, at=at)
    elif request.state in {RequestState.APPROVED, RequestState.REJECTED}:
        _tell_result(request, decision, base=base)


def tell_message(message: Message) -> None:
    """Tell the other side of a conversation: whoever handed in, or whoever asked last."""
    panel = subject_of(message.subject_type).panel(message.subject_id)
    if panel is None:
        return
    if message.author_id != panel.asker_id:
        if message.is_question:
            _tell_question(message, base=site())
        else:
            _tell_words(message, panel, to=panel.asker_id, path=_asker_path(message))
        return
    question = (
        Message.objects.filter(
            subject_type=message.subject_type, subject_id=message.subject_id, is_question=True, id__lt=message.id
        )
        .exclude(author_id=message.author_id)
        .order_by("id")
        .last()
    )
    if question is not None:
        _tell_words(message, panel, to=question.author_id, path=_reviewer_path(message, question.author_id))


def tell_digest(*, on: date, before: datetime) -> int:
    """Tell everybody who wants one mail a day what has waited for them since before a moment; returns how many mails.

    A second call for the same day posts nothing: the mail's key is the day.
    """
    books, told = _books(), 0
    acting = deputies(on=on)
    named = {
        user
        for request in ApprovalRequest.objects.filter(state=RequestState.PENDING, asked_at__lt=before)
        for stage in stages_of(request)
        for user in stage.users
    }
    standing_in = {deputy.substitute_id for deputy in acting if deputy.user_id in named}
    for person in _people(named | standing_in):
        if mode_of(person, WAITING) != DAILY:
            continue
        waiting = [request for request in waiting_for(person.id, on=on) if request.asked_at < before]
        if waiting:
            _post(
                person, lambda person=person, waiting=waiting: _digest_letter(waiting, person, books=books, base=site()),  # type: ignore[misc]  # the loop's person
                key=f"approvals.digest:{person.id}:{on.isoformat()}",
            )  # fmt: skip
            told += 1
    return told


def _tell_question(message: Message, *, base: str) -> None:
    panel = subject_of(message.subject_type).panel(message.subject_id)
    person = next(iter(_people([panel.asker_id])), None) if panel is not None else None
    if panel is None or person is None or mode_of(person, TALK) == OFF:
        return
    books = _books()
    to = ReplyTo(tenant_id=books.id, user_id=person.id, message_id=message.id)
    facts = _facts(panel, books) | {
        "name": person.name, "author": message.author.name, "text": message.text, "days": REPLY_DAYS,
        "url": absolute(reply_path(to), base=base),
    }  # fmt: skip
    _post(person, lambda: (
        _("Question about %(title)s, %(amount)s") % facts,
        _(
            "Hello %(name)s,\n\n%(author)s has a question about %(title)s, %(amount)s:\n\n“%(text)s”\n\n"
            "Answer here, without signing in: %(url)s\n\nThe link is meant for this one question and is valid for "
            "%(days)s days. Please do not pass it on.\n"
        ) % facts,
    ), key=f"approvals.question:{message.id}")  # fmt: skip


def _tell_words(message: Message, panel: Panel, *, to: int, path: str) -> None:
    person = next(iter(_people([to])), None)
    if person is None or person.id == message.author_id or mode_of(person, TALK) == OFF:
        return
    facts = _facts(panel, _books()) | {
        "name": person.name, "author": message.author.name, "text": message.text, "url": absolute(path, base=site()),
    }  # fmt: skip
    _post(person, lambda: (
        _("%(author)s has written about %(title)s") % facts,
        _(
            "Hello %(name)s,\n\n%(author)s has written about %(title)s, %(amount)s:\n\n“%(text)s”\n\n"
            "To the conversation: %(url)s\n"
        ) % facts,
    ), key=f"approvals.message:{message.id}:{person.id}")  # fmt: skip


def _tell_result(request: ApprovalRequest, decision: Decision, *, base: str) -> None:
    person = next(iter(_people([request.asked_by_id])), None)
    panel = subject_of(request.subject_type).panel(request.subject_id)
    if person is None or panel is None or mode_of(person, RESULT) == OFF:
        return
    facts = _facts(panel, _books()) | {
        "name": person.name, "by": decision.user.name, "reason": decision.reason,
        "url": absolute(_asker_path(request), base=base),
    }  # fmt: skip

    def write() -> Letter:
        if request.state == RequestState.APPROVED:
            return _("Approved: %(title)s, %(amount)s") % facts, _(
                "Hello %(name)s,\n\n%(title)s, %(amount)s, was approved by %(by)s and goes to bookkeeping now.\n\n"
                "Where it stands: %(url)s\n"
            ) % facts  # fmt: skip
        return _("Rejected: %(title)s, %(amount)s") % facts, _(
            "Hello %(name)s,\n\n%(title)s, %(amount)s, was rejected by %(by)s:\n\n“%(reason)s”\n\n"
            "It can be corrected and handed in again: %(url)s\n"
        ) % facts  # fmt: skip

    _post(person, write, key=f"approvals.result:{decision.id}")


def _asked_letter(request: ApprovalRequest, person: User, *, books: Tenant, base: str) -> Letter:
    facts = {
        "title": request.title, "amount": _money(request, books), "asker": request.asked_by.name, "name": person.name,
        "url": absolute(_bench_path(books, request.id), base=base),
        "preferences": absolute(reverse("notifications"), base=base),
    }  # fmt: skip
    warnings = [sign for sign in subject_of(request.subject_type).signs(request.signs) if sign.is_warning]
    words = "".join(f"– {' · '.join(part for part in (sign.text, sign.detail) if part)}\n" for sign in warnings)
    subject = _("Please approve: %(title)s, %(amount)s") % facts
    greeting = _("Hello %(name)s,\n\n%(asker)s has handed in %(title)s, %(amount)s, and waits for approval.\n") % facts
    noted = "\n" + _("Please look at this:") + f"\n{words}" if words else ""
    end = _(
        "\nTo the approval: %(url)s\n\nSuch mails can be had once a day instead, or not at all: %(preferences)s\n"
    ) % facts  # fmt: skip
    return subject, greeting + noted + end


def _digest_letter(waiting: Sequence[ApprovalRequest], person: User, *, books: Tenant, base: str) -> Letter:
    count = len(waiting)
    facts = {
        "n": count, "books": books.name, "name": person.name, "url": absolute(_bench_path(books, None), base=base),
        "more": count - LISTED_MAX,
    }  # fmt: skip
    subject = ngettext("%(n)s approval waits in %(books)s", "%(n)s approvals wait in %(books)s", count) % facts
    lines = [f"– {each.title}, {_money(each, books)} · {each.asked_by.name}" for each in waiting[:LISTED_MAX]]
    if count > LISTED_MAX:
        lines.append("– " + _("and %(more)s more") % facts)
    greeting = _("Hello %(name)s,\n\nthis waits for approval:\n\n") % facts
    end = _("\n\nTo the approvals: %(url)s\n") % facts
    return subject, greeting + "\n".join(lines) + end


def _post(person: User, write: Callable[[], Letter], *, key: str) -> None:
    with suppress(BadMailAddress):
        post_letter(person, write=write, key=key)


def _asked_ids(request: ApprovalRequest, *, on: date) -> set[int]:
    users = {user for stage in stages_of(request) if stage.number == request.stage for user in stage.users}
    standing_in = {deputy.substitute_id for deputy in deputies(on=on) if deputy.user_id in users}
    return (users | standing_in) - {request.asked_by_id}


def _people(user_ids: Iterable[int]) -> list[User]:
    return list(User.objects.filter(id__in=list(user_ids), is_active=True).order_by("id"))


def _books() -> Tenant:
    return Tenant.objects.get(id=current_tenant_id())


def _money(request: ApprovalRequest, books: Tenant) -> str:
    return format_money(request.amount, currency=request.currency, region=books.country)


def _facts(panel: Panel, books: Tenant) -> dict[str, object]:
    amount = format_money(panel.amount, currency=panel.currency, region=books.country)
    return {"title": panel.title or panel.number, "amount": amount}


def _bench_path(books: Tenant, request_id: int | None) -> str:
    path = reverse("approvals:bench", kwargs={"tenant": books.code})
    return path if request_id is None else f"{path}?r={request_id}"


def _asker_path(of: ApprovalRequest | Message) -> str:
    name, argument = subject_of(of.subject_type).asker_page
    return f"{_page_path(name, argument, of.subject_id)}{TALK_PLACE if isinstance(of, Message) else ''}"


def _reviewer_path(message: Message, user_id: int) -> str:
    """Return where the person who asked goes on: the approval, or the office's page where the question came from there."""
    request = (
        ApprovalRequest.objects.filter(
            subject_type=message.subject_type, subject_id=message.subject_id,
            id__in=Decision.objects.filter(user_id=user_id).values("request_id"),
        ).order_by("id").last()
    )  # fmt: skip
    if request is not None:
        return f"{_bench_path(_books(), request.id)}{TALK_PLACE}"
    name, argument = subject_of(message.subject_type).office_page
    return f"{_page_path(name, argument, message.subject_id)}{TALK_PLACE}"


def _page_path(name: str, argument: str, subject_id: int) -> str:
    return reverse(name, kwargs={"tenant": _books().code, argument: subject_id})
