"""`{% load kontor %}`: every tag of the product's components."""

from __future__ import annotations

from django import template

from kontor.ui.tags import figures, frame, kept, parts, signs, slots

register = template.Library()
for library in (figures.register, signs.register, slots.register, parts.register, kept.register, frame.register):
    register.tags.update(library.tags)
    register.filters.update(library.filters)
register.tags["icon"] = kept.constant(register.tags["icon"])
