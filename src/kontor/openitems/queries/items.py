"""Open items as lists and sums."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from django.db import connection
from django.db.models import Aggregate, BigIntegerField, Count, F, Func, Min, Q, QuerySet, Sum

from kontor.contacts.rules.names import sort_name
from kontor.core.kept_statements import kept, kept_figures
from kontor.core.money import minor_units
from kontor.core.numbers import parse_amount
from kontor.core.refusal import Refusal
from kontor.core.tenancy import current_tenant_id
from kontor.openitems.models import ItemKind, ItemSide, OpenItem

# Written out, not a parameter: only then a prepared plan knows that the index of what is open serves.
_ZERO = Func(template="0", output_field=BigIntegerField())
OPEN = Q(amount_open__gt=_ZERO)
STATES = ("open", "overdue", "credit", "settled")
BUCKET_DAYS = (0, 30, 60, 90)
_LISTED = (
    "id", "kind", "side", "document_number", "text", "document_date", "due_date", "currency", "amount", "amount_open",
    "is_in_payment", "is_returned", "party__id", "party__name",
)  # fmt: skip
NATURAL = {ItemKind.RECEIVABLE: ItemSide.DEBIT, ItemKind.PAYABLE: ItemSide.CREDIT}


@dataclass(frozen=True, slots=True)
class AgeBucket:
    """What is open in one span of days over due, base currency; `first_day` and `last_day` are due dates, included."""

    first_day: date | None
    last_day: date | None
    amount: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFigures:
    """The list of a kind in figures: items by state, open claims by age, their original and open amounts in base currency."""

    counts: dict[str, int]
    ages: list[AgeBucket]
    amount: int
    amount_open: int


@dataclass(frozen=True, slots=True)
class Balance:
    """What a party owes and has in credit in one currency; the base amounts beside it."""

    kind: str
    currency: str
    owed: int
    credit: int
    owed_base: int
    credit_base: int
    overdue_base: int
    count: int


def items(kind: str = "") -> QuerySet[OpenItem]:
    """Return items of a kind (or of both) with party, the earliest due first."""
    rows = OpenItem.objects.select_related("party", "project")
    return (rows.filter(kind=kind) if kind else rows).order_by("due_date", "id")


def natural(kind: str) -> Q:
    """Return the condition for claims of the kind; what is not natural is a credit."""
    return Q(side=NATURAL[ItemKind(kind)])


def in_state(rows: QuerySet[OpenItem], state: str, *, kind: str, on: date | None) -> QuerySet[OpenItem]:
    """Narrow `rows` of one kind to open, overdue (on a day), credit or settled."""
    match state:
        case "overdue":
            return rows.filter(OPEN, natural(kind), due_date__lt=on)
        case "credit":
            return rows.filter(OPEN).exclude(natural(kind))
        case "settled":
            return rows.filter(amount_open=0)
        case _:
            return rows.filter(OPEN, natural(kind))


@kept
def in_list(kind: str, state: str, *, on: date | None) -> QuerySet[OpenItem]:
    """Return what a list shows of the items of a kind that are open, overdue (on a day), credit or settled; compiled once."""
    rows = OpenItem.objects.select_related("party").only(*_LISTED).filter(kind=kind).order_by("due_date", "id")
    return in_state(rows, state, kind=kind, on=on)


def due_spans(on: date) -> list[tuple[date | None, date | None]]:
    """Return the due dates of the buckets not due, 1–30, 31–60, 61–90 and over 90 days, both days included."""
    edges = [on - timedelta(days=days) for days in BUCKET_DAYS]
    spans: list[tuple[date | None, date | None]] = [(edges[0], None)]
    for newer, older in pairwise(edges):
        spans.append((older, newer - timedelta(days=1)))
    spans.append((None, edges[-1] - timedelta(days=1)))
    return spans


def figures_of_list(kind: str, *, on: date) -> ListFigures:
    """Return what stands above and below the list of a kind, in one query; ages and sums are of claims, credits stand apart."""
    spans = due_spans(on)
    found = _figures(kind, *(first for first, _last in spans if first is not None))
    ages = [
        AgeBucket(first, last, found[f"amount_{n}"] or 0, found[f"count_{n}"]) for n, (first, last) in enumerate(spans)
    ]
    return ListFigures(
        counts={state: found[state] for state in STATES}, ages=ages,
        amount=found["amount"] or 0, amount_open=sum(age.amount for age in ages),
    )  # fmt: skip


@kept_figures
def _figures(kind: str, *first_days: date) -> tuple[QuerySet[OpenItem], dict[str, Aggregate]]:
    """Return the figures of a kind; claims are told apart by the first days of what is due, each day before the one behind it."""
    claim = OPEN & natural(kind)
    figures: dict[str, Aggregate] = {
        "open": Count("id", filter=claim), "overdue": Count("id", filter=claim & Q(due_date__lt=first_days[0])),
        "credit": Count("id", filter=OPEN & ~natural(kind)), "settled": Count("id", filter=Q(amount_open=_ZERO)),
        "amount": Sum("amount_base", filter=claim),
    }  # fmt: skip
    for n in range(len(first_days) + 1):
        due = claim & (Q(due_date__gte=first_days[n]) if n < len(first_days) else Q())
        due &= Q(due_date__lt=first_days[n - 1]) if n else Q()
        figures |= {f"amount_{n}": Sum("base_open", filter=due), f"count_{n}": Count("id", filter=due)}
    return OpenItem.objects.filter(kind=kind), figures


def search_items(rows: QuerySet[OpenItem], text: str) -> QuerySet[OpenItem]:
    """Narrow `rows` by document number, party or amount."""
    words = text.strip()
    found = Q(document_number__icontains=words) | Q(keys__contains=[words.upper()])
    if key := sort_name(words):
        found |= Q(party__sort_name__contains=key)
    amount = _as_amount(words)
    if amount:
        found |= Q(amount=amount) | Q(amount_open=amount)
    return rows.filter(found)


def _as_amount(text: str) -> int:
    try:
        return abs(minor_units(parse_amount(text), "EUR"))
    except Refusal:
        return 0


def item_by_id(item_id: int) -> OpenItem | None:
    """Return one item with party, project and the entry that opened it."""
    rows = OpenItem.objects.select_related("party", "project", "journal_line__entry", "journal_line__account")
    return rows.filter(id=item_id).first()


def is_settled(item_ids: Iterable[int]) -> Mapping[int, bool]:
    """Tell for each item whether nothing is open; upper floors show "paid" by this alone."""
    return {
        item_id: not amount_open
        for item_id, amount_open in OpenItem.objects.filter(id__in=list(item_ids)).values_list("id", "amount_open")
    }


def balances_of_party(party_id: int, *, on: date) -> list[Balance]:
    """Return what is open with a party per kind and currency, in one query."""
    rows = OpenItem.objects.filter(OPEN, party_id=party_id).order_by().values("kind", "currency")
    claim = natural(ItemKind.RECEIVABLE) & Q(kind=ItemKind.RECEIVABLE) | natural(ItemKind.PAYABLE) & Q(
        kind=ItemKind.PAYABLE
    )
    found = rows.annotate(
        owed=Sum("amount_open", filter=claim), credit=Sum("amount_open", filter=~claim),
        owed_base=Sum("base_open", filter=claim), credit_base=Sum("base_open", filter=~claim),
        overdue_base=Sum("base_open", filter=claim & Q(due_date__lt=on)), count=Count("id"),
    )  # fmt: skip
    return [
        Balance(row["kind"], row["currency"], row["owed"] or 0, row["credit"] or 0, row["owed_base"] or 0,
                row["credit_base"] or 0, row["overdue_base"] or 0, row["count"])
        for row in found.order_by("-kind", "currency")
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class PartySum:
    """A party with what is open, base currency; credits are negative."""

    party_id: int
    name: str
    amount: int
    overdue: int
    count: int


def party_sums(kind: str, *, on: date) -> Sequence[PartySum]:
    """Return the parties with open items of a kind, the largest balance first, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.party_id, p.name, sum(CASE WHEN i.side = %s THEN i.base_open ELSE -i.base_open END)::bigint, "
            "coalesce(sum(i.base_open) FILTER (WHERE i.side = %s AND i.due_date < %s), 0)::bigint, count(*) "
            "FROM openitems_openitem i JOIN contacts_party p ON p.tenant_id = i.tenant_id AND p.id = i.party_id "
            "WHERE i.tenant_id = %s AND i.kind = %s AND i.amount_open > 0 GROUP BY 1, 2 ORDER BY 3 DESC, 1",
            [NATURAL[ItemKind(kind)], NATURAL[ItemKind(kind)], on, current_tenant_id(), kind],
        )
        return [PartySum(*row) for row in cursor.fetchall()]


