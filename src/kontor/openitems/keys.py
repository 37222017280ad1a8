"""The search keys of items, made by whoever knows how payers write document numbers.

Matching registers its key maker in its `AppConfig.ready`. Until then an item's keys are its number and references
in capitals without anything but letters and digits. A key with a letter and a colon in front is a lookup: while the
item is open, triggers keep it in `openitems_itemkey`, where a run finds it by equality.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

type KeyMaker = Callable[[str, Sequence[str]], Sequence[str]]

_NOT_ALPHANUMERIC = re.compile(r"[^0-9A-Z]+")


def plain_keys(document_number: str, references: Sequence[str]) -> list[str]:
    """Return number and references squeezed to capitals and digits, without doubles."""
    squeezed = (_NOT_ALPHANUMERIC.sub("", text.upper()) for text in (document_number, *references))
    return list(dict.fromkeys(key for key in squeezed if key))


_makers: list[KeyMaker] = [plain_keys]


def register(maker: KeyMaker) -> None:
    """Make keys by `maker(document_number, references)` from now on."""
    _makers[0] = maker


def keys_of(document_number: str, references: Sequence[str]) -> list[str]:
    """Return the search keys of an item."""
    return list(_makers[0](document_number, references))
