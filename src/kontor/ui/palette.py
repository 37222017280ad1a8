"""What the palette finds for what somebody typed: pages, commands, and things of the contexts."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from kontor.ui.navigation import HITS_MAX, Hit, findable, may, url_of


def commands_for(request: HttpRequest, text: str) -> list[Hit]:
    """Return pages and commands whose words hold every word of `text`."""
    commands, items, _searches = findable()
    entries: list[tuple[str, str, str, str, str]] = [
        *((c.label, c.url_name, c.icon, c.right, c.words) for c in commands),
        *((i.label, i.url_name, i.icon, i.right, i.group) for i in items),
    ]
    words = text.casefold().split()
    hits = []
    for label, url_name, icon, right, more in entries:
        haystack = f"{_(label)} {_(more) if more else ''} {label} {more}".casefold()
        if all(word in haystack for word in words) and may(request, right) and (url := url_of(request, url_name)):
            hits.append(Hit(label=_(label), url=url, icon=icon))
    return sorted(hits, key=lambda hit: not any(word.startswith(tuple(words)) for word in hit.label.casefold().split()))


def hits_for(request: HttpRequest, text: str) -> list[tuple[str, list[Hit]]]:
    """Return what each context finds for `text`, without those that find nothing."""
    _commands, _items, searches = findable()
    found = [(_(s.label), list(s.find(request, text))[:HITS_MAX]) for s in searches if may(request, s.right)]
    return [(label, hits) for label, hits in found if hits]
