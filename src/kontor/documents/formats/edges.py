"""Finding the paper on the table: four corners, or none."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

from kontor.documents.formats.pieces import Mask, largest_piece
from kontor.documents.rules.geometry import Corners, Point

type Pixels = npt.NDArray[np.float32]

_SIDE = 224
_AREA_MIN, _AREA_MAX = 0.08, 0.97
_FILL_MIN = 0.90  # of the hull by the quadrilateral: paper is one, a hand or a cup is none
_SOLID_MIN = 0.86  # of the hull by its own pixels
_ANGLE_MIN, _ANGLE_MAX = 55.0, 125.0
_STEP_MIN = 7.0  # of 255, from the table to the paper, at the weakest side
_HULL_POINTS_MAX = 18


@dataclass(frozen=True, slots=True)
class _Sheet:
    points: npt.NDArray[np.float64]
    worth: float


def find_corners(picture: Image.Image) -> Corners | None:
    """Return the corners of the one bright sheet on a darker or coloured ground; None where that is not clear."""
    small = picture.convert("RGB")
    small.thumbnail((_SIDE, _SIDE), Image.Resampling.BILINEAR)
    small = small.filter(ImageFilter.MedianFilter(5)).filter(ImageFilter.GaussianBlur(1))
    pixels = np.asarray(small, dtype=np.float32)
    bright = pixels.mean(axis=2)
    sheets = [
        sheet
        for channel in _channels(pixels, bright)
        for level in _levels(channel)
        if (sheet := _sheet(channel > level, bright))
    ]
    if not sheets:
        return None
    best = max(sheets, key=lambda sheet: sheet.worth)
    return _corners(best.points, width=small.width, height=small.height)


def _channels(pixels: Pixels, bright: Pixels) -> list[Pixels]:
    """Return brightness, brightness less colour, and greyness: paper is bright and grey, in the shadow only grey."""
    colour = pixels.max(axis=2) - pixels.min(axis=2)
    warmth = pixels[:, :, 0] - pixels[:, :, 2]
    level = np.maximum(bright, 24) / 100
    return [bright, bright - 1.2 * colour, -colour / level, warmth / level]


def _levels(channel: Pixels) -> list[float]:
    """Return cuts between dark and bright: Otsu's and its neighbours."""
    low, high = (float(level) for level in np.percentile(channel, (2, 98)))
    if high - low < 12:
        return []
    otsu = _otsu(channel, low, high)
    return [otsu, otsu - 0.18 * (high - low), otsu + 0.15 * (high - low)]


def _otsu(channel: Pixels, low: float, high: float) -> float:
    counts, edges = np.histogram(channel, bins=64, range=(low, high))
    middles = (edges[:-1] + edges[1:]) / 2
    below, mass = np.cumsum(counts), np.cumsum(counts * middles)
    above = below[-1] - below
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = below * above * (mass / below - (mass[-1] - mass) / above) ** 2
    return float(middles[int(np.nanargmax(spread[:-1]))])


def _sheet(mask: Mask, bright: Pixels) -> _Sheet | None:
    """Return the quadrilateral around the largest piece of the mask, if it is a sheet of paper."""
    piece = largest_piece(mask)
    if piece is None:
        return None
    pixels = int(piece.sum())
    hull = _hull(piece)
    if len(hull) < 4:
        return None
    hull_area = _area(hull)
    total = mask.size
    if not _AREA_MIN * total < hull_area < _AREA_MAX * total or pixels < _SOLID_MIN * hull_area:
        return None
    four = _largest_quadrilateral(_simplified(hull))
    if four is None or _area(four) < _FILL_MIN * hull_area or not _is_rectangular(four):
        return None
    step = _step_at_sides(bright, four)
    if step < _STEP_MIN:
        return None
    fill = min(1.0, _area(four) / hull_area) * min(1.0, pixels / hull_area)
    return _Sheet(four, fill * fill * min(step, 25.0) * hull_area / total)


def _hull(piece: Mask) -> npt.NDArray[np.float64]:
    """Return the convex hull (Andrew's monotone chain) of the outermost pixels of each row."""
    rows = np.nonzero(piece.any(axis=1))[0]
    left = piece[rows].argmax(axis=1)
    right = piece.shape[1] - 1 - piece[rows, ::-1].argmax(axis=1)
    outline = sorted({(float(x), float(y)) for ends in (left, right) for x, y in zip(ends, rows, strict=True)})

    def chain(ordered: list[Point]) -> list[Point]:
        kept: list[Point] = []
        for point in ordered:
            while len(kept) > 1 and _cross(kept[-2], kept[-1], point) <= 0:
                kept.pop()
            kept.append(point)
        return kept[:-1]

    return np.array(chain(outline) + chain(outline[::-1]))


