"""Days in the text of a receipt, and which of them is its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from kontor.documents.rules.reading.rows import Row
from kontor.documents.rules.reading.values import Origin, Proposed
from kontor.documents.rules.reading.words import folded

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januar jänner jan january janvier gennaio", "februar feb feber february février fevrier febbraio",
            "märz maerz mär mrz march mar mars marzo", "april apr avril aprile", "mai may maggio",
            "juni jun june juin giugno", "juli jul july juillet luglio", "august aug août aout agosto",
            "september sep sept septembre settembre", "oktober okt october oct octobre ottobre",
            "november nov novembre", "dezember dez december dec décembre decembre dicembre",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_GAP = r"\s?"
_NUMERIC = re.compile(
    rf"(?<![\d.,/-])(\d{{1,2}}){_GAP}([./,-]){_GAP}(\d{{1,2}}){_GAP}([./,-]){_GAP}(\d{{4}}|\d{{2}})(?![\d/]|[.,-]\d)"
)
# “11/17/2026” as it is often seen; too weak for a day, but a hint that months stand first.
_SLASHES_AS_ONES = re.compile(r"(?<!\d)(?:0\d|1[0-2])1(?:1[3-9]|2\d|3[01])120\d{2}(?!\d)")
_ISO = re.compile(r"(?<!\d)(20\d{2})([-./])(\d{2})\2(\d{2})(?!\d)")
_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})(?:\.|st|nd|rd|th|er)?\s?([A-Za-zäéûÄ]{3,9})\.?,?\s?(20\d{2}|\d{2}(?!\d))")
_MONTH_FIRST = re.compile(r"\b([A-Za-z]{3,9})\.?\s(\d{1,2})(?:st|nd|rd|th)?,?\s(20\d{2})")
_CLOCK = re.compile(r"\b[0-2]?\d:[0-5]\d")

_OWN = (
    (r"(?:rechnungs?|beleg|ausstellungs|quittungs|buchungs|kauf|bon)-?\s?(?:datum|tag)\b", 100),
    (r"\b(?:invoice|receipt|issue|billing|purchase)\s+date\b|\bdate\s+(?:of\s+issue|de\s+(?:la\s+)?facture)|\bdate\s+issued", 100),
    (r"\bdatum\b|\bdate\b|\bdatum/zeit", 75),
    (r"(?:rechnung|invoice|facture|gutschrift|quittung|beleg|korrektur)\b.*\b(?:vom|of|du|dated|from)\s*$", 97),
    (r"\bvom\s*$", 45),
    (r"^\W*(?:[a-zäöü. ]{3,30},\s*)?(?:den|le|am|, )\s*$", 60),
)  # fmt: skip
_OTHER = (
    (r"fällig|zahlbar|zahlung|due|échéance|skonto|überweis|bezahl|payable|pay\s+by|valuta", 90),
    (r"liefer|leistung|versand|delivery|service|supply|auftrag|bestell|order|liefer|reise|anreise|abreise|check", 80),
    (r"gültig|valid|geburt|birth|termin|frist|bis\s*$|gedruckt|printed|stand\b|zeitraum|period|mandat|gemäss|vertrag", 80),
    (r"gefahr|ort:|übergabe|rückgabe|ablauf|expir|einzug|abbuch|abgebucht|lastschrift", 80),
)  # fmt: skip
_OWN_PATTERNS = tuple((re.compile(pattern), points) for pattern, points in _OWN)
_OTHER_PATTERNS = tuple((re.compile(pattern), points) for pattern, points in _OTHER)
_DUE = re.compile(
    r"fällig|zahlbar\s*(?:bis|am|spät)|zahlbar\b.*\bbis|zahlungsziel|zahlungstermin|zahlung\s+bis|due|échéance|pay\s+by|überweis\w*\b.*\bbis"
)


@dataclass(frozen=True, slots=True)
class Day:
    """A day in the text."""

    on: date
    row: int
    start: int
    end: int


def days_of(rows: Sequence[Row], *, latest: date | None = None) -> list[Day]:
    """Return the days that all rows name, in reading order; from the year 2000, none after `latest`.

    One day that can only be written month first, as in America (“11/17/2026”), makes all with slashes so.
    """
    month_first = any(
        _SLASHES_AS_ONES.search(row.text) or any(map(_is_month_first, _NUMERIC.finditer(row.text))) for row in rows
    )
    return [
        day
        for index, row in enumerate(rows)
        for day in _days_in(row.text, index, month_first=month_first)
        if day.on.year >= 2000 and (latest is None or day.on <= latest)
    ]


def _is_month_first(found: re.Match[str]) -> bool:
    return {found[2], found[4]} == {"/"} and int(found[3]) > 12 >= int(found[1])


def _days_in(text: str, row: int, *, month_first: bool) -> Iterator[Day]:
    taken: list[tuple[int, int]] = []
    readers = (
        (_ISO, _iso), (_NUMERIC, partial(_numeric, month_first=month_first)), (_DAY_FIRST, _day_first),
        (_MONTH_FIRST, _month_first),
    )  # fmt: skip
    for pattern, parts in readers:
        for found in pattern.finditer(text):
            on = parts(found)
            if on is not None and not any(start < found.end() and found.start() < end for start, end in taken):
                taken.append(found.span())
                yield Day(on, row, *found.span())


def _iso(found: re.Match[str]) -> date | None:
    return _date(int(found[1]), int(found[3]), int(found[4]))


def _numeric(found: re.Match[str], *, month_first: bool) -> date | None:
    first, second, year = int(found[1]), int(found[3]), _year(found[5])
    if {found[2], found[4]} == {"-"} and len(found[5]) == 2 and len(found[1]) == 1:
        return None  # “1-2-20” is rather an article
    if month_first and found[2] == "/":
        first, second = second, first
    return _date(year, second, first)


def _day_first(found: re.Match[str]) -> date | None:
    month = _MONTHS.get(found[2].casefold())
    return _date(_year(found[3]), month, int(found[1])) if month else None


def _month_first(found: re.Match[str]) -> date | None:
    month = _MONTHS.get(found[1].casefold())
    return _date(int(found[3]), month, int(found[2])) if month else None


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def own_day(rows: Sequence[Row], days: Sequence[Day], *, origin: Origin) -> Proposed[date] | None:
    """Propose the day of the receipt itself: by its label, its company of a time of day, its place."""
    if not days:
        return None
    scored = [(_own_points(day, rows), day) for day in days]
    best = max(points for points, _ in scored)
    day = next(day for points, day in scored if points == best)
    row = rows[day.row]
    confidence = 92 if best >= 95 else 80 if best >= 60 else 55 if len({one.on for one in days}) == 1 else 35
    return Proposed(day.on, origin, row.page, row.place_between(day.start, day.end), confidence)


def _own_points(day: Day, rows: Sequence[Row]) -> int:
    row = rows[day.row]
    labels = _labels(day, rows)
    points = max((_points_of(label) for label in labels if label), default=0, key=abs)
    if _CLOCK.search(row.text):
        points += 45
    if row.page == 1:
        points += 10
        if row.box.top < 0.45:
            points += 5
    return points


def _points_of(label: str) -> int:
    own = max((points for pattern, points in _OWN_PATTERNS if pattern.search(label)), default=0)
    other = max((points for pattern, points in _OTHER_PATTERNS if pattern.search(label)), default=0)
    return own if own >= 95 else own - other


def _labels(day: Day, rows: Sequence[Row]) -> tuple[str, ...]:
    """Return what stands before the day in its row since the last other figure, and the header right above it."""
    row = rows[day.row]
    before = folded(row.text[: day.start])
    if re.search(r"[a-zäöü]{3}", before):
        return (before[-60:],)
    return (_above(day, rows),)


def _above(day: Day, rows: Sequence[Row]) -> str:
    place = rows[day.row].box_between(day.start, day.end)
    for row in reversed(rows[max(0, day.row - 2) : day.row]):
        if row.page != rows[day.row].page or place.top - row.box.bottom > 3 * place.height:
            continue
        words = [word.text for word in row.words if word.box.left < place.right and word.box.right > place.left]
        if words:
            return folded(" ".join(words))
    return ""


def due_day(rows: Sequence[Row], days: Sequence[Day], *, origin: Origin) -> Proposed[date] | None:
    """Propose the day until which to pay; the last one that a label of payment names."""
    due = [day for day in days if any(_DUE.search(label) for label in _labels(day, rows))]
    if not due:
        return None
    day = max(due, key=lambda day: day.on)
    row = rows[day.row]
    return Proposed(day.on, origin, row.page, row.place_between(day.start, day.end), 75)
