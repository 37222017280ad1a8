"""Where a place of the whole page stands on a picture that was cut out of it and turned."""

from __future__ import annotations

from kontor.documents.rules.geometry import Box, Corners, Geometry, Point

type Matrix = tuple[float, float, float, float, float, float, float, float, float]

SEEN_SHARE_MIN = 0.25


def place_shown(box: Box, geometry: Geometry) -> Box | None:
    """Return the box, shares of the upright whole page, as shares of the picture that `geometry` shows.

    None where less than a quarter of it is left on the picture.
    """
    points = [(box.left, box.top), (box.right, box.top), (box.right, box.bottom), (box.left, box.bottom)]
    if geometry.corners is not None:
        numbers = _to_square(geometry.corners)
        points = [_sent(point, numbers) for point in points]
    points = [_turned(point, geometry.turn) for point in points]
    across, down = [x for x, _ in points], [y for _, y in points]
    whole = Box(min(across), min(down), max(across), max(down))
    seen = Box(max(whole.left, 0.0), max(whole.top, 0.0), min(whole.right, 1.0), min(whole.bottom, 1.0))
    if seen.left >= seen.right or seen.top >= seen.bottom:
        return None
    return seen if _area(seen) >= SEEN_SHARE_MIN * _area(whole) else None


def _area(box: Box) -> float:
    return (box.right - box.left) * (box.bottom - box.top)


def _turned(point: Point, turn: int) -> Point:
    """Return where a point goes when the picture is turned clockwise by quarters."""
    x, y = point
    match turn % 360:
        case 90:
            return 1 - y, x
        case 180:
            return 1 - x, 1 - y
        case 270:
            return y, 1 - x
        case _:
            return x, y


def _to_square(corners: Corners) -> Matrix:
    """Return the perspective that sends the corners to those of the unit square (Heckbert 1989, §2.2)."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = corners.points
    dx1, dx2, dy1, dy2 = x1 - x2, x3 - x2, y1 - y2, y3 - y2
    sx, sy = x0 - x1 + x2 - x3, y0 - y1 + y2 - y3
    below = dx1 * dy2 - dx2 * dy1
    g, h = (sx * dy2 - dx2 * sy) / below, (dx1 * sy - sx * dy1) / below
    a, b, c = x1 - x0 + g * x1, x3 - x0 + h * x3, x0
    d, e, f = y1 - y0 + g * y1, y3 - y0 + h * y3, y0
    return (
        e - f * h, c * h - b, b * f - c * e,
        f * g - d, a - c * g, c * d - a * f,
        d * h - e * g, b * g - a * h, a * e - b * d,
    )  # fmt: skip


def _sent(point: Point, numbers: Matrix) -> Point:
    x, y = point
    a, b, c, d, e, f, g, h, i = numbers
    below = g * x + h * y + i
    return (a * x + b * y + c) / below, (d * x + e * y + f) / below
