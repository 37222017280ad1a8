"""Entries that come again, instalments of loans among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from kontor.core.audit import act
from kontor.core.refusal import Refusal, gettext_noop
from kontor.ledger.actions.attempts import attempt
from kontor.ledger.actions.manual import posting_of_lines
from kontor.ledger.actions.posting import NewEntry, WrittenEntry, post
from kontor.ledger.actions.templates import NameTaken
from kontor.ledger.models.entries import JournalEntry, RecurringEntry
from kontor.ledger.rules.loan_plans import LoanPlan, read_plan, stored_plan
from kontor.ledger.rules.postings import Memo
from kontor.ledger.rules.schedules import next_occurrence

OCCURRENCES_MAX = 120
SOURCE = "ledger.recurring"


class HasPosted(Refusal):
    """What was posted keeps its origin."""

    sentence = gettext_noop(
        "“%(name)s” has posted entries, which keep their origin. It can be ended instead; then nothing more is posted."
    )
    status = 409


class EndsBeforeStart(Refusal):
    """The last day lies before the first."""

    sentence = gettext_noop("The last day lies before the next one. Please correct one of the two.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """When an entry comes again: from `next_day` every so many months through the day `until`."""

    name: str
    text: str
    every_months: int
    next_day: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """An occurrence that could not be posted, and why."""

    plan_id: int
    name: str
    day: date
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class Run:
    """What a run over all due occurrences brought."""

    written: tuple[WrittenEntry, ...]
    refused: tuple[Refused, ...]


@act("ledger.save_recurring")
def save_recurring(
    terms: Terms, *, lines: Sequence[dict[str, Any]] = (), loan: LoanPlan | None = None
) -> RecurringEntry:
    """Keep an entry that comes again: with its `lines`, or as the instalments of a `loan`.

    Raises:
        NameTaken, EndsBeforeStart
    """
    _check(terms)
    return RecurringEntry.objects.create(lines=list(lines), loan=_stored(loan), **_columns(terms))


@act("ledger.change_recurring")
def change_recurring(
    plan_id: int, terms: Terms, *, lines: Sequence[dict[str, Any]] = (), loan: LoanPlan | None = None
) -> None:
    """Change what comes from now on; what was posted stays.  Raises: NameTaken, EndsBeforeStart."""
    _check(terms, but=plan_id)
    RecurringEntry.objects.filter(id=plan_id).update(
        lines=list(lines), loan=_stored(loan), problem=None, is_active=True, **_columns(terms)
    )


@act("ledger.end_recurring")
def end_recurring(plan_id: int) -> None:
    """Post nothing more of it."""
    RecurringEntry.objects.filter(id=plan_id).update(is_active=False, problem=None)


@act("ledger.resume_recurring")
def resume_recurring(plan_id: int) -> None:
    """Post it again from its next day on."""
    RecurringEntry.objects.filter(id=plan_id).update(is_active=True)


@act("ledger.skip_recurring")
def skip_recurring(plan_id: int) -> date:
    """Leave the next occurrence out and return the one after it; a loan's interest runs on."""
    plan = RecurringEntry.objects.select_for_update().get(id=plan_id)
    day = next_occurrence(plan.next_day, every_months=plan.every_months, day_of_month=plan.day_of_month)
    RecurringEntry.objects.filter(id=plan_id).update(next_day=day, problem=None)
    return day


@act("ledger.delete_recurring")
def delete_recurring(plan_id: int) -> None:
    """Delete one that never posted anything.  Raises: HasPosted."""
    plan = RecurringEntry.objects.select_for_update().get(id=plan_id)
    if JournalEntry.objects.filter(source_type=SOURCE, source_id=plan_id).exists():
        raise HasPosted(name=plan.name)
    RecurringEntry.objects.filter(id=plan_id).delete()


@act("ledger.post_recurring")
def post_recurring(*, on: date, currency: str, at: datetime) -> Run:
    """Post every occurrence that is due by `on`, each once; one that is refused waits and holds up no other entry.

    Of a refused entry the later occurrences wait as well, so that they are posted in their order.
    """
    written: list[WrittenEntry] = []
    refused: list[Refused] = []
    due = RecurringEntry.objects.filter(is_active=True, next_day__lte=on).order_by("next_day", "id")
    for plan in due.select_for_update():
        day = plan.next_day
        while day <= on and _comes(plan, day) and len(written) < OCCURRENCES_MAX:
            try:
                written += attempt(lambda: _post_once(plan, currency=currency, at=at))  # noqa: B023  # called at once
            except Refusal as refusal:
                refused.append(Refused(plan.id, plan.name, day, refusal))
                _note(plan, refusal)
                break
            day = plan.next_day
        if not _comes(plan, plan.next_day):
            RecurringEntry.objects.filter(id=plan.id).update(is_active=False)
    return Run(tuple(written), tuple(refused))


def loan_of(plan: RecurringEntry) -> LoanPlan | None:
    """Return the loan whose instalments these are, None for any other recurring entry."""
    if plan.loan is None:
        return None
    return read_plan(plan.loan, every_months=plan.every_months, day_of_month=plan.day_of_month)


def _comes(plan: RecurringEntry, day: date) -> bool:
    is_paid = plan.loan is not None and plan.loan["balance"] <= 0
    return not is_paid and (plan.until is None or day <= plan.until)


def _post_once(plan: RecurringEntry, *, currency: str, at: datetime) -> list[WrittenEntry]:
    """Post the next occurrence and move the plan on, in memory and in the database."""
    day, loan = plan.next_day, loan_of(plan)
    memo = Memo(text=plan.text, document_date=day)
    changed = None
    if loan is None:
        posting = posting_of_lines(plan.lines, on=day, base_currency=currency, memo=memo)
    else:
        paid = loan.instalment(day)
        posting = loan.posting(paid, currency=currency, memo=memo)
        changed = stored_plan(loan.after(paid))
    new = NewEntry(
        posting=posting, entry_date=day, kind="recurring", source_type=SOURCE, source_id=plan.id, is_automatic=True
    )
    written = post([new], at=at)
    following = next_occurrence(day, every_months=plan.every_months, day_of_month=plan.day_of_month)
    RecurringEntry.objects.filter(id=plan.id).update(next_day=following, loan=changed, problem=None)
    plan.next_day, plan.loan = following, changed
    return written


def _note(plan: RecurringEntry, refusal: Refusal) -> None:
    problem = {"sentence": refusal.sentence, "facts": {name: str(fact) for name, fact in refusal.facts.items()}}
    if plan.problem != problem:
        RecurringEntry.objects.filter(id=plan.id).update(problem=problem)


def _check(terms: Terms, *, but: int = 0) -> None:
    if RecurringEntry.objects.filter(name=terms.name.strip()).exclude(id=but).exists():
        raise NameTaken(name=terms.name.strip())
    if terms.until is not None and terms.until < terms.next_day:
        raise EndsBeforeStart


def _columns(terms: Terms) -> dict[str, Any]:
    return {
        "name": terms.name.strip(), "text": terms.text.strip() or terms.name.strip(), "every_months": terms.every_months,
        "day_of_month": terms.next_day.day, "next_day": terms.next_day, "until": terms.until,
    }  # fmt: skip


def _stored(loan: LoanPlan | None) -> dict[str, Any] | None:
    return None if loan is None else stored_plan(loan)
