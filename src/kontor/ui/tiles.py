"""Parts of the home page's tiles as HTML: written, not rendered, as everybody starts there."""

from __future__ import annotations

from django.utils.safestring import SafeString
from django.utils.text import slugify

from kontor.core.figures import format_money
from kontor.ui.quick_html import quoted
from kontor.ui.tags.signs import icon


def work_of(label: str, *, icon_name: str, url: str, count: int, age: str, is_late: bool) -> SafeString:
    """Return an entry of the strip on top: how much waits where, and for how long."""
    late = " is-warn" if is_late else ""
    return SafeString(
        f'<li><a href="{quoted(url)}">{icon(icon_name, "m")}<b>{quoted(label)}</b><span class="k-big">{count}</span>'
        f'<span class="k-age{late}">{quoted(age)}</span></a></li>\n'
    )


def money_of(minor: int, *, currency: str, region: str, css: str = "k-amt") -> SafeString:
    """Return figure and unit in tabular figures, as `{% money %}` writes them."""
    return SafeString(f'<span class="{css}">{quoted(format_money(minor, currency=currency, region=region))}</span>')


def card_of(title: str, *, link: str, url: str, content: str) -> SafeString:
    """Return a card with a link in its head; `content` is HTML."""
    key = slugify(title)
    return SafeString(
        f'<section class="k-card" aria-labelledby="{key}-h">\n<header class="k-chead"><h2 id="{key}-h">{quoted(title)}</h2>'
        f'<a class="k-link k-sp" href="{quoted(url)}">{quoted(link)}</a></header>\n{content}\n</section>\n\n'
    )
