"""Fiscal years: opening the next one, carrying the result forward."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db.models import Sum

from kontor.core.audit import act
from kontor.core.refusal import Refusal, gettext_noop
from kontor.ledger.actions.books import open_fiscal_year
from kontor.ledger.actions.entries import reverse_entry
from kontor.ledger.actions.posting import NewEntry, WrittenEntry, post
from kontor.ledger.models.entries import JournalEntry, JournalLine
from kontor.ledger.models.periods import FiscalYear
from kontor.ledger.rules.postings import Memo
from kontor.ledger.rules.year_end import AccountBalance, result_carry_forward

KIND = "result_carry_forward"


class NothingToCarry(Refusal):
    """The year has no result."""

    sentence = gettext_noop("The year %(year)s has neither income nor expenses left to carry forward.")


@act("ledger.ensure_years")
def ensure_years(through: date) -> None:
    """Open the fiscal years that are missing until `through`, each as long as the calendar's twelve months."""
    last = FiscalYear.objects.order_by("-last_day").first()
    if last is None:
        return
    following = last.last_day + timedelta(days=1)
    while following <= through:
        following = open_fiscal_year(first_day=following)


@act("ledger.carry_forward")
def carry_forward(year_id: int, *, base_currency: str, at: datetime) -> WrittenEntry:
    """Post the year's result to the result carried forward on its last day; again reverses the earlier one first.

    Balance-sheet accounts run on by themselves.

    Raises:
        NothingToCarry: no income and no expense.
    """
    year = FiscalYear.objects.select_for_update().get(id=year_id)
    earlier = JournalEntry.objects.filter(kind=KIND, source_type="ledger.fiscalyear", source_id=year_id, state="posted")
    for entry in earlier.exclude(id__in=JournalEntry.objects.filter(reverses__isnull=False).values("reverses_id")):
        reverse_entry(entry.id, on=year.last_day, at=at)
    posting = result_carry_forward(
        _results(year), base_currency=base_currency,
        memo=Memo(text=f"Ergebnisvortrag {year.label}", document_number=f"EV-{year.label}", document_date=year.last_day),
    )  # fmt: skip
    if posting is None:
        raise NothingToCarry(year=year.label)
    new = NewEntry(
        posting=posting, entry_date=year.last_day, kind=KIND, source_type="ledger.fiscalyear", source_id=year_id
    )
    written = post([new], at=at)[0]
    FiscalYear.objects.filter(id=year_id).update(carried_forward_at=at)
    return written


def _results(year: FiscalYear) -> list[AccountBalance]:
    rows = (
        JournalLine.objects.filter(
            is_posted=True, entry_date__gte=year.first_day, entry_date__lte=year.last_day,
            account__kind__in=["income", "expense"],
        )
        .values("account__number", "account__kind", "account__control").annotate(total=Sum("amount_base"))
        .order_by("account__number")
    )  # fmt: skip
    return [
        AccountBalance(
            row["account__number"], row["account__kind"], row["total"], row["total"], "", bool(row["account__control"])
        )
        for row in rows
    ]
