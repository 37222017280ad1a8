"""What a table shows around its rows: heads and conditions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kontor.ui.tables.columns import Column


@dataclass(frozen=True, slots=True)
class Head:
    """A column's head: `order` is ascending, descending or "", `url` sorts by it."""

    column: Column[Any]
    url: str
    order: str


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a condition."""

    label: str
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of the filter sentence with its choices."""

    key: str
    words: str
    is_set: bool
    value: str
    options: tuple[Option, ...]
