"""Whether the statements of this request may be prepared by the server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_preparing: ContextVar[bool] = ContextVar("kontor_preparing", default=False)


@contextmanager
def prepared(*, when: bool = True) -> Iterator[None]:
    """Let the server prepare the statements inside, for pages that are only read."""
    token = _preparing.set(when)
    try:
        yield
    finally:
        _preparing.reset(token)


def is_preparing() -> bool:
    """Tell whether statements may be prepared."""
    return _preparing.get()
