"""Learned shapes: the mark-up of an entry that an XML parser has already accepted once.

A bank writes millions of entries in a few dozen shapes. The first entry of each shape goes through the XML
parser; from it a regular expression is made that repeats its mark-up sign by sign and leaves only the texts
and currencies open. What matches later is therefore well-formed for the same reason as the first one, and its
texts are exactly what the parser would report: the open places admit no mark-up, no entity, no control
character (so no line end to normalise) and no "]", and whatever does not match goes through the parser.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from kontor.banking.formats.camt.fields import (
    CHARGES,
    DETAIL_SINGLES,
    DETAIL_SLOTS,
    ENTRY_SINGLES,
    ENTRY_SLOTS,
    REMITTANCE,
    DetailFields,
    EntryFields,
    Pairs,
)

SHAPES_MAX = 500
_MARKUP_MAX = 16_000
# Blanks at the ends are left to the parser too, whose texts are stripped.
_TEXT = r"(?! )[^<&\]\x00-\x1f\x7f]*(?<! )"
_TAG = re.compile(r"""<(/?)([^\s<>/"'=&!?]+)((?:\s+[^\s<>/"'=&]+=(?:"[^"<>&]*"|'[^'<>&]*'))*)\s*(/?)>([^<]*)""")
_CURRENCY = re.compile(r"""\sCcy=["']([A-Z]{3})["']\Z""")


class _Step(NamedTuple):
    path: str
    pattern: str


@dataclass(slots=True)
class Shape[F]:
    """One kind of mark-up and how to read it."""

    matches: Callable[[str], re.Match[str] | None]
    read: Callable[[re.Match[str]], F]


class Shapes[F]:
    """The shapes learned so far, looked up by the number of tags, the latest used first."""

    def __init__(self, compile_shape: Callable[[str], Shape[F] | None]) -> None:
        self._compile = compile_shape
        self._by_tags: dict[int, list[Shape[F]]] = {}
        self._count = 0

    def read(self, markup: str) -> F | None:
        """Return the fields of `markup` if its shape is known."""
        shapes = self._by_tags.get(markup.count("<"))
        if shapes is None:
            return None
        for index, shape in enumerate(shapes):
            found = shape.matches(markup)
            if found is not None:
                if index:
                    shapes.insert(0, shapes.pop(index))
                return shape.read(found)
        return None

    def learn(self, markup: str) -> None:
        """Remember the shape of `markup`, which an XML parser has accepted as content of one element."""
        if self._count >= SHAPES_MAX or len(markup) > _MARKUP_MAX:
            return
        shape = self._compile(markup)
        if shape is not None and shape.matches(markup) is not None:
            self._count += 1
            self._by_tags.setdefault(markup.count("<"), []).insert(0, shape)


def entry_shapes() -> Shapes[EntryFields]:
    """Return an empty collection of shapes of entries (their TxDtls replaced by one empty pair of tags)."""
    return Shapes(_entry_shape)


def detail_shapes() -> Shapes[DetailFields]:
    """Return an empty collection of shapes of the content of TxDtls."""
    return Shapes(_detail_shape)


def _entry_shape(markup: str) -> Shape[EntryFields] | None:
    steps = _steps(markup)
    if steps is None:
        return None
    pattern, paths = _pattern(steps, ENTRY_SLOTS, (CHARGES,))
    singles, charges = _groups(paths, ENTRY_SLOTS, ENTRY_SINGLES), _pair_groups(paths, CHARGES)
    if not charges:
        make, empty = EntryFields._make, ((),)
        return Shape(pattern.fullmatch, lambda found: make(_texts(found.group(*singles)) + empty))
    return Shape(
        pattern.fullmatch,
        lambda found: EntryFields._make((*_texts(found.group(*singles)), _pairs(found, charges))),
    )


def _detail_shape(markup: str) -> Shape[DetailFields] | None:
    steps = _steps(markup)
    if steps is None:
        return None
    pattern, paths = _pattern(steps, DETAIL_SLOTS, (CHARGES, REMITTANCE))
    singles = _groups(paths, DETAIL_SLOTS, DETAIL_SINGLES)
    charges, remittance = _pair_groups(paths, CHARGES), _pair_groups(paths, REMITTANCE)
    make = DetailFields._make
    if not charges:
        none: tuple[Pairs] = ((),)
        return Shape(
            pattern.fullmatch,
            lambda found: make(_texts(found.group(*singles)) + none + (_pairs(found, remittance),)),
        )
    return Shape(
        pattern.fullmatch,
        lambda found: make((*_texts(found.group(*singles)), _pairs(found, charges), _pairs(found, remittance))),
    )


def _texts(groups: tuple[str | None, ...]) -> tuple[str | None, ...]:
    # Empty elements count as absent; most entries have none, so the copy is made only when needed.
    return tuple([text or None for text in groups]) if "" in groups else groups


def _pairs(found: re.Match[str], groups: tuple[tuple[str, int], ...]) -> Pairs:
    return tuple([(path, found[group]) for path, group in groups])


def _steps(markup: str) -> list[_Step] | None:
    """Return path and pattern per tag and text, None for mark-up that is better left to the parser."""
    first = markup.find("<")
    if first < 0 or markup[:first].strip():
        return None
    steps = [_Step("", re.escape(markup[:first]))]
    path, position, was_open = "", first, False
    for tag in _TAG.finditer(markup):
        if tag.start() != position:
            return None
        position = tag.end()
        closing, name, attributes, single, text = tag.groups()
        local = name.rpartition(":")[2]
        mark = markup[tag.start() : tag.start(5)]
        if closing:
            steps.append(_Step("", re.escape(mark)))
            path = path.rpartition("/")[0]
            leaf = False
        else:
            steps.extend(_opening(mark, f"{path}/{local}", attributes))
            leaf = not single and markup.startswith("</", position)
            path = path if single else f"{path}/{local}"
        if not leaf and text.strip():
            return None
        steps.append(_Step(path, "") if leaf else _Step("", re.escape(text)))
        was_open = bool(closing)
    return steps if position == len(markup) and path == "" and was_open | (path == "") else None


def _opening(mark: str, path: str, attributes: str) -> list[_Step]:
    currency = _CURRENCY.search(attributes)
    if not currency:
        return [_Step("", re.escape(mark))]
    start = mark.index(attributes) + currency.start(1)
    return [
        _Step("", re.escape(mark[:start])),
        _Step(f"{path}@Ccy", "[A-Z]{3}"),
        _Step("", re.escape(mark[start + 3 :])),
    ]


def _pattern(steps: list[_Step], slots: dict[str, int], prefixes: tuple[str, ...]) -> tuple[re.Pattern[str], list[str]]:
    """Return the expression and the path of each of its groups; the last group never takes part."""
    parts: list[str] = []
    paths: list[str] = []
    for path, pattern in steps:
        if not path:
            parts.append(pattern)
        elif path in slots or path.startswith(prefixes):
            parts.append(f"({pattern or _TEXT})")
            paths.append(path)
        else:
            parts.append(pattern or _TEXT)
    return re.compile("".join(parts) + r"(?:|(.))"), paths


def _groups(paths: list[str], slots: dict[str, int], count: int) -> tuple[int, ...]:
    absent = len(paths) + 1
    groups = [absent] * count
    for number, path in enumerate(paths, start=1):
        slot = slots.get(path)
        if slot is not None and groups[slot] == absent:
            groups[slot] = number
    return tuple(groups)


def _pair_groups(paths: list[str], prefix: str) -> tuple[tuple[str, int], ...]:
    return tuple((path[len(prefix) :], number) for number, path in enumerate(paths, start=1) if path.startswith(prefix))