def partly_paid() -> Q:
    """Return the condition of items that something was taken from."""
    return OPEN & Q(amount_open__lt=F("amount"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What is owed in all, base currency; `soon` is due until a day."""

    owed: int
    overdue: int
    overdue_count: int
    oldest_due: date | None
    payable: int
    payable_overdue_count: int
    payable_oldest_due: date | None
    payable_soon: int


def totals_of(found: Mapping[str, Any]) -> Totals:
    """Return what customers owe and what is owed to suppliers, as `open_figures` found it; credits stand apart."""
    sums = {name: found[name] or 0 for name in ("owed", "overdue", "payable", "payable_soon")}
    return Totals(**{**found, **sums})


@kept_figures
def open_figures(on: date, soon: date) -> tuple[QuerySet[OpenItem], dict[str, Aggregate]]:
    """Return what `Totals` holds."""
    claim = Q(kind=ItemKind.RECEIVABLE) & natural(ItemKind.RECEIVABLE)
    debt = Q(kind=ItemKind.PAYABLE) & natural(ItemKind.PAYABLE)
    late = Q(due_date__lt=on)
    figures: dict[str, Aggregate] = {
        "owed": Sum("base_open", filter=claim), "overdue": Sum("base_open", filter=claim & late),
        "overdue_count": Count("id", filter=claim & late), "oldest_due": Min("due_date", filter=claim & late),
        "payable": Sum("base_open", filter=debt), "payable_overdue_count": Count("id", filter=debt & late),
        "payable_oldest_due": Min("due_date", filter=debt & late),
        "payable_soon": Sum("base_open", filter=debt & Q(due_date__lte=soon)),
    }  # fmt: skip
    return OpenItem.objects.filter(OPEN), figures
