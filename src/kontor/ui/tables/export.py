"""Tables as files: CSV and XLSX of the whole filter, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Literal

import xlsxwriter
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse
from django.utils.text import slugify
from django.utils.translation import gettext as _

from kontor.core.money import major_units
from kontor.ui.tables.columns import Column
from kontor.ui.tables.table import Table

_DANGEROUS = "=+-@\t\r\n"
_CHUNK = 2_000
_MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
SPOOL_BYTES_MAX = 5 * 1024**2


def guarded(text: str) -> str:
    """Return `text` so that no spreadsheet takes it for a formula (OWASP: CSV injection).

    A text whose first sign after blanks is = + - @, a control sign, or their full-width form gets an apostrophe.
    """
    start = unicodedata.normalize("NFKC", text.lstrip(" \u00a0\u3000"))[:1]
    return f"'{text}" if start and start in _DANGEROUS else text


def export_response(table: Table[Any], fmt: Literal["csv", "xlsx"]) -> HttpResponse | FileResponse:
    """Return the whole filter of `table` as a file to download.

    It is written here and now, row by row: a stream would ask for rows when the door's transaction is over. What is
    larger than `SPOOL_BYTES_MAX` waits in a temporary file, so that memory does not grow with the rows.
    """
    name = f"{slugify(table.label) or 'export'}.{fmt}"
    file = SpooledTemporaryFile(max_size=SPOOL_BYTES_MAX)  # noqa: SIM115  # the response closes it
    _write[fmt](table, file)
    is_large = file.tell() > SPOOL_BYTES_MAX
    file.seek(0)
    if is_large:
        return FileResponse(file, as_attachment=True, filename=name, content_type=_MEDIA_TYPES[fmt])
    with file:
        response = HttpResponse(file.read(), content_type=_MEDIA_TYPES[fmt])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _heads(table: Table[Any]) -> list[str]:
    has_currency = any(column.kind == "amount" for column in table.columns)
    labels = [label for column in table.columns for label in (column.label, column.sub_label)[: _width(column)]]
    return [guarded(label) for label in labels] + ([_("Currency")] if has_currency else [])


def _width(column: Column[Any]) -> int:
    """Return how many columns of a file a column fills: two where it names what stands below its cells."""
    return 2 if column.sub and column.sub_label else 1


def _rows(table: Table[Any]) -> Iterator[list[Any]]:
    rows: Iterable[Any] = table.rows
    if isinstance(rows, QuerySet):
        # `.iterator()` would read them all first: cursors of the server are off in the settings, because they do not
        # outlive a transaction behind a pool; here they do not have to.
        rows = rows._iterator(use_chunked_fetch=True, chunk_size=_CHUNK)  # type: ignore[attr-defined]  # noqa: SLF001
    for row in rows:
        yield [cell for column in table.columns for cell in _cells(table, column, row)] + _currency_cell(table, row)


def _cells(table: Table[Any], column: Column[Any], row: Any) -> Iterator[Any]:
    yield _plain(table, column, row)
    if column.sub and column.sub_label:
        yield guarded(column.sub(row) or "")


def _currency_cell(table: Table[Any], row: Any) -> list[str]:
    amounts = [column for column in table.columns if column.kind == "amount"]
    return [_currency(table, amounts[0], row)] if amounts else []


def _currency(table: Table[Any], column: Column[Any], row: Any) -> str:
    return column.currency(row) if column.currency else table.currency


def _plain(table: Table[Any], column: Column[Any], row: Any) -> Any:
    """Return the cell as Decimal, int, date or guarded text."""
    value = column.read(row)
    if value is None or value == "–":
        return ""
    if column.kind == "amount":
        return major_units(value, _currency(table, column, row))
    if isinstance(value, int | Decimal | date) and not isinstance(value, bool | datetime):
        return value
    text = _(str(value.word)) if hasattr(value, "word") else str(value)
    return guarded(text)


def _write_csv(table: Table[Any], file: IO[bytes]) -> None:
    for line in _csv_lines(table):
        file.write(line.encode())


def _csv_lines(table: Table[Any]) -> Iterator[str]:
    yield "\ufeff" + _csv_line(_heads(table))
    decimal_mark = "." if table.region == "CH" else ","
    for cells in _rows(table):
        yield _csv_line([_csv_cell(cell, decimal_mark) for cell in cells])


def _csv_cell(cell: Any, decimal_mark: str) -> str:
    return format(cell, "f").replace(".", decimal_mark) if isinstance(cell, Decimal) else str(cell)


def _csv_line(cells: list[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=";", lineterminator="\r\n").writerow(cells)
    return buffer.getvalue()


def _write_workbook(table: Table[Any], file: IO[bytes]) -> None:
    """Write row by row in constant memory; amounts are numbers, days are dates, texts never formulas."""
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(file, options)
    sheet = book.add_worksheet(table.label[:31].translate(str.maketrans("", "", "[]:*?/\\")) or "Kontor")
    bold = book.add_format({"bold": True, "bottom": 1})
    formats = {
        Decimal: book.add_format({"num_format": "#,##0.00"}),
        date: book.add_format({"num_format": "dd.mm.yyyy"}),
    }
    sheet.freeze_panes(1, 0)
    widths = [14 if column.is_figure else 28 for column in table.columns for _part in range(_width(column))]
    for index, width in enumerate(widths):
        sheet.set_column(index, index, width)
    for index, head in enumerate(_heads(table)):
        sheet.write_string(0, index, head, bold)
    for number, cells in enumerate(_rows(table), start=1):
        for index, cell in enumerate(cells):
            _write_cell(sheet, number, index, cell, formats)
    book.close()
    file.seek(0, io.SEEK_END)


def _write_cell(sheet: Any, number: int, index: int, cell: Any, formats: dict[type, Any]) -> None:
    if isinstance(cell, Decimal):
        sheet.write_number(number, index, cell, formats[Decimal])
    elif isinstance(cell, date):
        sheet.write_datetime(number, index, datetime(cell.year, cell.month, cell.day), formats[date])  # noqa: DTZ001  # a day
    elif isinstance(cell, int):
        sheet.write_number(number, index, cell)
    else:
        sheet.write_string(number, index, cell)


_write: dict[str, Callable[[Table[Any], IO[bytes]], None]] = {"csv": _write_csv, "xlsx": _write_workbook}
