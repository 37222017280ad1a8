"""Pictures: opened within limits, put upright, cut out, and encoded anew without anything but their pixels."""

from __future__ import annotations

import io
import math
import struct

import numpy as np
import pi_heif
from PIL import Image, ImageOps, UnidentifiedImageError

from kontor.documents.rules.geometry import Corners, Geometry, Point
from kontor.documents.rules.intake import PICTURE_PIXELS_MAX, PICTURE_SIDE_MAX, FileKind
from kontor.documents.rules.unreadable import BrokenPicture, TooManyPixels

SCREEN_SIDE_MAX = 1600
THUMB_SIDE_MAX = 320
WORK_SIDE_MAX = 3200
MEDIA_TYPE = "image/webp"
_QUALITY = 80
_EFFORT = 2  # of 6; more saves little and takes long
_FORMATS = {
    FileKind.JPEG: ("JPEG", "MPO"),
    FileKind.PNG: ("PNG",),
    FileKind.WEBP: ("WEBP",),
    FileKind.HEIC: ("HEIF", "AVIF"),
}

# What decoders raise at broken bytes, as they are found in the wild.
_DECODER_FAULTS = (
    UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, LookupError, ArithmeticError, TypeError,
    struct.error,
)  # fmt: skip

Image.MAX_IMAGE_PIXELS = None  # the limit is checked here, before anything is decoded
pi_heif.register_heif_opener()


def open_picture(content: bytes, *, kind: FileKind, name: str) -> Image.Image:
    """Return the picture upright in RGB, shrunk to at most 3200 pixels a side, its bytes decoded to their end.

    Raises:
        TooManyPixels: more than any camera makes, told before decoding.
        BrokenPicture: not decodable.
    """
    try:
        with Image.open(io.BytesIO(content), formats=_FORMATS[kind]) as opened:
            _check_size(opened, name)
            opened.draft("RGB", (WORK_SIDE_MAX, WORK_SIDE_MAX))
            opened.load()
            return _upright(opened)
    except _DECODER_FAULTS as broken:
        raise BrokenPicture(name=name) from broken


def _check_size(picture: Image.Image, name: str) -> None:
    pixels = picture.width * picture.height
    if pixels > PICTURE_PIXELS_MAX or max(picture.size) > PICTURE_SIDE_MAX:
        raise TooManyPixels(name=name, megapixels=math.ceil(pixels / 1e6), limit=PICTURE_PIXELS_MAX // 1_000_000)


def _upright(picture: Image.Image) -> Image.Image:
    """Shrink first, so that a large picture is turned and flattened as a small one."""
    exif = picture.getexif()
    small = scaled(picture.convert("RGBA") if _has_alpha(picture) else picture.convert("RGB"), side_max=WORK_SIDE_MAX)
    small.getexif()[0x0112] = exif.get(0x0112, 1)
    upright = ImageOps.exif_transpose(small)
    if upright.mode != "RGBA":
        return upright
    paper = Image.new("RGB", upright.size, "white")
    paper.paste(upright, mask=upright.getchannel("A"))
    return paper


def _has_alpha(picture: Image.Image) -> bool:
    return "A" in picture.getbands() or "transparency" in picture.info


def scaled(picture: Image.Image, *, side_max: int) -> Image.Image:
    """Return the picture with no side longer than `side_max`; never enlarged."""
    longest = max(picture.size)
    if longest <= side_max:
        return picture
    size = (max(1, round(picture.width * side_max / longest)), max(1, round(picture.height * side_max / longest)))
    return picture.resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0)


def encoded(picture: Image.Image, *, side_max: int) -> tuple[bytes, int, int]:
    """Return WebP bytes of the pixels alone, width and height; no EXIF, no colour profile, no position."""
    small = scaled(picture, side_max=side_max)
    plain = Image.new("RGB", small.size)
    plain.paste(small)
    target = io.BytesIO()
    plain.save(target, "WEBP", quality=_QUALITY, method=_EFFORT)
    return target.getvalue(), plain.width, plain.height


def shown(picture: Image.Image, geometry: Geometry) -> Image.Image:
    """Return the part within the corners, made rectangular, and turned clockwise."""
    cut = picture if geometry.corners is None else straightened(picture, geometry.corners)
    return cut if not geometry.turn else cut.rotate(-geometry.turn, expand=True)


def straightened(picture: Image.Image, corners: Corners) -> Image.Image:
    """Return the quadrilateral as a rectangle of about its own size."""
    points = [(x * picture.width, y * picture.height) for x, y in corners.points]
    width, height = rectangle_of(points)
    target = [(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)]
    return picture.transform(
        (max(1, round(width)), max(1, round(height))), Image.Transform.PERSPECTIVE,
        perspective(target, points), Image.Resampling.BILINEAR,
    )  # fmt: skip


def rectangle_of(points: list[Point]) -> tuple[float, float]:
    """Return width and height of the rectangle that a quadrilateral, seen at a slant, may have been."""
    top, right, bottom, left = (math.dist(points[one], points[(one + 1) % 4]) for one in range(4))
    return max(top, bottom), max(left, right)


def perspective(source: list[Point], target: list[Point]) -> tuple[float, ...]:
    """Return the eight numbers that send each source point to its target point (Pillow's order)."""
    rows, values = [], []
    for (x, y), (u, v) in zip(source, target, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return tuple(float(number) for number in np.linalg.solve(np.array(rows), np.array(values)))


def sent(point: Point, numbers: tuple[float, ...]) -> Point:
    """Return where a perspective sends a point."""
    x, y = point
    a, b, c, d, e, f, g, h = numbers
    below = g * x + h * y + 1
    return (a * x + b * y + c) / below, (d * x + e * y + f) / below
