"""Addresses of pages, compiled once per name: a list of fifty rows asks for hundreds of them.

`address` answers as `django.urls.reverse` does, for places that are numbers, codes and plain words.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from django.conf import settings
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse

_NUMBER = 918_273_645_000_000
_WORD = "kontor-place-"
_PLAIN = re.compile(r"[-a-zA-Z0-9_]+", re.ASCII)


def address(name: str, **places: object) -> str:
    """Return the address of the page `name`.  Raises: NoReverseMatch."""
    if not all(type(value) is int or (isinstance(value, str) and _PLAIN.fullmatch(value)) for value in places.values()):
        return reverse(name, kwargs=places)
    return _writer(name, places)(places)


def address_or_none(name: str, **places: object) -> str:
    """Return the address of the page `name`, "" where there is none."""
    try:
        return address(name, **places)
    except NoReverseMatch:
        return ""


def address_space() -> tuple[str, str]:
    """Return what decides beside its name how a page's address is written."""
    return get_urlconf() or settings.ROOT_URLCONF, get_script_prefix()


def address_writer(name: str, place: str, **places: object) -> Callable[[int], str]:
    """Return what writes the addresses of one page for many numbers at `place`.  Raises: NoReverseMatch."""
    marked = address(name, **{place: _NUMBER}, **places)
    before, found, after = marked.partition(str(_NUMBER))
    if not found or str(_NUMBER) in after:
        return lambda number: address(name, **{place: number}, **places)
    return lambda number: f"{before}{number}{after}" if number >= 0 else address(name, **{place: number}, **places)


def _writer(name: str, places: dict[str, object]) -> Callable[[dict[str, object]], str]:
    kinds = tuple((place, type(value) is int and value >= 0) for place, value in places.items())
    found = _compiled(*address_space(), name, kinds)
    if found is None:
        return lambda values: reverse(name, kwargs=values)
    return found


@lru_cache(maxsize=2048)
def _compiled(
    _urlconf: str, _prefix: str, name: str, kinds: tuple[tuple[str, bool], ...]
) -> Callable[[dict[str, object]], str] | None:
    """Return the writer of one address, None where it must be asked for each time."""
    marks = {place: _NUMBER + n if is_number else f"{_WORD}{n}" for n, (place, is_number) in enumerate(kinds)}
    try:
        drawn = reverse(name, kwargs=marks)
    except NoReverseMatch:
        return None
    if any(drawn.count(str(mark)) != 1 for mark in marks.values()):
        return None
    drawn = drawn.replace("%", "%%")
    for place, mark in marks.items():
        drawn = drawn.replace(str(mark), f"%({place})s")
    return drawn.__mod__
