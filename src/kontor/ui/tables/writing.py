"""The rows of a table as HTML: one writer per column, chosen once, so that a cell costs no template."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.template import Context
from django.template.loader import get_template
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kontor.core.figures import amount_writer, format_day
from kontor.ui.marks import Mark
from kontor.ui.quick_html import escaped, quoted
from kontor.ui.tables.columns import Column
from kontor.ui.tags.signs import chip, icon, status

if TYPE_CHECKING:
    from kontor.ui.tables.shown import Condition, Head
    from kontor.ui.tables.table import Table

NONE = "–"


def rows_of(table: Table[Any]) -> SafeString:
    """Return the page's rows."""
    writers = [_cell_writer(table, column) for column in table.columns]
    openings = ['<th scope="row">', *(f'<td class="{_classes(column)}">' for column in table.columns[1:])]
    closings = ["</th>", *("</td>" for _column in table.columns[1:])]
    cells = list(zip(openings, writers, closings, strict=True))
    choose = _chooser(table)
    return SafeString(
        "".join(
            [
                f"<tr data-row>{choose(row)}{''.join([start + write(row) + end for start, write, end in cells])}</tr>\n"
                for row in table.page.object_list
            ]
        )
    )


def heads_of(table: Table[Any]) -> SafeString:
    """Return the heads of the columns with their sort links."""
    return SafeString("".join([_head(head) for head in table.heads]))


def choices_of(condition: Condition) -> SafeString:
    """Return the choices of one condition of the filter sentence; an account filter has hundreds."""
    check = f'<span class="k-sp">{icon("check")}</span>'
    return SafeString(
        "".join(
            [
                f'<li><a href="{quoted(option.url)}" aria-current="true">{escaped(option.label)}{check}</a></li>'
                if option.is_current
                else f'<li><a href="{quoted(option.url)}">{escaped(option.label)}</a></li>'
                for option in condition.options
            ]
        )
    )


def _head(head: Head) -> str:
    column, order = head.column, head.order
    words = escaped(column.label)
    if column.sort:
        arrow = icon({"ascending": "arrow-up", "descending": "arrow-down"}.get(order, "arrow-up-down"))
        words = f'<a class="k-sort" href="{quoted(head.url)}">{words}{arrow}</a>'
    sorted_by = f' aria-sort="{order}"' if order else ""
    return f'<th scope="col" class="{_classes(column)}"{sorted_by}>{words}</th>'


def _classes(column: Column[Any]) -> str:
    return ("k-num" if column.is_figure else "") + (" k-hide-m" if column.hide_mobile else "")


def _chooser(table: Table[Any]) -> Callable[[Any], str]:
    if not table.bulk:
        return lambda _row: ""
    before, _name, after = _("Select %(what)s").partition("%(what)s")
    return lambda row: (
        f'<td class="k-cbc"><input class="k-cb" type="checkbox" name="ids" value="{escaped(table.row_id(row))}" '
        f'aria-label="{before}{escaped(table.row_label(row))}{after}"></td>'
    )


def _cell_writer(table: Table[Any], column: Column[Any]) -> Callable[[Any], str]:
    read = _reader(column)
    if column.html is not None:
        return column.html
    if column.template:
        return _template_writer(table, column.template, read)
    show = _shower(table, column)
    href, is_strong, sub, phone_sub = column.href, column.is_strong, column.sub, column.phone_sub
    if href is None and not (is_strong or sub or phone_sub):
        return _plain_writer(read, show)
    small = '<small class="k-desk">' if phone_sub else "<small>"

    def write(row: Any) -> str:
        value = read(row)
        shown = NONE if value is None or value == "" else show(row, value)
        if href is not None and (url := href(row)):
            shown = f'<a class="k-a" href="{escaped(url)}">{shown}</a>'
        if is_strong:
            shown = f"<b>{shown}</b>"
        if sub:
            shown += f"{small}{escaped(sub(row))}</small>"
        if phone_sub:
            shown += f'<small class="k-only-mb">{escaped(phone_sub(row))}</small>'
        return shown

    return write


def _plain_writer(read: Callable[[Any], Any], show: Callable[[Any, Any], str]) -> Callable[[Any], str]:
    def write(row: Any) -> str:
        value = read(row)
        return NONE if value is None or value == "" else show(row, value)

    return write


def _reader(column: Column[Any]) -> Callable[[Any], Any]:
    if column.value is not None:
        return column.value
    return column.read if "__" in column.key else _attribute(column.key)


def _attribute(name: str) -> Callable[[Any], Any]:
    def read(row: Any) -> Any:
        found = row[name] if isinstance(row, dict) else getattr(row, name)
        return found() if callable(found) else found

    return read


def _shower(table: Table[Any], column: Column[Any]) -> Callable[[Any, Any], str]:
    """Return what writes a value that is there."""
    match column.kind:
        case "amount":
            region, base, currency = table.region, table.currency, column.currency
            if currency is None:
                write = amount_writer(base, region)
                return lambda _row, value: write(value)
            return lambda row, value: amount_writer(currency(row), region)(value)
        case "day":
            return _day_writer(get_language() or "de")
        case "status":
            return _mark_writer(status)
        case "chip":
            return _mark_writer(_chip)
        case _:
            return lambda _row, value: escaped(value)


def _day_writer(language: str) -> Callable[[Any, Any], str]:
    """Return a writer of days: a list says the same few again and again."""
    known: dict[Any, str] = {}

    def write(_row: Any, value: Any) -> str:
        if (found := known.get(value)) is None:
            found = known[value] = quoted(format_day(value, language=language))
        return found

    return write


def _mark_writer(draw: Callable[[Mark], str]) -> Callable[[Any, Any], str]:
    """Return a writer that draws each mark once: a table has few of them."""
    drawn: dict[Mark, str] = {}

    def write(_row: Any, value: Any) -> str:
        if not isinstance(value, Mark):
            return escaped(value)
        if (known := drawn.get(value)) is None:
            known = drawn[value] = escaped(draw(value))
        return known

    return write


def _chip(mark: Mark) -> str:
    return chip(mark) if mark.word else NONE


def _template_writer(table: Table[Any], name: str, read: Callable[[Any], Any]) -> Callable[[Any], str]:
    template: Any = get_template(name)
    context = Context({"request": table.request}, autoescape=True)

    def write(row: Any) -> str:
        with context.push(row=row, value=read(row)):
            return str(template.template.render(context))

    return write
