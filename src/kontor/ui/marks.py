"""States as people see them: a word, and a tone that decides shape and colour together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Tone = Literal["open", "half", "pos", "warn", "neg", "done", "brand", ""]


@dataclass(frozen=True, slots=True)
class Mark:
    """How a state is shown; `word` is a message id or already translated."""

    word: str
    tone: Tone = "open"
    icon: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One line of a history: who did what, when, and what changed (field, before, after)."""

    who: str
    what: str
    when: str
    changes: tuple[tuple[str, str, str], ...] = ()
    by_machine: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One stop of a tracked document; state is done, now, next or ask."""

    label: str
    sub: str = ""
    state: Literal["done", "now", "next", "ask"] = "next"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """One tab, or one segment of a switch made of links."""

    label: str
    url: str
    count: int | None = None
    is_current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Age:
    """One bucket of an ageing strip: sum in minor units and number of items."""

    label: str
    amount: int
    count: int
    url: str = ""
    is_current: bool = False
