"""What a table is declared of: columns, filters, bulk actions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import QuerySet
from django.utils.safestring import SafeString

type Rows[R] = QuerySet[Any, R] | Sequence[R]
type Kind = Literal["text", "amount", "number", "day", "status", "chip"]


@dataclass(frozen=True, kw_only=True)  # no slots: Python 3.12.1 cannot make a generic class that is both
class Column[R]:
    """One column.

    `value` reads the cell (default: the attribute or key named `key`, `__` steps into relations): minor units
    for "amount", a date for "day", a `Mark` for "status" and "chip". `sort` names the fields to order by
    (for plain rows: any text makes the column sortable by its value). `total` names the field to sum, or "value".
    `html` writes the whole cell, where value and link do not say it; `template` renders it, for tables of few rows.
    `currency` reads the row's currency; without it the tenant's base currency is meant. `sub` stands below the cell;
    with a `sub_label` a file has it in a column of its own.
    """

    key: str
    label: str
    kind: Kind = "text"
    value: Callable[[R], Any] | None = None
    sort: str | tuple[str, ...] = ""
    template: str = ""
    html: Callable[[R], SafeString] | None = None
    href: Callable[[R], str] | None = None
    sub: Callable[[R], str] | None = None
    sub_label: str = ""
    phone_sub: Callable[[R], str] | None = None
    currency: Callable[[R], str] | None = None
    total: str = ""
    is_strong: bool = False
    hide_mobile: bool = False

    def read(self, row: R) -> Any:
        """Return the raw value of this column in `row`."""
        if self.value is not None:
            return self.value(row)
        found: Any = row
        for step in self.key.split("__"):
            found = found[step] if isinstance(found, dict) else getattr(found, step)
        return found() if callable(found) else found

    @property
    def order_fields(self) -> tuple[str, ...]:
        """Return the fields to order by."""
        return (self.sort,) if isinstance(self.sort, str) else self.sort

    @property
    def is_figure(self) -> bool:
        """Tell whether the column is aligned right."""
        return self.kind in {"amount", "number", "day"}


@dataclass(frozen=True, kw_only=True)  # no slots, as above
class Filter[R]:
    """One condition of the filter sentence; `apply` narrows the rows to the chosen value.

    `choices` are (value, words as they stand in the sentence); `anything` are the words when nothing is chosen.
    """

    key: str
    anything: str
    choices: Sequence[tuple[str, str]]
    apply: Callable[[Any, str], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulk:
    """An action on the chosen rows: a POST to `url` with `ids`, or with `all=1` and the filter in the address."""

    label: str
    url: str
    icon: str = "check"
    is_harmful: bool = False
    hide_mobile: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Empty:
    """What stands in place of a table without rows: a sentence and a next step."""

    title: str
    text: str = ""
    icon: str = "inbox"
    action: str = ""
    url: str = ""
