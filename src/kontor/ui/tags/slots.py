"""Components with a slot: what stands between the tags is their content."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import slugify

from kontor.ui.tags.signs import icon

register = template.Library()


def _render(name: str, context: Context, /, **values: Any) -> SafeString:
    return render_to_string(f"ui/parts/{name}.html", {"request": context.get("request"), **values})


@register.simple_block_tag(takes_context=True)
def card(
    context: Context,
    content: str,
    title: str = "",
    *,
    sub: str = "",
    link: str = "",
    href: str = "",
    side: str = "",
    label: str = "",
    flush: bool = False,
    css: str = "",
    id: str = "",  # noqa: A002  # templates say id="…"
) -> SafeString:
    """Put content on a card; `flush` leaves out the padding (rows, tables), `side` stands right in the head."""
    values = {"title": title, "sub": sub, "link": link, "href": href, "side": side, "label": label, "flush": flush}
    return _render("card", context, content=content, css=css, id=id, key=id or slugify(title), **values)


@register.simple_block_tag(takes_context=True)
def empty(context: Context, content: str, title: str, icon_name: str = "inbox", *, card: bool = True) -> SafeString:
    """Say in one sentence that there is nothing, and offer the next step."""
    return _render("empty", context, content=content, title=title, icon_name=icon_name, card=card)


@register.simple_block_tag
def banner(content: str, tone: str = "brand", icon_name: str = "") -> SafeString:
    """Say something important at its place; tone brand, pos, warn or neg."""
    drawn = icon(
        icon_name or {"warn": "triangle-alert", "neg": "circle-x", "pos": "circle-check"}.get(tone, "info"), "m"
    )
    return format_html('<div class="k-banner is-{}">{}<div class="k-grow">{}</div></div>', tone, drawn, content)


@register.simple_block_tag(takes_context=True)
def dialog(
    context: Context,
    content: str,
    id: str,  # noqa: A002  # templates say id="…"
    title: str,
    *,
    sub: str = "",
    footer: str = "",
    wide: bool = False,
) -> SafeString:
    """Make a native dialog; a button with `command="show-modal" commandfor="ID"` opens it."""
    return _render("dialog", context, content=content, id=id, title=title, sub=sub, footer=footer, wide=wide)


@register.simple_block_tag(takes_context=True)
def fold(context: Context, content: str, title: str, *, side: str = "", open: bool = False) -> SafeString:  # noqa: A002
    """Fold content away under a line that opens it."""
    return _render("fold", context, content=content, title=title, side=side, open=open)


@register.simple_block_tag(takes_context=True)
def section(context: Context, content: str, title: str, text: str = "") -> SafeString:
    """Make one section of a form page: its name and purpose left, its fields right."""
    return _render("section", context, content=content, title=title, text=text)


@register.simple_block_tag
def row(
    content: str, href: str, title: str, *, sub: str = "", icon_name: str = "", tone: str = "", side: str = ""
) -> SafeString:
    """Make one row of `<ul class="k-rows">`: badge, linked title, second line; the content stands right."""
    badge = (
        format_html('<span class="k-badge{}">{}</span>', f" is-{tone}" if tone else "", icon(icon_name, "m"))
        if icon_name
        else ""
    )
    second = format_html("<p>{}</p>", sub) if sub else ""
    third = format_html("<small>{}</small>", side) if side else ""
    return format_html(
        '<li class="k-item">{}<div class="k-grow"><a class="k-a k-a-n" href="{}"><b>{}</b></a>{}</div>'
        '<div class="k-r">{}{}</div></li>',
        badge, href, title, second, content, third,
    )  # fmt: skip
