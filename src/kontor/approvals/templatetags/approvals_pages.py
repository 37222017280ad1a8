"""`{% load approvals_pages %}`: what was read on the page that is shown."""

from __future__ import annotations

from collections.abc import Sequence

from django import template

from kontor.approvals.subjects import Panel, Spot
from kontor.documents.queries.pages import PageView

register = template.Library()


@register.filter
def spots_on(panel: Panel, view: PageView) -> Sequence[Spot]:
    """Return the places read on a page's picture."""
    return panel.spots.get(view.picture_id, ())
