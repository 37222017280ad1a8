"""Places on a page, as shares of its width and height: 0 is left or top, 1 right or bottom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kontor.core.refusal import Refusal, gettext_noop

TURNS = (0, 90, 180, 270)
SIDE_SHARE_MIN = 0.02

type Point = tuple[float, float]


class UnfitCorners(Refusal):
    """Four corners that are no quadrilateral on the page, or a turn that is no quarter."""

    sentence = gettext_noop(
        "These corners do not enclose a part of the page. Please drag each corner to its corner of the receipt."
    )


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the upright whole page."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def height(self) -> float:
        """The share of the page's height."""
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        """Where its middle stands from the top."""
        return (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class Corners:
    """The corners of a receipt on the upright whole page."""

    top_left: Point
    top_right: Point
    bottom_right: Point
    bottom_left: Point

    @property
    def points(self) -> tuple[Point, Point, Point, Point]:
        """The corners clockwise from the top left."""
        return self.top_left, self.top_right, self.bottom_right, self.bottom_left


@dataclass(frozen=True, slots=True)
class Geometry:
    """How a page is shown: cut out at its corners, then turned clockwise by quarters."""

    corners: Corners | None = None
    turn: int = 0

    @property
    def is_plain(self) -> bool:
        """Whether the page is shown as it is."""
        return self.corners is None and self.turn == 0


def corners_of(points: Iterable[Point]) -> Corners:
    """Return corners from four points, clockwise from the top left.  Raises: UnfitCorners."""
    four = tuple(points)
    if len(four) != 4:
        raise UnfitCorners
    return Corners(*four)


def check_geometry(geometry: Geometry) -> None:
    """Refuse corners off the page, crossed, hollow or too small, and turns that are no quarter.

    Raises:
        UnfitCorners: one of these.
    """
    if geometry.turn not in TURNS:
        raise UnfitCorners
    if geometry.corners is not None and not _is_convex_and_large(geometry.corners.points):
        raise UnfitCorners


def _is_convex_and_large(points: tuple[Point, ...]) -> bool:
    if not all(0 <= x <= 1 and 0 <= y <= 1 for x, y in points):
        return False
    for index in range(4):
        here, after, beyond = points[index], points[(index + 1) % 4], points[(index + 2) % 4]
        across = (after[0] - here[0]) * (beyond[1] - after[1]) - (after[1] - here[1]) * (beyond[0] - after[0])
        if across <= 0 or max(abs(after[0] - here[0]), abs(after[1] - here[1])) < SIDE_SHARE_MIN:
            return False
    return True


def enclosing(boxes: Iterable[Box]) -> Box:
    """Return the smallest box around boxes (at least one)."""
    them = list(boxes)
    return Box(
        min(box.left for box in them), min(box.top for box in them),
        max(box.right for box in them), max(box.bottom for box in them),
    )  # fmt: skip


def geometry_of(facts: Mapping[str, Any]) -> Geometry:
    """Return a geometry from plain facts, as `plain_geometry` gives them."""
    corners = facts.get("corners")
    return Geometry(corners_of([(x, y) for x, y in corners]) if corners else None, int(facts.get("turn", 0)))


def plain_geometry(geometry: Geometry) -> dict[str, Any]:
    """Return a geometry as what JSON can hold."""
    return {"corners": plain_corners(geometry.corners), "turn": geometry.turn}


def plain_corners(corners: Corners | None) -> list[list[float]] | None:
    """Return corners as lists of two shares each."""
    return None if corners is None else [[round(x, 5), round(y, 5)] for x, y in corners.points]
