"""Figures that the parts of one page need: asked ahead in one statement, kept on the request."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest

from kontor.core.asked_together import ask_together
from kontor.core.kept_statements import Figures


def foresee(request: HttpRequest, figures: Iterable[Figures]) -> None:
    """Ask for all of them that are not known yet."""
    known = _known(request)
    known |= ask_together(each for each in figures if each not in known)


def foreseen(request: HttpRequest, figures: Figures) -> dict[str, Any]:
    """Return what they say, asked now if nobody did before."""
    known = _known(request)
    if figures not in known:
        known[figures] = figures()
    return known[figures]


def _known(request: HttpRequest) -> dict[Figures, dict[str, Any]]:
    found: dict[Figures, dict[str, Any]] = vars(request).setdefault("foreseen", {})
    return found
