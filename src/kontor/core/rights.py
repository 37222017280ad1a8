"""Rights as declared by the contexts: a tree of codes with labels and kinds of scope."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Right:
    """A right [Recht]; a child has no effect without its parent. `scopes` of own, co, all."""

    code: str
    label_de: str
    label_en: str
    parent: str = ""
    scopes: tuple[str, ...] = ("all",)
    is_critical: bool = False


_rights: dict[str, Right] = {}


def declare(rights: Iterable[Right]) -> None:
    """Take up the rights of a context.

    Raises:
        ValueError: a code is declared twice.
    """
    for right in rights:
        if _rights.setdefault(right.code, right) is not right:
            raise ValueError(f"right {right.code} is declared twice")
    effective_of.cache_clear()


def declared() -> dict[str, Right]:
    """Return all rights by code, in order of declaration."""
    return dict(_rights)


def effective(granted: Iterable[str]) -> frozenset[str]:
    """Return the granted codes whose parents are all granted too."""
    codes = set(granted)
    return frozenset(code for code in codes if _reaches_root(code, codes))


@lru_cache(maxsize=256)
def effective_of(granted: frozenset[str]) -> frozenset[str]:
    """Return the same of codes that were seen before; rights are declared once, while the program starts."""
    return effective(granted)


def _reaches_root(code: str, granted: set[str]) -> bool:
    while code:
        right = _rights.get(code)
        if right is None or code not in granted:
            return False
        code = right.parent
    return True
