"""The list that nobody searched or filtered, from a kept queryset."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import F, OrderBy

from kontor.core.kept_statements import Source

if TYPE_CHECKING:
    from kontor.ui.tables.table import Table


class Unnarrowed:
    """All rows of a kept source, for the paginator: their number, and the first page."""

    def __init__(self, table: Table[Any], source: Source[Any]) -> None:
        self._table, self._source = table, source

    def count(self) -> int:
        """Return how many there are."""
        known = self._table.known_count
        return self._source.count() if known is None else known

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, part: slice) -> Any:
        """Return a page's rows."""
        if part.start or not part.stop:
            return self._table.rows[part]
        sort, most = self._table.sort, self._table.size
        column = next((c for c in self._table.columns if c.sort and c.key == sort.lstrip("-")), None)
        if column is None:
            return self._source.rows(most, lambda rows: rows[:most])
        fields, is_descending = column.order_fields, sort.startswith("-")
        return self._source.rows(
            (fields, is_descending, most),
            lambda rows: rows.order_by(*orders_of(fields, is_descending=is_descending))[:most],
        )


def orders_of(fields: Sequence[str], *, is_descending: bool) -> list[OrderBy | str]:
    """Return what to order by: unknown values last, equal ones by their key."""
    orders = [F(field.lstrip("-")) for field in fields]
    return [*(order.desc(nulls_last=True) if is_descending else order.asc() for order in orders), "pk"]
