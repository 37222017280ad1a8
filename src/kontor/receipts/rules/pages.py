"""The order of a receipt's pages, which may come from several files, and those that are left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kontor.core.refusal import Refusal, gettext_noop

type Shape = dict[str, dict[str, Any]]

PLACE, LEFT_OUT = "place", "left_out"


class NoSuchPageHere(Refusal):
    """A page that the receipt has not, or not any more."""

    sentence = gettext_noop("This page is not on the receipt any more. Reload the page to see how it stands now.")
    status = 409


class NothingToSplit(Refusal):
    """The first page begins the receipt that is there already."""

    sentence = gettext_noop("The receipt begins with this page. Choose the page with which the next one begins.")


class OneInvoiceOnly(Refusal):
    """Pages within one electronic invoice."""

    sentence = gettext_noop("“%(name)s” is one electronic invoice and stays in one piece. Move the whole file instead.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A page of a file of the receipt; `place` is where a person put it, None where nobody did."""

    attachment_id: int
    page: int
    position: int
    place: int | None = None
    is_left_out: bool = False


def leaf_of(attachment_id: int, page: int, *, position: int, shape: Mapping[str, Any]) -> Leaf:
    """Return a page with what the attachment's shape says of it (page as text → place, left_out)."""
    said = shape.get(str(page), {})
    return Leaf(
        attachment_id=attachment_id, page=page, position=position, place=said.get(PLACE),
        is_left_out=bool(said.get(LEFT_OUT)),
    )  # fmt: skip


def in_order(leaves: Iterable[Leaf]) -> list[Leaf]:
    """Return the pages in their order without those left out; what nobody has put anywhere comes last, by its file."""
    shown = [leaf for leaf in leaves if not leaf.is_left_out]
    return sorted(shown, key=lambda leaf: (leaf.place is None, leaf.place or 0, leaf.position, leaf.page))


def moved(leaves: Sequence[Leaf], *, attachment_id: int, page: int, to: int) -> list[Leaf]:
    """Return the ordered pages with one put at place `to` (from 0, kept within the receipt).  Raises: NoSuchPageHere."""
    at = place_of(leaves, attachment_id=attachment_id, page=page)
    rest = [*leaves[:at], *leaves[at + 1 :]]
    to = min(max(to, 0), len(rest))
    return [*rest[:to], leaves[at], *rest[to:]]


def place_of(leaves: Sequence[Leaf], *, attachment_id: int, page: int) -> int:
    """Return where a page stands, from 0.  Raises: NoSuchPageHere."""
    for at, leaf in enumerate(leaves):
        if (leaf.attachment_id, leaf.page) == (attachment_id, page):
            return at
    raise NoSuchPageHere


def shapes_of(ordered: Sequence[Leaf], left_out: Iterable[Leaf]) -> dict[int, Shape]:
    """Return the shape of each attachment for this order."""
    shapes: dict[int, Shape] = {}
    for place, leaf in enumerate(ordered, start=1):
        shapes.setdefault(leaf.attachment_id, {})[str(leaf.page)] = {PLACE: place}
    for leaf in left_out:
        shapes.setdefault(leaf.attachment_id, {})[str(leaf.page)] = {LEFT_OUT: True}
    return shapes


def left_out_pages(shape: Mapping[str, Any]) -> frozenset[int]:
    """Return the pages of a file that are not part of the receipt."""
    return frozenset(int(page) for page, said in shape.items() if said.get(LEFT_OUT))
