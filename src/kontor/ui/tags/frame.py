"""The frame around the pages of people: rail, search field, overlays; drawn once, filled for each request.

What a template of the frame knows is its key and its holes, and both are named here: nothing of one person can stay for the
next.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from kontor.ui.context import Shell
from kontor.ui.quick_html import escaped, quoted
from kontor.ui.tags.kept import KeptTemplate
from kontor.ui.tags.signs import avatar, initials

register = template.Library()

_SIDE, _SEARCH, _OVERLAYS = (KeptTemplate(f"ui/parts/{name}.html") for name in ("rail", "search", "overlays"))


@register.simple_tag(takes_context=True)
def side(context: Context) -> SafeString:
    """Write the rail, on a phone the bar at the bottom."""
    shell: Shell = context["shell"]
    books: Any = getattr(context["request"], "tenant", None)
    user: Any = context["request"].user
    key = {"theme": context["theme"], "is_inside": books is not None, "is_known": user.is_authenticated}
    email = getattr(user, "email", "")
    person = getattr(user, "name", "") or email
    name = books.name if books is not None else ""
    return _SIDE.fill(
        key,
        {
            "home_url": quoted(shell.home_url), "initials": quoted(initials(name)), "name": quoted(name),
            "code": quoted(books.code) if books is not None else "", "books": shell.books if books is not None else "",
            "links": shell.rail, "avatar": avatar(person), "person": quoted(person), "email": quoted(email),
            "phone": shell.phone, **_of_form(context),
        },
    )  # fmt: skip


@register.simple_tag(takes_context=True)
def search_field(context: Context) -> SafeString:
    """Write what opens the palette, and the help about keys."""
    url = context["shell"].palette_url
    return _SEARCH.fill({"has_palette": bool(url)}, {"palette_url": quoted(url)})


@register.simple_tag(takes_context=True)
def overlays(context: Context) -> SafeString:
    """Write what lies over a page once it is opened: the phone's menu, the palette, the help about keys."""
    shell: Shell = context["shell"]
    request = context["request"]
    books: Any = getattr(request, "tenant", None)
    key = {
        "theme": context["theme"], "is_known": request.user.is_authenticated, "has_palette": bool(shell.palette_url),
    }  # fmt: skip
    return _OVERLAYS.fill(
        key,
        {
            "name": quoted(books.name if books is not None and books.name else "Kontor"), "areas": shell.areas,
            "palette_url": quoted(shell.palette_url), "jumps": shell.jumps, **_of_form(context),
        },
    )  # fmt: skip


def _of_form(context: Context) -> dict[str, str]:
    """Return what the forms of the person's menu need: the way back, and their key."""
    return {"here": quoted(context["request"].get_full_path()), "csrf_token": escaped(context.get("csrf_token", ""))}
