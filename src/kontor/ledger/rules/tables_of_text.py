"""Small tables as people paste them from a spreadsheet or send them as CSV."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import StringIO

from kontor.core.refusal import Refusal, gettext_noop


class NotText(Refusal):
    """The bytes are neither UTF-8 nor what Excel writes on Windows."""

    sentence = gettext_noop("The file is not readable as text. Please save it as “CSV UTF-8” and try again.")


class NothingToRead(Refusal):
    """No row below the first line."""

    sentence = gettext_noop("There is no row to read. The first line names the columns, the rows follow below it.")


class ColumnsNotNamed(Refusal):
    """The first line lacks columns."""

    sentence = gettext_noop("The first line must name the columns. Missing: %(columns)s.")


class RowsTooMany(Refusal):
    """More rows than one preview can show."""

    sentence = gettext_noop("There are more than %(rows)s rows. Please divide the file.")


@dataclass(frozen=True, slots=True)
class TextRow:
    """A row by column name; `line` counts from 1, the first line names the columns."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TextTable:
    """The rows of a pasted table; `decimal_mark` is what its separator makes likely."""

    rows: tuple[TextRow, ...]
    decimal_mark: str


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with a line."""

    line: int
    refusal: Refusal


def decoded(source: bytes) -> str:
    """Return the text of a file: UTF-8, else Windows-1252 as spreadsheets write it.  Raises: NotText."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = source.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise NotText


def read_table(
    text: str, *, columns: Mapping[str, Sequence[str]], needed: Sequence[str], rows_max: int, decimal_mark: str
) -> TextTable:
    """Read a table whose first line names the columns; `columns` gives each name with its other spellings.

    Separators are tab, semicolon or comma. With a comma between the cells decimals have a point, otherwise
    `decimal_mark`. Columns that nobody knows are passed over.

    Raises:
        ColumnsNotNamed, NothingToRead, RowsTooMany
    """
    lines = text.lstrip("\ufeff").strip("\r\n")
    first = lines.partition("\n")[0]
    delimiter = next((mark for mark in "\t;" if mark in first), ",")
    reader = csv.reader(StringIO(lines, newline=""), delimiter=delimiter)
    names = [_named(cell, columns) for cell in next(reader, [])]
    missing = [name for name in needed if name not in names]
    if missing:
        raise ColumnsNotNamed(columns=", ".join(missing))
    rows = [
        TextRow(line, {name: cell.strip() for name, cell in zip(names, cells, strict=False) if name})
        for line, cells in enumerate(reader, start=2)
        if any(cell.strip() for cell in cells)
    ]
    if not rows:
        raise NothingToRead
    if len(rows) > rows_max:
        raise RowsTooMany(rows=rows_max)
    return TextTable(tuple(rows), "." if delimiter == "," else decimal_mark)


def _named(cell: str, columns: Mapping[str, Sequence[str]]) -> str:
    word = cell.strip().casefold()
    return next((name for name, others in columns.items() if word == name or word in others), "")
