"""What receipts cost their projects' budgets: without the VAT that is deducted, as the books will show it.

Only the deductible share of input VAT leaves the expense (decisions.md 26); books that may not deduct carry the gross.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.db.models import Q, Sum

from kontor.approvals.rules.policies import branch_above
from kontor.approvals.subjects import BudgetAfter
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
    lines = list(IncomingLine.objects.filter(document=document).exclude(project=None))
    day = document.document_date or on
    year, first, last = _year_of(day)
    tree, known = parents(), books()
    planned = dict(ProjectBudget.objects.filter(year=year).values_list("project_id", "amount"))
    costs, grosses = dict[int, int](), dict[int, int]()
    for line in lines:
        holder = next((each for each in branch_above(line.project_id, parents=tree) if each in planned), None)
        if holder is not None:
            cost = _cost(line.gross, line.tax_code, line.tax_amount, on=day, known=known)
            costs[holder] = costs.get(holder, 0) + _in_base(cost, document.rate)
            grosses[holder] = grosses.get(holder, 0) + _in_base(line.gross, document.rate)
    names = dict(Project.objects.filter(id__in=costs).values_list("id", "name"))
    share = round(100 * ((min(max(on, first), last) - first).days + 1) / ((last - first).days + 1))
    return [
        BudgetAfter(
            name=names[holder], year=year, planned=planned[holder],
            spent=_spent(with_descendants(holder), first=first, last=last, without=document.id, known=known),
            asked=amount, asked_gross=grosses[holder], elapsed_percent=share,
        )
        for holder, amount in list(costs.items())[:BUDGETS_MAX]
    ]  # fmt: skip


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


def _spent(projects: Iterable[int], *, first: date, last: date, without: int, known: Books) -> int:
    """Return what a branch has spent in a span: booked expenses, and receipts approved but not booked yet."""
    booked = JournalLine.objects.filter(
        is_posted=True, project_id__in=projects, entry_date__range=(first, last), account__kind=AccountKind.EXPENSE
    ).aggregate(total=Sum("amount_base"))["total"]
    coming = IncomingLine.objects.filter(
        Q(document__state__in=[Workflow.APPROVED, Workflow.IN_PROGRESS]), project_id__in=projects,
        document__entry=None, document__document_date__range=(first, last),
    ).exclude(document_id=without)  # fmt: skip
    rows = coming.values_list("gross", "tax_code", "tax_amount", "document__rate", "document__document_date")
    costs = [
        _in_base(_cost(gross, code, tax, on=day or last, known=known), rate) for gross, code, tax, rate, day in rows
    ]
    return int(booked or 0) + sum(costs)


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
    year = FiscalYear.objects.filter(first_day__lte=day, last_day__gte=day).first()
    if year is None:
        return day.year, date(day.year, 1, 1), date(day.year, 12, 31)
    return year.label, year.first_day, year.last_day
