"""Recognise the CSV exports of common banks by the titles of their columns, and see any other as a table."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from kontor.banking.formats.csvprofile import (
    DATE_FORMATS,
    DELIMITERS,
    CsvProfile,
    compact_title,
    looks_like_amount,
    looks_like_day,
    looks_like_figure,
    shape_of,
)
from kontor.banking.formats.csvtitles import columns_of, is_complete

_HEAD_LINES = 40
_ROWS = 120
SAMPLE_BYTES = 65_536
_OWN_IBAN = re.compile(r"\b([A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?)\b")
_IBAN = re.compile(r"\s*[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}\s*")


class Row(NamedTuple):
    """A line of the table: the number of its last line in the file, and its cells."""

    line: int
    cells: list[str]


def sniff_csv(content: bytes) -> CsvProfile | None:
    """Return the profile of a CSV export (whole file or its first 64 KB), None if its titles are unknown.

    Asked for are a line of titles with a booking day and an amount (or debit and credit), and a line below it
    whose day can be read.
    """
    text, encoding = decoded_start(content)
    for delimiter in DELIMITERS:
        rows = table_rows(text, delimiter=delimiter)
        for index, row in enumerate(rows[:_HEAD_LINES]):
            titles = [compact_title(title) for title in row.cells]
            columns = columns_of(titles)
            if is_complete(columns) and index + 1 < len(rows):
                return _known(columns, rows, index=index, delimiter=delimiter, encoding=encoding)
    return None


def guess_csv(content: bytes) -> CsvProfile | None:
    """Return what a table nobody knows looks like, None for anything that is no list of days and amounts.

    Delimiter, encoding, titles, date format and decimal sign are what the content shows; the columns are
    guesses by title and content, for a person to look at. `booking_date` is -1 if no column looks like it.
    """
    text, encoding = decoded_start(content)
    if "\0" in text[:1000]:
        return None
    found = [guess for delimiter in DELIMITERS if (guess := _guess(text, delimiter=delimiter, encoding=encoding))]
    return max(found, key=lambda guess: len(guess.roles), default=None)


def match_csv(content: bytes, profiles: Sequence[CsvProfile]) -> CsvProfile | None:
    """Return the saved profile whose titles (or, without titles, whose shape) the file has, None if there is none.

    Lines above the titles may be more or fewer than when the profile was saved; the returned profile fits the
    file, also in its encoding.
    """
    text, seen = decoded_start(content)
    tables = {delimiter: table_rows(text, delimiter=delimiter) for delimiter in {one.delimiter for one in profiles}}
    for profile in profiles:
        line = _line_of(tables[profile.delimiter], profile)
        if line is not None:
            encoding = seen if seen == "utf-16" or profile.encoding in {"utf-8", "utf-16"} else profile.encoding
            return replace(profile, skip_rows=line, encoding=encoding, account=_own(text, line))
    return None


def arrange_csv(content: bytes, *, delimiter: str, encoding: str, title_line: int) -> CsvProfile:
    """Return what the table looks like when a person says how it is cut; `title_line` 0 means no titles."""
    text = content[:SAMPLE_BYTES].decode(encoding, errors="replace").lstrip("\ufeff")
    rows = table_rows(text, delimiter=delimiter)
    titled = next((index for index, row in enumerate(rows) if row.line == title_line), None)
    first = next((index for index, row in enumerate(rows) if _is_data(row.cells)), 0) if titled is None else titled + 1
    return _described(text, rows, first=first, is_titled=titled is not None, delimiter=delimiter, encoding=encoding)


def sample_rows(content: bytes, *, delimiter: str, encoding: str) -> list[Row]:
    """Return the first lines of the file, cut as the person wants them cut."""
    return table_rows(content[:SAMPLE_BYTES].decode(encoding, errors="replace").lstrip("\ufeff"), delimiter=delimiter)


def decoded_start(content: bytes) -> tuple[str, str]:
    """Return the first 64 KB as text, and the encoding that they are in."""
    content = content[:SAMPLE_BYTES]
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace"), "utf-16"
    try:
        # The cut at 64 KB may fall into a sign; up to three bytes of it are left out.
        return content[: len(content) - _partial(content)].decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace"), "cp1252"


def table_rows(text: str, *, delimiter: str) -> list[Row]:
    """Return the first filled lines of the table; what the reader cannot cut ends it."""
    lines = (line.replace("\0", "") for line in io.StringIO(text, newline=""))
    reader = csv.reader(lines, delimiter=delimiter)
    rows: list[Row] = []
    try:
        for cells in islice(reader, 2 * _ROWS):
            if any(cell.strip() for cell in cells):
                rows.append(Row(reader.line_num, cells))
            if len(rows) == _ROWS:
                break
    except csv.Error:
        pass
    return rows


def date_format_of(days: Sequence[str]) -> str | None:
    """Return the first known way in which all of `days` can be read."""
    return next((one for one in DATE_FORMATS if days and all(_fits(day, one) for day in days)), None)


def decimal_of(cells: Sequence[str]) -> str:
    """Return the decimal sign: the last one of comma and dot that stands before one or two digits."""
    for cell in cells:
        found = re.search(r"([.,])\d{1,2}(?!\d)(?![.,])", cell)
        if found:
            return found[1]
    return ","


def _partial(content: bytes) -> int:
    for size in (1, 2, 3):
        lead = content[-size : len(content) - size + 1 or None][:1]
        if lead >= b"\xc0":
            return size
        if lead < b"\x80":
            return 0
    return 0


def _known(
    columns: dict[str, int | tuple[int, ...]], rows: list[Row], *, index: int, delimiter: str, encoding: str
) -> CsvProfile | None:
    below = [row.cells for row in rows[index + 1 :]]
    date_format = date_format_of([day for day in _column(below, columns["booking_date"]) if looks_like_day(day)][:20])
    if date_format is None:
        return None
    titles = tuple(compact_title(title) for title in rows[index].cells)
    figures = [cell for role in ("amount", "credit", "debit") for cell in _column(below, columns.get(role))]
    return CsvProfile(
        name=delimiter.join(titles)[:200],
        delimiter=delimiter,
        encoding=encoding,
        skip_rows=rows[index].line,
        date_format=date_format,
        decimal=decimal_of(figures),
        default_currency="CHF" if any("chf" in title for title in titles) else "EUR",
        account=_own("\n".join(";".join(row.cells) for row in rows[:index]), None),
        titles=titles,
        **columns,  # type: ignore[arg-type]  # the keys are fields of the profile, see csvtitles
    )


def _column(rows: Sequence[Sequence[str]], column: int | tuple[int, ...] | None) -> list[str]:
    if not isinstance(column, int):
        return []
    return [text for row in rows if column < len(row) and (text := row[column].strip())]


def _own(text: str, lines: int | None) -> str | None:
    head = text if lines is None else "\n".join(text.splitlines()[: max(lines - 1, 0)])
    found = _OWN_IBAN.search(head)
    return found[1].replace(" ", "") if found else None


def _fits(text: str, date_format: str) -> bool:
    try:
        datetime.strptime(text.split(" ", maxsplit=1)[0][:10], date_format)  # noqa: DTZ007  # a day has no zone
    except ValueError:
        return False
    return True


def _line_of(rows: Sequence[Row], profile: CsvProfile) -> int | None:
    """Return the line of the titles, None if the file is another one."""
    if profile.titles:
        for row in rows[:_HEAD_LINES]:
            if tuple(compact_title(title) for title in row.cells) == profile.titles:
                return row.line
        return None
    first = next((row for row in rows if row.line > profile.skip_rows), None)
    return profile.skip_rows if first and shape_of(first.cells) == profile.shape else None


def _guess(text: str, *, delimiter: str, encoding: str) -> CsvProfile | None:
    rows = table_rows(text, delimiter=delimiter)
    first = next((index for index, row in enumerate(rows) if _is_data(row.cells)), None)
    if first is None:
        return None
    width = len(rows[first].cells)
    is_titled = first > 0 and len(rows[first - 1].cells) >= width - 1 and _are_titles(rows[first - 1].cells)
    return _described(text, rows, first=first, is_titled=is_titled, delimiter=delimiter, encoding=encoding)


def _described(
    text: str, rows: Sequence[Row], *, first: int, is_titled: bool, delimiter: str, encoding: str
) -> CsvProfile:
    """Return what titles and content say about the table whose first transaction is `rows[first]`."""
    width = max((len(row.cells) for row in rows[first : first + 1]), default=0)
    titles = tuple(compact_title(title) for title in rows[first - 1].cells) if is_titled else ()
    data = [row.cells for row in rows[first:] if len(row.cells) >= width - 1]
    columns = columns_of(titles) if titles else {}
    _by_content(columns, data, width=width)
    above = rows[first - 1].line if is_titled else rows[first].line - 1 if first < len(rows) else 0
    booked = columns.pop("booking_date", -1)
    days = [day for day in _column(data, booked) if looks_like_day(day)]
    return CsvProfile(
        name="",
        delimiter=delimiter,
        encoding=encoding,
        skip_rows=above,
        booking_date=booked if isinstance(booked, int) else -1,
        date_format=date_format_of(days[:20]) or DATE_FORMATS[0],
        decimal=decimal_of([cell for row in data for cell in row if looks_like_amount(cell)]),
        default_currency="CHF" if any("chf" in title for title in titles) else "EUR",
        account=_own(text, above),
        titles=titles,
        shape="" if titles or first >= len(rows) else shape_of(rows[first].cells),
        **columns,  # type: ignore[arg-type]  # the keys are fields of the profile, see csvtitles
    )


def _is_data(cells: Sequence[str]) -> bool:
    return len(cells) >= 2 and any(map(looks_like_day, cells)) and any(map(looks_like_figure, cells))


def _are_titles(cells: Sequence[str]) -> bool:
    return not any(looks_like_day(cell) or looks_like_figure(cell) for cell in cells) and sum(map(bool, cells)) > 1


def _by_content(columns: dict[str, int | tuple[int, ...]], rows: Sequence[Sequence[str]], *, width: int) -> None:
    """Fill the meanings that no title gave, by what the cells look like."""
    taken = {column for found in columns.values() for column in (found if isinstance(found, tuple) else (found,))}
    cells = {index: _column(rows, index) for index in range(width) if index not in taken}
    days = [index for index, found in cells.items() if found and all(map(looks_like_day, found))]
    if "booking_date" not in columns and days:
        columns["booking_date"] = days.pop(0)
    if "value_date" not in columns and days:
        columns["value_date"] = days.pop(0)
    if not columns.keys() & {"amount", "debit", "credit"}:
        amount = next((i for i, found in cells.items() if found and all(map(looks_like_amount, found))), None)
        if amount is not None:
            columns["amount"] = amount
    ibans = [index for index, found in cells.items() if found and all(map(_IBAN.fullmatch, found))]
    if "counterparty_iban" not in columns and ibans:
        columns["counterparty_iban"] = ibans[0]
    used = {column for column in columns.values() if isinstance(column, int)}
    words = [
        index for index, found in cells.items()
        if index not in used and _length(found) > 8 and not any(looks_like_day(one) or looks_like_figure(one) for one in found)
    ]  # fmt: skip
    if "texts" not in columns and words:
        columns["texts"] = (max(words, key=lambda index: _length(cells[index])),)


def _length(cells: Sequence[str]) -> float:
    return sum(map(len, cells)) / len(cells) if cells else 0.0
