"""The journal: entries with their sums, filters and search."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils.translation import gettext_noop

from kontor.core.kept_statements import kept
from kontor.core.money import minor_units
from kontor.core.numbers import parse_amount
from kontor.core.refusal import Refusal
from kontor.ledger.models.entries import EntryState, JournalEntry, JournalLine
from kontor.ledger.models.periods import Period, PeriodState

KINDS = {
    "manual": gettext_noop("Entry by hand"),
    "invoice": gettext_noop("Document"),
    "opening": gettext_noop("Opening balance"),
    "payment": gettext_noop("Payment"),
    "return": gettext_noop("Returned payment"),
    "set_off": gettext_noop("Set-off"),
    "write_off": gettext_noop("Write-off"),
    "cancellation": gettext_noop("Cancellation"),
    "reversal": gettext_noop("Reversal"),
    "recurring": gettext_noop("Recurring entry"),
    "result_carry_forward": gettext_noop("Result carried forward"),
}
_LISTED = (
    "id", "state", "kind", "year", "sequence", "entry_date", "document_number", "text", "is_automatic",
)  # fmt: skip
STATES = ("posted", "committed", "draft", "reversed")
LARGEST = 10**17  # no amount of ours has more digits
_NUMBER = re.compile(r"(?:(\d{4})-)?0*(\d{1,12})")


def number_of(entry: JournalEntry) -> str:
    """Return the number `2026-000213`, "" while the entry is a draft."""
    return number_from(entry.year, entry.sequence)


def number_from(year: int | None, sequence: int | None) -> str:
    """Return the number of the entry with this place in its year, "" for none."""
    return "" if sequence is None else f"{year}-{sequence:06d}"


def entries() -> QuerySet[JournalEntry]:
    """Return all entries with `total` (debits in base currency), `reversed_by` (id or None) and `period_state`.

    The period is no join: the planner would think that few entries have one, and sort all instead of reading the latest.
    """
    debits = JournalLine.objects.filter(entry_id=OuterRef("id"), amount_base__gt=0).order_by().values("entry_id")
    mirrors = JournalEntry.objects.filter(reverses_id=OuterRef("id")).order_by().values("id")[:1]
    periods = Period.objects.filter(id=OuterRef("period_id")).order_by().values("state")
    return JournalEntry.objects.annotate(
        total=Subquery(debits.annotate(sum=Sum("amount_base")).values("sum")), reversed_by=Subquery(mirrors),
        period_state=Subquery(periods),
    )  # fmt: skip


@kept
def all_entries() -> QuerySet[JournalEntry]:
    """Return what the journal shows of entries, compiled once."""
    return entries().only(*_LISTED)


def in_state(rows: QuerySet[JournalEntry], state: str) -> QuerySet[JournalEntry]:
    """Narrow `rows` to a state of `STATES`."""
    match state:
        case "draft":
            return rows.filter(state=EntryState.DRAFT)
        case "committed":
            return rows.filter(state=EntryState.POSTED, period__state=PeriodState.COMMITTED)
        case "posted":
            return rows.filter(state=EntryState.POSTED).exclude(period__state=PeriodState.COMMITTED)
        case "reversed":
            return rows.filter(Exists(JournalEntry.objects.filter(reverses_id=OuterRef("id"))))
    return rows


def between(rows: QuerySet[JournalEntry], first_day: date, last_day: date) -> QuerySet[JournalEntry]:
    """Narrow `rows` to entry dates from `first_day` through `last_day`."""
    return rows.filter(entry_date__gte=first_day, entry_date__lte=last_day)


def with_line(rows: QuerySet[JournalEntry], **conditions: object) -> QuerySet[JournalEntry]:
    """Narrow `rows` to entries with a line that meets the conditions."""
    return rows.filter(Exists(JournalLine.objects.filter(entry_id=OuterRef("id"), **conditions)))


def reversed_by(entry: JournalEntry) -> int | None:
    """Return the id of the entry that reverses this one; `entry` comes from `entries`."""
    found: int | None = entry.reversed_by  # type: ignore[attr-defined]  # annotated
    return found


def is_committed(entry: JournalEntry) -> bool:
    """Tell whether the entry's period is committed; `entry` comes from `entries`."""
    state: str = entry.period_state  # type: ignore[attr-defined]  # annotated
    return state == PeriodState.COMMITTED


def search_entries(rows: QuerySet[JournalEntry], text: str) -> QuerySet[JournalEntry]:
    """Narrow `rows` by text, document number, entry number or amount."""
    words = text.strip()
    found = Q(text__icontains=words) | Q(document_number__icontains=words)
    if (number := _NUMBER.fullmatch(words)) is not None:
        year = {"year": int(number[1])} if number[1] else {}
        found |= Q(sequence=int(number[2]), **year)
    if amount := _as_amount(words):
        lines = JournalLine.objects.filter(entry_id=OuterRef("id"))
        found |= Q(Exists(lines.filter(amount_base__in=[amount, -amount])))
    return rows.filter(found)


def _as_amount(text: str) -> int:
    try:
        amount = abs(minor_units(parse_amount(text), "EUR"))
    except Refusal:
        return 0
    return amount if amount < LARGEST else 0


def entry_by_id(entry_id: int) -> JournalEntry | None:
    """Return one entry with period and the entry that it reverses."""
    return _entry.first(entry_id)


@kept
def _entry(entry_id: int) -> QuerySet[JournalEntry]:
    return entries().select_related("period", "reverses", "recorded_by").filter(id=entry_id)


def lines_of(entry_id: int) -> list[JournalLine]:
    """Return the lines of an entry in order, with account, party and project."""
    return _lines.rows(entry_id)


@kept
def _lines(entry_id: int) -> QuerySet[JournalLine]:
    rows = JournalLine.objects.filter(entry_id=entry_id).select_related("account", "party", "project")
    return rows.order_by("position")


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkOfEntry:
    """Something an entry belongs to, in another room of the office; `url_name` takes `argument` and the tenant.

    It is a link for those who have the `right`, and words for the others.
    """

    label: str
    sub: str = ""
    icon: str = "link"
    url_name: str = ""
    argument: str = ""
    object_id: int = 0
    right: str = ""


_links: list[Callable[[int], Iterable[LinkOfEntry]]] = []


def register_links(find: Callable[[int], Iterable[LinkOfEntry]]) -> None:
    """Let a context say what an entry (by id) belongs to."""
    if find not in _links:
        _links.append(find)


def links_of(entry_id: int) -> list[LinkOfEntry]:
    """Return everything that contexts know about an entry."""
    return [link for find in _links for link in find(entry_id)]
