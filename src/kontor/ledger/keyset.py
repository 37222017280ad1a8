"""A table paged by key: however many rows there are, a page costs the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan
from django.utils.translation import gettext as _

from kontor.core.figures import format_amount
from kontor.ui.tables.shown import Head
from kontor.ui.tables.table import Table

COUNT_MAX = 10_000
DAY, ID = "entry_date", "id"
_KEY = re.compile(r"(\d{4}-\d{2}-\d{2})\.(\d{1,17})")


@dataclass(frozen=True, slots=True)
class KeyedPage:
    """One page of rows in their order; `first` counts from 1."""

    object_list: list[Any]
    first: int
    has_next: bool
    has_previous: bool

    def __iter__(self) -> Iterator[Any]:
        return iter(self.object_list)

    @property
    def has_other_pages(self) -> bool:
        """Tell whether there are rows before or behind."""
        return self.has_next or self.has_previous


class KeyedTable[R](Table[R]):
    """Rows with `entry_date` and `id`, paged by these two: `?after=2026-03-10.17&n=50`.

    Counting stops at 10,000 rows. A table of more can be sorted by its day only, and has no totals: both would
    read every row.
    """

    @property
    def sort(self) -> str:
        """Return the sort key; large tables know only the day."""
        return super().sort if self.count <= COUNT_MAX else self._by_day

    @property
    def _by_day(self) -> str:
        wanted = self.request.GET.get("sort", "")
        return wanted if wanted.lstrip("-") == DAY else f"-{DAY}"

    @property
    def _is_keyed(self) -> bool:
        return self.sort.lstrip("-") == DAY

    @cached_property
    def _narrowed(self) -> QuerySet[Any, Any]:
        rows: Any = self._all
        if self.search and self.q:
            rows = self.search(rows, self.q)
        for condition in self.filters:
            if value := self._chosen(condition):
                rows = condition.apply(rows, value)
        found: QuerySet[Any, Any] = rows
        return found

    @cached_property
    def rows(self) -> Any:
        """Return all rows of the filter, sorted."""
        if not self._is_keyed:
            return self._sorted(self._narrowed)
        return self._narrowed.order_by(*_by_key(is_descending=self.sort.startswith("-")))

    @cached_property
    def count(self) -> int:
        """Return the rows of the whole filter, 10,001 for any more than 10,000."""
        if self._plain is not None:
            return self._plain.count("some", lambda rows: rows.order_by().values("id")[: COUNT_MAX + 1])
        return self._narrowed.order_by()[: COUNT_MAX + 1].count()

    @cached_property
    def page(self) -> Any:
        """Return the rows behind or before the key in the address."""
        if not self._is_keyed:
            return super().page
        after, before = (_key(self.request.GET.get(name, "")) for name in ("after", "before"))
        n = self.request.GET.get("n", "")
        start = int(n) if n.isdecimal() and len(n) < 10 else 0
        is_descending = self.sort.startswith("-")
        if before is not None and after is None:
            rows = _beyond(self.rows.reverse(), before, is_descending=not is_descending)
            found = list(rows[: self.size + 1])
            shown = found[: self.size][::-1]
            first = max(start - len(shown), 0) if len(found) > self.size else 0
            return KeyedPage(shown, first + 1, has_next=True, has_previous=len(found) > self.size)
        if after is not None:
            found = list(_beyond(self.rows, after, is_descending=is_descending)[: self.size + 1])
        elif self._plain is not None:
            order, most = _by_key(is_descending=is_descending), self.size + 1
            found = self._plain.rows((order, most), lambda rows: rows.order_by(*order)[:most])
        else:
            found = list(self.rows[: self.size + 1])
        return KeyedPage(
            found[: self.size],
            (start if after else 0) + 1,
            has_next=len(found) > self.size,
            has_previous=after is not None,
        )

    @property
    def heads(self) -> Iterator[Head]:
        """Return the heads; without sort links where sorting would read every row."""
        for head in super().heads:
            is_costly = self.count > COUNT_MAX and head.column.key != DAY
            yield Head(replace(head.column, sort=""), "", "") if is_costly else head

    @cached_property
    def totals(self) -> dict[str, int]:
        """Return the sums of the filter, none for a large one."""
        return {} if self.count > COUNT_MAX else super().totals

    @property
    def pages(self) -> Iterator[tuple[str, str, bool]]:
        """Return the pages by number where there are some."""
        return iter(()) if self._is_keyed else super().pages

    @property
    def range_words(self) -> str:
        """Return which of how many rows are shown."""
        if not self._is_keyed:
            return ""
        last = self.page.first + len(self.page.object_list) - 1
        facts = {"first": self.page.first, "last": last, "count": self._figure(min(self.count, COUNT_MAX))}
        if self.count > COUNT_MAX:
            return _("%(first)s–%(last)s of more than %(count)s") % facts
        return _("%(first)s–%(last)s of %(count)s") % facts

    def _figure(self, count: int) -> str:
        return format_amount(count * 100, region=self.region)[:-3]

    @property
    def next_url(self) -> str:
        """Return the address of the next page, "" on the last."""
        if not self._is_keyed:
            return super().next_url
        if not self.page.has_next or not self.page.object_list:
            return ""
        n = self.page.first - 1 + len(self.page.object_list)
        return self.url(after=_text(self.page.object_list[-1]), before=None, n=n, p=None)

    @property
    def previous_url(self) -> str:
        """Return the address of the page before, "" on the first."""
        if not self._is_keyed:
            return super().previous_url
        if not self.page.has_previous or not self.page.object_list:
            return ""
        return self.url(before=_text(self.page.object_list[0]), after=None, n=self.page.first - 1, p=None)

    def url(self, **changes: str | int | None) -> str:
        """Return this table's address with `changes`; whatever changes the rows starts at the first page."""
        if not {"after", "before"} & changes.keys():
            changes |= {"after": None, "before": None, "n": None}
        return super().url(**changes)


def _by_key(*, is_descending: bool) -> tuple[str, str]:
    return (f"-{DAY}", f"-{ID}") if is_descending else (DAY, ID)


def _beyond(rows: Any, key: tuple[date, int], *, is_descending: bool) -> Any:
    compared = TupleLessThan if is_descending else TupleGreaterThan
    return rows.filter(compared(Tuple(F(DAY), F(ID)), key))


def _key(text: str) -> tuple[date, int] | None:
    found = _KEY.fullmatch(text)
    if found is None:
        return None
    try:
        return date.fromisoformat(found[1]), int(found[2])
    except ValueError:
        return None


def _text(row: Any) -> str:
    return f"{row.entry_date.isoformat()}.{row.id}"
