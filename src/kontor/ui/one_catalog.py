"""The words of all apps in one catalog per language.

Django keeps a catalog for every app, as it never finds their plurals alike, and asks them one after the other for each
word; a page says some hundred. Where all form the plural alike, one catalog says the same.
"""

# ruff: noqa: SLF001  # Django offers no other way to them

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import trans_real

# As far as forms of plurals differ in any language, they do so in these.
_NUMBERS = range(201)


def put_together(languages: Iterable[str]) -> None:
    """Make one catalog of those of each language, as far as their plurals are formed alike."""
    for language in languages:
        _put_together(trans_real.translation(language)._catalog)  # type: ignore[attr-defined]  # Django's own


def _put_together(catalog: Any) -> None:
    if len({tuple(map(plural, _NUMBERS)) for plural in catalog._plurals}) > 1:
        return
    words: dict[Any, str] = {}
    for each in reversed(catalog._catalogs):  # the first one wins
        words.update(each)
    catalog._catalogs, catalog._plurals = [words], catalog._plurals[:1]
