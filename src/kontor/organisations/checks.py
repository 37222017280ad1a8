"""Start-up checks: no address without a declared right."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.urls import URLPattern, URLResolver, get_resolver

from kontor.core.rights import declared


@register()
def every_tenant_view_has_a_right(**_: Any) -> list[CheckMessage]:
    """Report tenant addresses whose view declares no right, or one that no context declares."""
    faults: list[CheckMessage] = []
    for route, view in tenant_views():
        right = getattr(view, "right", None)
        if right is None:
            faults.append(Error(f"{route} has no @permit", id="kontor.E001"))
        elif right not in declared():
            faults.append(Error(f"{route} asks for the undeclared right {right}", id="kontor.E002"))
    return faults


def tenant_views() -> Iterator[tuple[str, Any]]:
    """Yield route and view of every address below a tenant."""
    for route, view in _walk(get_resolver().url_patterns, ""):
        if "<slug:tenant>" in route:
            yield route, view


def _walk(patterns: Any, prefix: str) -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield route, pattern.callback
