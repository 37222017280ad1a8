"""A table as HTML: its filter sentence, rows, totals, pager and bulk bar; written, as every list has one."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext

from kontor.core.figures import format_amount
from kontor.ui.quick_html import escaped, form_key_field, quoted
from kontor.ui.tables.columns import Column
from kontor.ui.tables.writing import choices_of, heads_of, rows_of
from kontor.ui.tags.signs import icon
from kontor.ui.words import Words, kept_words

if TYPE_CHECKING:
    from kontor.ui.tables.shown import Condition
    from kontor.ui.tables.table import Table

MANY = 25


def table_html(table: Table[Any], *, form_key: object) -> SafeString:
    """Return the whole table; `form_key` goes with what is sent from it."""
    words, name = kept_words(), quoted(table.name)
    listed = _list(table, words, form_key) if table.count else _nothing(table)
    return SafeString(
        f'<k-list data-list="{name}"><div class="k-stack" id="{name}">\n'
        f'<form class="k-filter" role="search" method="get">\n'
        f"{_search(table, words) if table.has_search else ''}\n{_kept_in_address(table)}\n{_sentence(table, words)}\n"
        f"{_exports(table, words) if table.exports and table.count else ''}\n</form>\n{listed}\n</div></k-list>\n"
    )


def _nothing(table: Table[Any]) -> str:
    """Return what stands in place of rows."""
    return render_to_string("ui/table_nothing.html", {"table": table, "request": table.request}).removesuffix("\n")


def _search(table: Table[Any], words: Words) -> str:
    name, path = quoted(table.name), quoted(table.request.path)
    return (
        f'<label class="k-find k-w-s k-grow">{icon("search")}<span class="k-vh">'
        f'{words[_("Search %(what)s")] % {"what": escaped(table.label)}}</span><input type="search" name="q" '
        f'value="{quoted(table.q)}" placeholder="{escaped(table.search_hint)}" autocomplete="off" data-key="/" hx-get="{path}" '
        f'hx-include="closest form" hx-trigger="input changed delay:300ms" hx-sync="this:replace" hx-target="#{name}" hx-select="#{name}" '
        'hx-swap="outerMorph" hx-push-url="true"></label>'
    )  # fmt: skip


def _kept_in_address(table: Table[Any]) -> str:
    """Return the conditions, order and size that a new search keeps."""
    asked = table.request.GET
    kept = [(each.key, each.value) for each in table.conditions if each.is_set]
    kept += [("sort", table.sort)] if asked.get("sort") else []
    kept += [("rows", str(table.size))] if asked.get("rows") else []
    return "".join([f'<input type="hidden" name="{quoted(key)}" value="{quoted(value)}">' for key, value in kept])


def _sentence(table: Table[Any], words: Words) -> str:
    if not table.filters:
        return '<span class="k-grow"></span>'
    reset = (
        f'<a class="k-token is-add" href="{quoted(table.reset_url)}">{icon("x")}{words[_("Reset")]}</a>'
        if table.has_filter
        else ""
    )
    conditions = "".join([_condition(each) for each in table.conditions])
    return f'<div class="k-sentence k-grow">{escaped(table.sentence)}{conditions}{reset}</div>'


def _condition(condition: Condition) -> str:
    return (
        f'<details class="k-pop"><summary class="k-token{" is-set" if condition.is_set else ""}">{escaped(condition.words)}'
        f'{icon("chevron-down")}</summary><ul class="k-menu">{choices_of(condition)}</ul></details>'
    )  # fmt: skip


def _exports(table: Table[Any], words: Words) -> str:
    return (
        f'<details class="k-pop k-pop-end k-desk"><summary class="k-btn">{icon("download")}{words[_("Export")]}</summary>'
        f'<ul class="k-menu"><li><a href="{quoted(table.xlsx_url)}" download>{icon("file-spreadsheet")}{words[_("Excel (XLSX)")]}'
        f'</a></li><li><a href="{quoted(table.csv_url)}" download>{icon("file-text")}{words[_("CSV")]}</a></li></ul></details>'
    )


def _list(table: Table[Any], words: Words, form_key: object) -> str:
    all_rows = ""
    once = ""
    if table.bulk:
        once = f'<input type="hidden" name="once_each" value="{secrets.token_urlsafe(12)}">'
        all_rows = (
            '<th class="k-cbc" scope="col"><input class="k-cb" type="checkbox" data-all '
            f'aria-label="{words[_("Select all on this page")]}"></th>'
        )
    label = escaped(table.label)
    shown = {"label": label, "n": len(table.page.object_list), "count": table.count}
    return (
        f'<form method="post" class="k-stack">{form_key_field(form_key)}{once}<input type="hidden" name="all" value="">\n'
        f'<section class="k-card" aria-label="{label}"><div class="k-tablew"><table class="k-table"><caption class="k-vh">'
        f'{words[_("%(label)s, %(n)s of %(count)s")] % shown}</caption>\n'
        f"<thead><tr>{all_rows}{heads_of(table)}</tr></thead>\n<tbody>{rows_of(table)}</tbody>\n{_totals(table, words)}\n"
        f"</table></div>\n{_pager(table, words)}</section>\n{_bulk(table, words)}\n</form>\n"
    )  # fmt: skip


def _totals(table: Table[Any], words: Words) -> str:
    totals = table.totals
    if not totals:
        return ""
    rows = ngettext("%(n)s row", "%(n)s rows", table.count) % {"n": table.count}
    choose = '<td class="k-cbc"></td>' if table.bulk else ""
    first = f'<th scope="row">{words[_("Total")]} <span class="k-sub">{rows}</span></th>'
    cells = "".join([_total(table, column, totals) for column in table.columns[1:]])
    return f"<tfoot><tr>{choose}{first}{cells}</tr></tfoot>"


def _total(table: Table[Any], column: Column[Any], totals: dict[str, int]) -> str:
    css = ("k-num" if column.is_figure else "") + (" k-hide-m" if column.hide_mobile else "")
    return f'<td class="{css}">{_sum(table, column, totals[column.key]) if column.key in totals else ""}</td>'


def _sum(table: Table[Any], column: Column[Any], value: int) -> str:
    return format_amount(value, currency=table.currency, region=table.region) if column.kind == "amount" else str(value)


def _pager(table: Table[Any], words: Words) -> str:
    return (
        f'<nav class="k-pager" aria-label="{words[_("Pages")]}"><span aria-live="polite">{_range(table, words)}</span>\n'
        f"{_sizes(table, words) if table.count > MANY else ''}\n{_pages(table, words)}</nav>"
    )


def _range(table: Table[Any], words: Words) -> str:
    if said := table.range_words:
        return escaped(said)
    page = table.page
    facts = {"first": page.start_index(), "last": page.end_index(), "count": table.count}
    return words[_("%(first)s–%(last)s of %(count)s")] % facts


def _sizes(table: Table[Any], words: Words) -> str:
    choices = "".join(
        [
            f'<li><a href="{quoted(url)}"{' aria-current="true"' if is_current else ""}>{size}</a></li>'
            for size, url, is_current in table.size_urls
        ]
    )
    return (
        f'<details class="k-pop k-pop-up k-desk"><summary class="k-btn k-btn-s">{words[_("%(n)s rows")] % {"n": table.size}}'
        f'{icon("chevron-down")}</summary><ul class="k-menu">{choices}</ul></details>'
    )  # fmt: skip


def _pages(table: Table[Any], words: Words) -> str:
    if not _has_more(table):
        return ""
    steps = "".join(
        [
            f'<li><a href="{quoted(url)}"{' aria-current="page"' if is_current else ""}>{quoted(number)}</a></li>'
            if url
            else f"<li><span>{quoted(number)}</span></li>"
            for number, url, is_current in table.pages
        ]
    )
    back = _step(table.previous_url, "prev", words[_("Previous page")], "chevron-left")
    return f"<ol>{back}{steps}{_step(table.next_url, 'next', words[_('Next page')], 'chevron-right')}</ol>"


def _step(url: str, rel: str, label: str, sign: str) -> str:
    return f'<li><a href="{quoted(url)}" rel="{rel}" aria-label="{label}">{icon(sign)}</a></li>' if url else ""


def _has_more(table: Table[Any]) -> bool:
    """Tell whether there are other pages; a page of Django's is asked, one by key says it."""
    found: bool | Callable[[], bool] = table.page.has_other_pages
    return found() if callable(found) else found


def _bulk(table: Table[Any], words: Words) -> str:
    if not table.bulk:
        return ""
    count = table.count
    everything = (
        f'<button type="button" class="k-link" data-everything>{words[_("Select all %(count)s")] % {"count": count}}</button>'
        if _has_more(table)
        else ""
    )
    actions = "".join(
        [
            f'<button class="k-btn{" k-desk" if action.hide_mobile else ""}" type="submit" '
            f'formaction="{escaped(action.url)}">{icon(action.icon)}{escaped(action.label)}</button>'
            for action in table.bulk
        ]
    )
    return (
        f'<section class="k-bulk" aria-label="{words[_("Selection")]}" data-bulk data-total="{count}" '
        f'data-words="{words[_("{n} chosen")]}"><p><b data-count>{words[_("Chosen rows")]}</b></p>{everything}{actions}'
        f'<button type="reset" class="k-btn k-btn-i k-btn-g" aria-label="{words[_("Clear selection")]}">{icon("x")}</button>'
        "</section>"
    )
