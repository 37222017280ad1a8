"""What receipts cost their projects' budgets: without the VAT that is deducted, as the books will show it.

Only the deductible share of input VAT leaves the expense (decisions.md 26); books that may not deduct carry the gross.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Aggregate, Q, QuerySet, Sum

from kontor.approvals.rules.policies import branch_above
from kontor.approvals.subjects import BudgetAfter
from kontor.core.kept_statements import kept, kept_figures
from kontor.core.money import half_up
from kontor.ledger.models.accounts import AccountKind
from kontor.ledger.models.entries import JournalLine
from kontor.ledger.models.periods import FiscalYear
from kontor.ledger.rules.taxes import TaxCode, UnknownTaxCode
from kontor.openitems.queries.loading import books
from kontor.openitems.rules.news import Books
from kontor.projects.models import Project, ProjectBudget
from kontor.projects.queries import parents, with_descendants
from kontor.receipts.models import IncomingDocument, IncomingLine, Workflow
from kontor.receipts.queries.documents import document_by_id
from kontor.receipts.rules.lines import cost_of

BUDGETS_MAX = 3


def budgets(document_id: int, on: date) -> list[BudgetAfter]:
    """Return what the receipt leaves of each budget that its projects count in; the nearest one up the tree each."""
    document = document_by_id(document_id)
    if document is None:
        return []
    lines = _placed_lines.rows(document.id)
    day = document.document_date or on
    year, first, last = _year_of(day)
    tree, known = parents(), books()
    planned = dict(_planned.rows(year))
    costs, grosses = dict[int, int](), dict[int, int]()
    for line in lines:
        holder = next((each for each in branch_above(line.project_id, parents=tree) if each in planned), None)
        if holder is not None:
            cost = _cost(line.gross, line.tax_code, line.tax_amount, on=day, known=known)
            costs[holder] = costs.get(holder, 0) + _in_base(cost, document.rate)
            grosses[holder] = grosses.get(holder, 0) + _in_base(line.gross, document.rate)
    names = dict(_names.rows(list(costs))) if costs else {}
    share = round(100 * ((min(max(on, first), last) - first).days + 1) / ((last - first).days + 1))
    return [
        BudgetAfter(
            name=names[holder], year=year, planned=planned[holder],
            spent=_spent(sorted(with_descendants(holder, above=tree)), first=first, last=last, without=document.id, known=known),
            asked=amount, asked_gross=grosses[holder], elapsed_percent=share,
        )
        for holder, amount in list(costs.items())[:BUDGETS_MAX]
    ]  # fmt: skip


@kept
def _placed_lines(document_id: int) -> QuerySet[IncomingLine]:
    return IncomingLine.objects.filter(document_id=document_id).exclude(project=None)


@kept
def _planned(year: int) -> QuerySet[ProjectBudget, Any]:
    return ProjectBudget.objects.filter(year=year).values_list("project_id", "amount")


@kept
def _names(project_ids: list[int]) -> QuerySet[Project, Any]:
    return Project.objects.filter(id__among=project_ids).values_list("id", "name")


def costs_of(documents: Sequence[IncomingDocument], lines: Mapping[int, Sequence[IncomingLine]]) -> dict[int, int]:
    """Return what each document costs in base currency, without the VAT that is deducted."""
    known = books()
    found = {}
    for document in documents:
        day = document.document_date or document.created_at.date()
        parts = lines.get(document.id, ())
        costs = (_cost(part.gross, part.tax_code, part.tax_amount, on=day, known=known) for part in parts)
        found[document.id] = sum(_in_base(cost, document.rate) for cost in costs)
    return found


def _spent(projects: list[int], *, first: date, last: date, without: int, known: Books) -> int:
    """Return what a branch has spent in a span: booked expenses, and receipts approved but not booked yet."""
    booked = _booked(projects, first, last)["total"]
    rows = _coming.rows(projects, first, last, without)
    costs = [
        _in_base(_cost(gross, code, tax, on=day or last, known=known), rate) for gross, code, tax, rate, day in rows
    ]
    return int(booked or 0) + sum(costs)


@kept_figures
def _booked(
    project_ids: list[int], first_day: date, last_day: date
) -> tuple[QuerySet[JournalLine], dict[str, Aggregate]]:
    rows = JournalLine.objects.filter(
        is_posted=True, project_id__among=project_ids, entry_date__range=(first_day, last_day),
        account__kind=AccountKind.EXPENSE,
    )  # fmt: skip
    return rows, {"total": Sum("amount_base")}


@kept
def _coming(project_ids: list[int], first_day: date, last_day: date, without: int) -> QuerySet[IncomingLine, Any]:
    rows = IncomingLine.objects.filter(
        Q(document__state__in=[Workflow.APPROVED, Workflow.IN_PROGRESS]), project_id__among=project_ids,
        document__entry=None, document__document_date__range=(first_day, last_day),
    ).exclude(document_id=without)  # fmt: skip
    return rows.values_list("gross", "tax_code", "tax_amount", "document__rate", "document__document_date")


def _cost(gross: int, code: str, tax_amount: int | None, *, on: date, known: Books) -> int:
    """Return the cost of a part; a code that the books do not know on the day deducts nothing."""
    found: TaxCode | None = None
    if code:
        try:
            found = known.tax_code(code, on=on)
        except UnknownTaxCode:
            found = None
    return cost_of(gross, code=found, tax_amount=tax_amount)


def _in_base(amount: int, rate: Decimal) -> int:
    return half_up(Fraction(amount) * Fraction(rate))


def _year_of(day: date) -> tuple[int, date, date]:
    """Return label and span of the fiscal year, the calendar year where none is open."""
    year = _years.first(day)
    if year is None:
        return day.year, date(day.year, 1, 1), date(day.year, 12, 31)
    return year.label, year.first_day, year.last_day


@kept
def _years(day: date) -> QuerySet[FiscalYear]:
    return FiscalYear.objects.filter(first_day__lte=day, last_day__gte=day)
