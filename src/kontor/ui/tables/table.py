"""A table as one request sees it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any
from urllib.parse import quote_plus, urlencode

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet, Sum
from django.http import HttpRequest
from django.utils.translation import gettext as _

from kontor.core.kept_statements import Source
from kontor.core.numbers import row_key, row_keys
from kontor.ui.context import region_of
from kontor.ui.tables.columns import Bulk, Column, Empty, Filter
from kontor.ui.tables.shown import Condition, Head, Option
from kontor.ui.tables.unnarrowed import Unnarrowed, orders_of

SIZES = (25, 50, 100, 200)
SEARCH_LENGTH_MAX = 200
IDS_MAX = 5_000
_is_plain = re.compile(r"[-\w.]*", re.ASCII).fullmatch


class Table[R]:
    """Rows filtered, sorted and paged by the address: `?q=&FILTER=&sort=-day&p=2&rows=50`.

    `rows` is a queryset, a sequence, or the source of a kept queryset: the list that nobody narrowed costs least then.
    `search` narrows it by what was typed. Totals are those of the whole filter. `count` is how many rows there are before
    anybody narrows them, `sums` what its columns add up to by their key, where the page worked them out anyway.
    """

    def __init__(
        self,
        request: HttpRequest,
        rows: QuerySet[Any, Any] | Sequence[R] | Source[R],
        *,
        columns: Sequence[Column[R]],
        label: str,
        sort: str = "",
        search: Callable[[Any, str], Any] | None = None,
        search_hint: str = "",
        sentence: str = "",
        filters: Sequence[Filter[R]] = (),
        bulk: Sequence[Bulk] = (),
        row_id: Callable[[R], object] | None = None,
        row_label: Callable[[R], str] | None = None,
        empty: Empty | None = None,
        size: int = 50,
        count: int | None = None,
        sums: Mapping[str, int] | None = None,
        exports: bool = True,
        name: str = "table",
    ) -> None:
        self.request, self.columns, self.label, self.name = request, tuple(columns), label, name
        self.search, self.search_hint, self.sentence = search, search_hint, sentence
        self.filters, self.bulk, self.exports = tuple(filters), tuple(bulk), exports
        self.row_id = row_id or (lambda row: getattr(row, "pk", None) or getattr(row, "id", ""))
        self.row_label = row_label or (lambda row: str(self.columns[0].read(row)))
        self.empty = empty or Empty(title=_("Nothing here yet"))
        self._source = rows if isinstance(rows, Source) else None
        self._given, self._sort, self._size, self.known_count, self._known_sums = rows, sort, size, count, sums
        self.region = region_of(request)
        self.currency = str(getattr(getattr(request, "tenant", None), "base_currency", "") or "EUR")

    @property
    def has_search(self) -> bool:
        """Tell whether the rows can be searched."""
        return self.search is not None

    @property
    def q(self) -> str:
        """Return what is searched for."""
        return self.request.GET.get("q", "")[:SEARCH_LENGTH_MAX].strip()

    @property
    def size(self) -> int:
        """Return the rows per page."""
        wanted = self.request.GET.get("rows", "")
        return found if (found := row_key(wanted)) in self.sizes and found is not None else self._size

    @property
    def sizes(self) -> list[int]:
        """Return the page sizes on offer."""
        return sorted({*SIZES, self._size})

    @property
    def sort(self) -> str:
        """Return the sort key, with a minus for descending."""
        wanted = self.request.GET.get("sort", self._sort)
        return (
            wanted if any(column.sort and column.key == wanted.lstrip("-") for column in self.columns) else self._sort
        )

    @cached_property
    def _all(self) -> Any:
        """Return all rows, unsorted."""
        return self._given() if isinstance(self._given, Source) else self._given

    @cached_property
    def _plain(self) -> Source[R] | None:
        """Return where the rows come from if they are kept and nothing narrows them."""
        return None if self.has_filter else self._source

    @cached_property
    def rows(self) -> Any:
        """Return all rows of the filter, sorted."""
        rows = self._all
        if self.search and self.q:
            rows = self.search(rows, self.q)
        for condition in self.filters:
            if value := self._chosen(condition):
                rows = condition.apply(rows, value)
        return self._sorted(rows)

    def _chosen(self, condition: Filter[R]) -> str:
        value = self.request.GET.get(condition.key, "")
        return value if value and any(value == choice for choice, _words in condition.choices) else ""

    def _sorted(self, rows: Any) -> Any:
        column = next((c for c in self.columns if c.sort and c.key == self.sort.lstrip("-")), None)
        if column is None:
            return rows
        is_descending = self.sort.startswith("-")
        if isinstance(rows, QuerySet):
            return rows.order_by(*orders_of(column.order_fields, is_descending=is_descending))
        known = [row for row in rows if column.read(row) is not None]
        unknown = [row for row in rows if column.read(row) is None]
        return sorted(known, key=_comparable(column), reverse=is_descending) + unknown

    @cached_property
    def page(self) -> Page[Any]:
        """Return the current page; out of range means the nearest."""
        rows: Any = self.rows if self._plain is None else Unnarrowed(self, self._plain)
        return Paginator(rows, self.size).get_page(self.request.GET.get("p"))

    @cached_property
    def count(self) -> int:
        """Return the rows of the whole filter."""
        return self.page.paginator.count

    @cached_property
    def has_filter(self) -> bool:
        """Tell whether anything narrows the rows."""
        return bool(self.q) or any(self._chosen(condition) for condition in self.filters)

    @cached_property
    def totals(self) -> dict[str, int]:
        """Return the sum of each summed column over the whole filter, by column key."""
        summed = [column for column in self.columns if column.total]
        if not summed:
            return {}
        if self._known_sums is not None and not self.has_filter:
            return {column.key: self._known_sums[column.key] for column in summed}
        if (self._plain or isinstance(self.rows, QuerySet)) and all(column.total != "value" for column in summed):
            sums = {f"sum_{column.key}": Sum(column.total) for column in summed}
            if self._plain:
                words = tuple((column.key, column.total) for column in summed)
                found = self._plain.figures(words, lambda rows: (rows.order_by(), sums))
            else:
                found = self.rows.order_by().aggregate(**sums)
            return {column.key: found[f"sum_{column.key}"] or 0 for column in summed}
        return {column.key: sum(column.read(row) or 0 for row in self.rows) for column in summed}

    def url(self, **changes: str | int | None) -> str:
        """Return this table's address with `changes`; None or "" takes a part away."""
        query = self._query(
            changes, tuple((key, str(value)) for key, value in changes.items() if value not in (None, ""))
        )
        return f"?{query}" if query else self.request.path

    def _query(self, without: Iterable[str], added: Sequence[tuple[str, str]]) -> str:
        return "&".join(part for part in (self._kept(tuple(without)), _pairs(added)) if part)

    def _kept(self, without: tuple[str, ...]) -> str:
        """Return what stands in the address but for some keys; a head, a choice and a page all ask for it."""
        found = self._kept_parts.get(without)
        if found is None:
            pairs = [(key, each) for key, values in self.request.GET.lists() for each in values if key not in without]
            found = self._kept_parts[without] = urlencode(pairs)
        return found

    @cached_property
    def _kept_parts(self) -> dict[tuple[str, ...], str]:
        return {}

    @property
    def heads(self) -> Iterator[Head]:
        """Return the heads with their sort links."""
        for column in self.columns:
            is_current = bool(column.sort) and self.sort.lstrip("-") == column.key
            is_descending = is_current and self.sort.startswith("-")
            target = column.key if is_descending or not is_current else f"-{column.key}"
            order = ("descending" if is_descending else "ascending") if is_current else ""
            yield Head(column, self.url(sort=target, p=None), order)

    @cached_property
    def conditions(self) -> Sequence[Condition]:
        """Return the conditions of the filter sentence."""
        return [self._condition(condition) for condition in self.filters]

    def _condition(self, condition: Filter[R]) -> Condition:
        chosen = self._chosen(condition)
        choices = (("", condition.anything), *condition.choices)
        bare = self.url(**{condition.key: None, "p": None})  # an account filter has hundreds of choices
        before = f"{bare}&" if bare.startswith("?") else "?"
        options = tuple(
            Option(words, f"{before}{condition.key}={_in_address(value)}" if value else bare, value == chosen)
            for value, words in choices
        )
        return Condition(condition.key, dict(choices)[chosen], bool(chosen), chosen, options)

    @property
    def range_words(self) -> str:
        """Return which of how many rows are shown where that is not just a span of numbers."""
        return ""

    @property
    def pages(self) -> Iterator[tuple[str, str, bool]]:
        """Return (words, address, is current) of the pager; a gap has no address."""
        for number in self.page.paginator.get_elided_page_range(self.page.number, on_each_side=1, on_ends=1):
            is_gap = not isinstance(number, int)
            yield str(number), "" if is_gap else self.url(p=number), number == self.page.number

    @property
    def next_url(self) -> str:
        """Return the address of the next page, "" on the last."""
        return self.url(p=self.page.next_page_number()) if self.page.has_next() else ""

    @property
    def previous_url(self) -> str:
        """Return the address of the page before, "" on the first."""
        return self.url(p=self.page.previous_page_number()) if self.page.has_previous() else ""

    @property
    def reset_url(self) -> str:
        """Return the address without search and conditions."""
        return self.url(q=None, p=None, **{condition.key: None for condition in self.filters})

    @property
    def size_urls(self) -> list[tuple[int, str, bool]]:
        """Return (rows, address, is current) for each page size."""
        return [(size, self.url(rows=size, p=None), size == self.size) for size in self.sizes]

    @property
    def csv_url(self) -> str:
        """Return the address of the CSV export of the whole filter."""
        return self.url(export="csv", p=None)

    @property
    def xlsx_url(self) -> str:
        """Return the address of the XLSX export of the whole filter."""
        return self.url(export="xlsx", p=None)

    def selected(self) -> Any:
        """Return the rows that a bulk POST means: those ticked, or with `all=1` the whole filter."""
        if self.request.POST.get("all") == "1":
            return self.rows
        ids = set(self.request.POST.getlist("ids")[:IDS_MAX])
        if isinstance(self.rows, QuerySet):
            return self.rows.filter(pk__in=row_keys(ids))
        return [row for row in self.rows if str(self.row_id(row)) in ids]


def _in_address(value: str) -> str:
    """Return a value as it stands in an address; most are numbers and plain words."""
    return value if _is_plain(value) else quote_plus(value)


def _pairs(added: Iterable[tuple[str, str]]) -> str:
    """Return what is added to an address."""
    return "&".join([f"{key}={_in_address(value)}" for key, value in added])


def _comparable(column: Column[Any]) -> Callable[[Any], Any]:
    """Return the sort key of plain rows: figures and days as they are, words without regard to case."""

    def key(row: Any) -> Any:
        value = column.read(row)
        is_ordered = isinstance(value, int) or column.kind == "day"
        return value if is_ordered else str(getattr(value, "word", value)).casefold()

    return key
