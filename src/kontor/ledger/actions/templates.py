"""Ready-made entries and entries that come again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from kontor.core.audit import act
from kontor.core.refusal import Refusal, gettext_noop
from kontor.ledger.actions.posting import NewEntry, WrittenEntry, post
from kontor.ledger.models.entries import EntryTemplate, RecurringEntry
from kontor.ledger.rules.postings import Memo, Posting, PostingLine, balanced, by_number
from kontor.ledger.rules.schedules import next_occurrence

OCCURRENCES_MAX = 120


class NameTaken(Refusal):
    """Names tell templates apart."""

    sentence = gettext_noop("There is already a template called “%(name)s”. Please choose another name.")
    status = 409


@act("ledger.save_template")
def save_template(name: str, *, lines: Sequence[dict[str, Any]], text: str = "") -> EntryTemplate:
    """Keep lines `{account, amount, tax_code, text}` (minor units, debit positive) under a name.  Raises: NameTaken."""
    if EntryTemplate.objects.filter(name=name.strip()).exists():
        raise NameTaken(name=name.strip())
    return EntryTemplate.objects.create(name=name.strip(), lines=list(lines), text=text)


@act("ledger.delete_template")
def delete_template(template_id: int) -> None:
    """Forget a template."""
    EntryTemplate.objects.filter(id=template_id).delete()


@act("ledger.save_recurring")
def save_recurring(
    name: str,
    *,
    lines: Sequence[dict[str, Any]],
    text: str,
    every_months: int,
    day_of_month: int,
    first_day: date,
    until: date | None = None,
) -> RecurringEntry:
    """Keep an entry that comes again from `first_day` on.  Raises: NameTaken."""
    if RecurringEntry.objects.filter(name=name.strip()).exists():
        raise NameTaken(name=name.strip())
    return RecurringEntry.objects.create(
        name=name.strip(), lines=list(lines), text=text, every_months=every_months, day_of_month=day_of_month,
        next_day=first_day, until=until,
    )  # fmt: skip


@act("ledger.post_recurring")
def post_recurring(*, on: date, currency: str, at: datetime) -> list[WrittenEntry]:
    """Post every occurrence that is due by `on`, each once, and move the plans on.

    Raises: as `post`; then nothing of it is posted.
    """
    written: list[WrittenEntry] = []
    for plan in RecurringEntry.objects.filter(is_active=True, next_day__lte=on).order_by("id").select_for_update():
        day = plan.next_day
        while day <= on and (plan.until is None or day <= plan.until) and len(written) < OCCURRENCES_MAX:
            new = NewEntry(
                posting=posting_of_lines(plan.lines, currency=currency, memo=Memo(text=plan.text, document_date=day)),
                entry_date=day, kind="recurring", source_type="ledger.recurring", source_id=plan.id, is_automatic=True,
            )  # fmt: skip
            written += post([new], at=at)
            day = next_occurrence(day, every_months=plan.every_months, day_of_month=plan.day_of_month)
        RecurringEntry.objects.filter(id=plan.id).update(next_day=day)
    return written


def posting_of_lines(lines: Sequence[dict[str, Any]], *, currency: str, memo: Memo) -> Posting:
    """Return the posting of stored lines.  Raises: UnbalancedEntry."""
    return balanced(
        [
            PostingLine(
                by_number(line["account"]), line["amount"], line["amount"], currency, tax_code=line.get("tax_code") or None,
                text=line.get("text", ""), project_id=line.get("project_id"), sphere=line.get("sphere"),
            )
            for line in lines
        ],
        memo=memo,
    )  # fmt: skip
