"""Reading days as people type them: `3`, `3.11`, `03.11.26`, `+7`, `heute`."""

from __future__ import annotations

import re
from datetime import date, timedelta

from kontor.core.refusal import Refusal, gettext_noop

_TODAY = frozenset({"heute", "today", "h", "t"})
_RELATIVE = {"gestern": -1, "yesterday": -1, "morgen": 1, "tomorrow": 1}
_OFFSET = re.compile(r"([+-])(\d{1,4})")
_GERMAN = re.compile(r"(\d{1,2})(?:\.(\d{1,2})?(?:\.(\d{2}|\d{4})?)?)?")
_COMPACT = re.compile(r"(\d{2})(\d{2})(\d{2}|\d{4})?")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


class UnreadableDay(Refusal):
    """The text is no day."""

    sentence = gettext_noop("“%(text)s” is not a date. Dates look like 3.11.2026, 3.11, +7 or “today”.")


def parse_day(text: str, *, today: date) -> date:
    """Read a day; missing month and year are those of `today`.

    Raises:
        UnreadableDay: no such day.
    """
    word = text.strip().lower()
    if word in _TODAY:
        return today
    if word in _RELATIVE:
        return today + timedelta(days=_RELATIVE[word])
    if offset := _OFFSET.fullmatch(word):
        return today + timedelta(days=int(offset[1] + offset[2]))
    try:
        return _calendar_day(word, today)
    except ValueError as no_such_day:
        raise UnreadableDay(text=text) from no_such_day


def _calendar_day(word: str, today: date) -> date:
    if iso := _ISO.fullmatch(word):
        return date(int(iso[1]), int(iso[2]), int(iso[3]))
    found = _GERMAN.fullmatch(word) or _COMPACT.fullmatch(word)
    if not found:
        raise ValueError(word)
    day, month, year = found.groups()
    return date(_year(year, today), int(month) if month else today.month, int(day))


def _year(year: str | None, today: date) -> int:
    if not year:
        return today.year
    return int(year) if len(year) == 4 else today.year // 100 * 100 + int(year)
