"""Tables of the ledger; every state is a word with its shape."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet
from django.utils.dates import MONTHS
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from kontor.core.figures import format_day
from kontor.core.kept_statements import kept
from kontor.ledger.keyset import KeyedTable
from kontor.ledger.models.accounts import Account
from kontor.ledger.models.entries import EntryState, JournalEntry
from kontor.ledger.models.summaries import AccountMonth
from kontor.ledger.queries.journal import (
    KINDS,
    all_entries,
    between,
    in_state,
    is_committed,
    number_of,
    reversed_by,
    search_entries,
    with_line,
)
from kontor.ledger.queries.names import Span, is_german, project_choices, spans
from kontor.organisations.access import TenantRequest
from kontor.ui.addresses import address, address_writer
from kontor.ui.marks import Mark
from kontor.ui.tables.columns import Column, Empty, Filter
from kontor.ui.tables.table import Table
from kontor.ui.words import Words

ACCOUNTS_MAX = 300
DRAFT, REVERSED = Mark(gettext_noop("draft"), "half"), Mark(gettext_noop("reversed"), "warn")
COMMITTED, POSTED = Mark(gettext_noop("committed"), "done"), Mark(gettext_noop("posted"), "pos")
AUTOMATIC, BY_PEOPLE = Mark(gettext_noop("automatic"), "", "zap"), Mark("")


def state_of(row: JournalEntry) -> Mark:
    """Return an entry's state as a word with its tone; `row` comes from `queries.journal.entries`."""
    if row.state == EntryState.DRAFT:
        return DRAFT
    if reversed_by(row):
        return REVERSED
    return COMMITTED if is_committed(row) else POSTED


@lru_cache(maxsize=16)
def _months(_language: str) -> dict[int, str]:
    """Return the names of the months in the language, which is the active one."""
    return {number: str(name) for number, name in MONTHS.items()}


def span_words(span: Span) -> str:
    """Name a span: "November 2026", "2026", "2026/27"."""
    if span.is_range:
        language = "de" if is_german() else "en"
        return f"{format_day(span.first_day, language=language)} – {format_day(span.last_day, language=language)}"
    if not span.is_year:
        return f"{_months(get_language() or '')[span.first_day.month]} {span.first_day.year}"
    same = span.first_day.year == span.last_day.year
    return span.key if same else f"{span.first_day.year}/{span.last_day:%y}"


def journal_table(request: TenantRequest, *, size: int = 50) -> Table[JournalEntry]:
    """Return the journal as the request filters, sorts and pages it; a constant number of queries.

    `from` and `to` in the address are days (ISO), both included.
    """
    words = Words()
    address_of = address_writer("entry", "entry_id", tenant=request.tenant.code)
    columns: list[Column[JournalEntry]] = [
        Column(key="number", label=_("Number"), value=lambda row: number_of(row) or _("Draft"), sort=("year", "sequence"),
               href=lambda row: address_of(row.id), phone_sub=_phone_words),
        Column(key="entry_date", label=_("Date"), kind="day", sort=("entry_date", "id"), hide_mobile=True),
        Column(key="document_number", label=_("Document"), sort=("document_number", "id"), hide_mobile=True),
        Column(key="text", label=_("Text"), sort=("text", "id"), hide_mobile=True, sub=lambda row: words[kind_message(row.kind)], sub_label=_("Kind")),
        Column(key="state", label=_("State"), kind="status", value=state_of, hide_mobile=True),
        Column(key="machine", label=_("Made by"), kind="chip", value=_machine, hide_mobile=True),
        Column(key="total", label=_("Amount"), kind="amount", sort="total", is_strong=True,
               total="total" if request.GET.get("period") or request.GET.get("from") else ""),
    ]  # fmt: skip
    return KeyedTable[JournalEntry](
        request, all_entries.of(), label=_("Journal"), sort="-entry_date", columns=columns, search=search_entries,
        search_hint=_("Number, text, amount"), sentence=_("Postings"), filters=(*_day_filters(request), *_filters()), size=size,
        row_label=lambda row: number_of(row) or row.text, empty=_empty(request), name="journal",
    )  # fmt: skip