def _cross(o: Point, a: Point, b: Point) -> float:
    return (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0])


def _simplified(hull: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Drop the hull's points of least weight until few are left."""
    points = hull.tolist()
    while len(points) > _HULL_POINTS_MAX:
        weights = [
            abs(_cross(points[index - 1], points[index], points[(index + 1) % len(points)]))
            for index in range(len(points))
        ]
        points.pop(int(np.argmin(weights)))
    return np.array(points)


def _largest_quadrilateral(hull: npt.NDArray[np.float64]) -> npt.NDArray[np.float64] | None:
    if len(hull) < 4:
        return None
    choices = np.array(list(itertools.combinations(range(len(hull)), 4)))
    quads = hull[choices]
    x, y = quads[:, :, 0], quads[:, :, 1]
    areas = 0.5 * np.abs((x * np.roll(y, -1, axis=1)).sum(axis=1) - (y * np.roll(x, -1, axis=1)).sum(axis=1))
    best: npt.NDArray[np.float64] = quads[int(areas.argmax())]
    return best


def _area(points: npt.NDArray[np.float64]) -> float:
    x, y = points[:, 0], points[:, 1]
    return 0.5 * abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1)))


def _is_rectangular(four: npt.NDArray[np.float64]) -> bool:
    for index in range(4):
        one, two = four[index - 1] - four[index], four[(index + 1) % 4] - four[index]
        lengths = float(np.linalg.norm(one) * np.linalg.norm(two))
        if lengths == 0:
            return False
        angle = math.degrees(math.acos(max(-1.0, min(1.0, float(one @ two) / lengths))))
        if not _ANGLE_MIN < angle < _ANGLE_MAX:
            return False
    return True


def _step_at_sides(bright: Pixels, four: npt.NDArray[np.float64]) -> float:
    """Return how much brighter it is just inside than just outside, at the side where this is least.

    Light falls off slowly; only the edge of a sheet is a step.
    """
    height, width = bright.shape
    middle = four.mean(axis=0)
    steps = []
    for index in range(4):
        start, end = four[index], four[(index + 1) % 4]
        along = start + (end - start) * np.linspace(0.1, 0.9, 24)[:, None]
        normal = np.array([end[1] - start[1], start[0] - end[0]]) / max(1.0, float(np.linalg.norm(end - start)))
        if normal @ (middle - start) < 0:
            normal = -normal
        inside, outside = along + 4 * normal, along - 4 * normal
        if _share_within(outside, width, height) < 0.5:
            return 0.0  # the side is the picture's own: nothing shows that the sheet ends here
        steps.append(float(np.median(_values(bright, inside) - _values(bright, outside))))
    return min(steps)


def _share_within(points: npt.NDArray[np.float64], width: int, height: int) -> float:
    inside = (points[:, 0] >= 0) & (points[:, 0] < width) & (points[:, 1] >= 0) & (points[:, 1] < height)
    return float(inside.mean())


def _values(bright: Pixels, points: npt.NDArray[np.float64]) -> Pixels:
    height, width = bright.shape
    xs = np.clip(points[:, 0].round().astype(int), 0, width - 1)
    ys = np.clip(points[:, 1].round().astype(int), 0, height - 1)
    values: Pixels = bright[ys, xs]
    return values


def _corners(four: npt.NDArray[np.float64], *, width: int, height: int) -> Corners:
    """Return the points clockwise from the one nearest to the top left, as shares."""
    middle = four.mean(axis=0)
    turned = sorted(four.tolist(), key=lambda point: math.atan2(point[1] - middle[1], point[0] - middle[0]))
    first = min(range(4), key=lambda index: turned[index][0] + turned[index][1])
    shares = [
        (min(1.0, max(0.0, (x + 0.5) / width)), min(1.0, max(0.0, (y + 0.5) / height)))
        for x, y in turned[first:] + turned[:first]
    ]
    return Corners(shares[0], shares[1], shares[2], shares[3])
