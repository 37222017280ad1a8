"""The pages of a receipt with what was read from them, as HTML: written, not rendered, as every receipt of a day is opened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kontor.receipts.desk.detail import Page
from kontor.receipts.desk.marks import Mark, ReadValue
from kontor.ui.addresses import address
from kontor.ui.quick_html import quoted as escape
from kontor.ui.tags.signs import icon

_ICONS = {"qr": "qr-code", "ocr": "scan-text"}
_KINDS = {"xml": " <em>XML</em>", "qr": " <em>QR</em>"}


def found_of(values: Iterable[ReadValue]) -> SafeString:
    """Return the bar of what was read; a button shows where each value stands."""
    differs = escape(_("differs from the form"))
    return SafeString("".join([_found(value, differs) for value in values]))


def _found(value: ReadValue, differs: str) -> str:
    label, shown, origin = escape(value.label), escape(value.shown), escape(value.origin)
    off, more = ("", "") if value.agrees else (" is-off", f", {differs}")
    return (
        f'<li><button type="button" class="k-found{off}" data-show="{value.input}" aria-label="{label}: {shown}, {origin}{more}" '
        f'title="{shown} · {origin}">{icon(_ICONS.get(value.code, "file-text"))}{label}{_KINDS.get(value.code, "")}</button></li>'
    )


def pages_of(pages: Sequence[Page], *, code: str, title: str) -> SafeString:
    """Return the pages with the places of what was read; `code` is the tenant's."""
    named = _("Page %(n)s of %(title)s")
    return SafeString(
        "".join([_page(page, code, escape(named % {"n": page.number, "title": title})) for page in pages])
    )


def _page(page: Page, code: str, named: str) -> str:
    picture, number = page.picture, page.number
    if picture is None:
        words = escape(_("This file has no picture. Please open the original."))
        return (
            f'<div class="k-nopic" id="page-{number}" data-number="{number}">{icon("file-text", "m")}'
            f'<p><b>{escape(page.file.name)}</b></p><p class="k-sub">{words}</p></div>'
        )
    source = address("documents:picture", tenant=code, file_id=page.file.id, picture_id=picture.picture_id)
    later = "" if number == 1 else ' loading="lazy"'
    boxes = ""
    if page.marks:
        boxes = (
            f'<svg class="k-boxes" viewBox="0 0 {picture.width} {picture.height}" preserveAspectRatio="none" '
            f'aria-hidden="true">{"".join(map(_mark, page.marks))}</svg>'
        )
    return (
        f'<figure id="page-{number}" data-number="{number}" data-page-key="{escape(page.key)}"><img src="{escape(source)}" '
        f'width="{picture.width}" height="{picture.height}" alt="{named}"{later}>{boxes}</figure>'
    )


def _mark(mark: Mark) -> str:
    off = "" if mark.agrees else " is-off"
    sign = f'<text x="{mark.x}" y="{mark.y}" dy="-6">QR</text>' if mark.code == "qr" else ""
    return (
        f'<g class="k-mark is-{escape(mark.code)}{off}" data-fields="{mark.inputs}"><title>{escape(mark.words)}</title>'
        f'<rect class="k-box" x="{mark.x}" y="{mark.y}" width="{mark.width}" height="{mark.height}" rx="4"/>{sign}</g>'
    )


def thumbs_of(pages: Sequence[Page], *, code: str) -> SafeString:
    """Return the pages small, as links to the large ones."""
    named = _("Page %(n)s")
    return SafeString("".join([_thumb(page, code, escape(named % {"n": page.number})) for page in pages]))


def _thumb(page: Page, code: str, named: str) -> str:
    current = ' aria-current="true"' if page.number == 1 else ""
    drawn: str = icon("file-text", "m")
    if page.picture is not None:
        source = address("documents:picture", tenant=code, file_id=page.file.id, picture_id=page.picture.thumb_id)
        drawn = f'<img src="{escape(source)}" alt="" loading="lazy">'
    return f'<a class="k-thumb" href="#page-{page.number}" data-goto="{page.number}"{current} aria-label="{named}">{drawn}</a>'


def choices_of(choices: Iterable[tuple[str, str, Iterable[tuple[str, object]], str]]) -> SafeString:
    """Return the choices of the filter bar: (name, label, (value, words) of each, the one chosen)."""
    anything = escape(pgettext("filter", "any"))
    return SafeString("".join([_choice(*each, anything=anything) for each in choices]))


def _choice(name: str, label: str, offered: Iterable[tuple[str, object]], chosen: str, *, anything: str) -> str:
    options = "".join(
        [
            f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(str(words))}</option>'
            for value, words in offered
        ]
    )
    return (
        f'<div class="k-field k-c3"><label for="filter-{name}">{escape(label)}</label><select class="k-input" name="{name}" '
        f'id="filter-{name}"><option value="">{anything}</option>{options}</select></div>'
    )
