"""What the workbench's templates write: its parts, links, pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import template
from django.core.paginator import Paginator
from django.template import Context
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from kontor.core.audit import page_of
from kontor.matching.queries.bench import Scope
from kontor.matching.written.around import accounts_of, actions_of, bar_of, head_of, keys_of, progress_of
from kontor.matching.written.assign import assign_of
from kontor.matching.written.direct import direct_of
from kontor.matching.written.payment import conflict_of, more_of, payment_of
from kontor.matching.written.rows import list_of
from kontor.openitems.models import OpenItem

register = template.Library()

PARTS: dict[str, Callable[..., str]] = {
    "accounts": accounts_of, "progress": progress_of, "actions": actions_of, "head": head_of, "list": list_of,
    "keys": keys_of, "payment": payment_of, "conflict": conflict_of, "assign": assign_of, "direct": direct_of,
    "more": more_of, "bar": bar_of,
}  # fmt: skip


def _tag(write: Callable[..., str]) -> Callable[..., SafeString]:
    def written(*args: Any, **kwargs: Any) -> SafeString:
        return SafeString(write(*args, **kwargs))

    return written


for _name, _write in PARTS.items():
    register.simple_tag(_tag(_write), name=f"bench_{_name}")


@register.simple_tag
def offer_of_bar() -> SafeString:
    """Name the form that the bar's button sends; the first that is offered is it."""
    return SafeString('id="offer"')


@register.simple_tag
def scoped(scope: Scope, *, account: str | None = None, tab: str | None = None, q: str | None = None) -> str:
    """Return the list's address with changes."""
    return scope.query(account=account, tab=tab, q=q)


@register.inclusion_tag("matching/pager.html")
def pager(number: int, pages: int, query: str) -> dict[str, object]:
    """Show page numbers with links; `query` is the address's query without a page."""
    shown = Paginator(range(pages), 1).get_elided_page_range(number, on_each_side=1, on_ends=1)
    links = [(str(each), _page_url(query, each) if isinstance(each, int) else "", each == number) for each in shown]
    return {
        "links": links, "previous": _page_url(query, number - 1) if number > 1 else "",
        "next": _page_url(query, number + 1) if number < pages else "",
    }  # fmt: skip


def _page_url(query: str, number: int) -> str:
    return f"{query}{'' if query.endswith('?') else '&'}p={number}"


@register.simple_tag(takes_context=True)
def item_link(context: Context, item: OpenItem) -> SafeString:
    """Link an open item's number to its page."""
    page = page_of("openitems.item", item.id)
    tenant = getattr(context.get("request"), "tenant", None)
    if page is None or tenant is None:
        return format_html("<b>{}</b>", item.document_number)
    try:
        url = reverse(page[0], kwargs={"tenant": tenant.code, **page[1]})
    except NoReverseMatch:
        return format_html("<b>{}</b>", item.document_number)
    return format_html('<a class="k-a" href="{}">{}</a>', url, item.document_number)