def kind_words(kind: str) -> str:
    """Return what sort of entry it is."""
    return _(kind_message(kind))


def kind_message(kind: str) -> str:
    """Return what sort of entry it is, as a message id."""
    return KINDS.get(kind.replace("setoff", "set_off"), KINDS["manual"])


def _phone_words(row: JournalEntry) -> str:
    return f"{row.entry_date.day:02d}.{row.entry_date.month:02d}. · {row.text}"


def _machine(row: JournalEntry) -> Mark:
    return AUTOMATIC if row.is_automatic else BY_PEOPLE


def _day_filters(request: TenantRequest) -> list[Filter[JournalEntry]]:
    """Return the conditions of a free span of days, as far as the address names one."""
    found = (
        _day_filter(request, "from", _("from %(day)s"), _("from any day"), "entry_date__gte"),
        _day_filter(request, "to", _("through %(day)s"), _("through any day"), "entry_date__lte"),
    )
    return [each for each in found if each is not None]


def _day_filter(
    request: TenantRequest, key: str, words: str, anything: str, lookup: str
) -> Filter[JournalEntry] | None:
    day = day_in_address(request, key)
    if day is None:
        return None
    shown = format_day(day, language="de" if is_german() else "en")
    return Filter(
        key=key,
        anything=anything,
        choices=[(day.isoformat(), words % {"day": shown})],
        apply=lambda rows, value: rows.filter(**{lookup: value}),
    )


def day_in_address(request: TenantRequest, key: str) -> date | None:
    """Return the day (ISO) that the address names under `key`."""
    try:
        return date.fromisoformat(request.GET.get(key, ""))
    except ValueError:
        return None


def _filters() -> tuple[Filter[JournalEntry], ...]:
    known = {span.key: span for span in spans()}
    accounts = [(number, f"{number} {name}") for number, name in _moved.rows("name_de" if is_german() else "name_en")]
    of_period, on_account = _("of %(period)s"), _("on %(account)s")

    def in_span(rows: Any, value: str) -> Any:
        return between(rows, known[value].first_day, known[value].last_day)

    words = {"posted": _("posted"), "committed": _("committed"), "draft": _("draft"), "reversed": _("reversed")}
    found: list[Filter[JournalEntry]] = [
        Filter(key="period", anything=_("of any time"), apply=in_span,
               choices=[(key, of_period % {"period": span_words(span)}) for key, span in known.items()]),
        Filter(key="account", anything=_("on all accounts"), choices=[(n, on_account % {"account": w}) for n, w in accounts],
               apply=lambda rows, value: with_line(rows, account__number=value)),
        Filter(key="kind", anything=_("of every kind"), choices=[(kind, _(word)) for kind, word in KINDS.items()],
               apply=lambda rows, value: rows.filter(kind=value)),
        Filter(key="state", anything=_("in every state"), choices=list(words.items()), apply=in_state),
        Filter(key="by", anything=_("by people and automatic"), choices=[("machine", _("automatic")), ("people", _("by people"))],
               apply=lambda rows, value: rows.filter(is_automatic=value == "machine")),
    ]  # fmt: skip
    if projects := project_choices():
        found.append(
            Filter(key="project", anything=_("of all projects"), choices=projects,
                   apply=lambda rows, value: with_line(rows, project_id=int(value)))
        )  # fmt: skip
    return tuple(found)


@kept
def _moved(name: str) -> QuerySet[Account, Any]:
    """Return number and name of the accounts that ever moved."""
    rows = Account.objects.filter(id__in=AccountMonth.objects.values("account_id")).order_by("number")
    return rows.values_list("number", name)[:ACCOUNTS_MAX]


def _empty(request: TenantRequest) -> Empty:
    may_post = "ledger.post" in request.rights
    return Empty(
        title=_("No entries yet"), text=_("Entries appear here as soon as documents, payments or entries by hand are posted."),
        icon="book-open", action=_("New entry") if may_post else "",
        url=address("entry_new", tenant=request.tenant.code) if may_post else "",
    )  # fmt: skip
