"""Fields in frames: what a form's class says of a field is drawn once, and only what stands in it is put in.

`framed_field` returns what `render_field` does; a frame is drawn by it, with marks where the value, the options, what a
combo leads to, the origin and the note stand. Whatever is said otherwise than by the class (an error, another label) and
every other kind of input goes the plain way. A test holds both ways equal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from copy import copy
from typing import Any

from django.forms import BoundField, widgets
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from kontor.ui.forms.widgets import AmountInput, Combo, DayInput, IbanInput
from kontor.ui.quick_html import escaped
from kontor.ui.renderer import render_field

FRAMES_MAX = 1_024
_VALUE, _ORIGIN, _NOTE, _URL, _LABEL = (f"\x02{name}\x03" for name in ("value", "origin", "note", "url", "label"))
_MARK = re.compile("\x02(\\w+)\x03", re.ASCII)
_OPTION = re.compile(f"<option[^>]*>{_VALUE}</option>")
_TEXTS: tuple[type[widgets.Widget], ...] = (
    widgets.TextInput, widgets.EmailInput, widgets.HiddenInput, AmountInput, DayInput, IbanInput, Combo,
)  # fmt: skip

type Pieces = list[str]

_drawn: dict[tuple[Any, ...], Pieces] = {}


def framed_field(bound: BoundField, *, width: int = 6, origin: str = "", note: str = "") -> SafeString:
    """Return one field as HTML, over `width` of six columns; `note` is HTML below it."""
    holes = _holes_of(bound)
    if holes is None:
        return render_field(bound, width=width, origin=origin, note=note)
    field, form, widget = bound.field, bound.form, bound.field.widget
    is_ticked = type(widget) is widgets.CheckboxInput and widget.check_test(bound.value())
    has_nothing = isinstance(widget, widgets.Select) and _starts_empty(widget.choices)
    key = (
        type(form), bound.html_name, get_language(), width, bool(origin), type(widget), field.required, is_ticked,
        has_nothing, getattr(widget, "unit", ""), getattr(widget, "region", ""), *widget.attrs.items(),
    )  # fmt: skip
    pieces = _drawn.get(key)
    if pieces is None:
        pieces = _draw(bound, width=width, has_origin=bool(origin), is_ticked=is_ticked)
        if len(_drawn) >= FRAMES_MAX:
            _drawn.clear()
        _drawn[key] = pieces
    holes |= {"origin": escaped(origin), "note": escaped(note)}
    return SafeString("".join([holes[part] if place % 2 else part for place, part in enumerate(pieces)]))


def _holes_of(bound: BoundField) -> dict[str, str] | None:
    """Return what is put into the field's frame, None where it has none."""
    field, form, widget = bound.field, bound.form, bound.field.widget
    base: Any = type(form)
    said = base.base_fields.get(bound.name)
    if said is None or field.label is not said.label or field.help_text is not said.help_text:
        return None
    if field.disabled or field.localize or form.auto_id != "id_%s" or (form.is_bound and bound.name in form.errors):
        return None
    kind = type(widget)
    if kind is widgets.Select:
        options = _options(widget.choices, bound.value())
        return None if options is None else {"value": options}
    if kind is widgets.CheckboxInput:
        return {} if any(bound.value() is known for known in (True, False, None)) else None
    if kind not in _TEXTS:
        return None
    value = bound.value()
    holes = {"value": "" if value is None or value == "" else f' value="{escaped(str(value))}"'}
    if kind is Combo:
        holes |= {"url": escaped(widget.url), "label": escaped(widget.label)}
    return holes


def _options(choices: Iterable[tuple[Any, Any]], value: Any) -> str | None:
    """Return the options of a choice, the one that is chosen marked; None where there are groups or several are chosen."""
    if isinstance(value, list | tuple):
        return None
    chosen, parts = "" if value is None else str(value), list[str]()
    for key, label in choices:
        if isinstance(label, list | tuple):
            return None
        text, mark = "" if key is None else str(key), ""
        if text == chosen:
            mark, chosen = " selected", _VALUE  # of two alike the first one
        parts.append(f'<option value="{escaped(text)}"{mark}>{escaped(label)}</option>')
    return "".join(parts)


def _starts_empty(choices: Iterable[tuple[Any, Any]]) -> bool:
    """Tell whether the first choice is none; only then a choice that must be made is `required`."""
    first = next(iter(choices), None)
    return first is not None and first[0] in {"", None}


def _draw(bound: BoundField, *, width: int, has_origin: bool, is_ticked: bool) -> Pieces:
    """Return text and names of holes in turn."""
    marked = copy(bound)
    marked.field = copy(bound.field)
    marked.field.widget = widget = copy(bound.field.widget)
    if isinstance(widget, widgets.Select):
        widget.choices = [("" if _starts_empty(widget.choices) else _VALUE, _VALUE)]
    if isinstance(widget, Combo):
        widget.url, widget.label = _URL, _LABEL
    value = is_ticked if isinstance(widget, widgets.CheckboxInput) else _VALUE
    marked.value = lambda: value  # type: ignore[method-assign]  # of this copy
    drawn = str(render_field(marked, width=width, origin=_ORIGIN if has_origin else "", note=SafeString(_NOTE)))
    return _MARK.split(_OPTION.sub(_VALUE, drawn.replace(f' value="{_VALUE}"', _VALUE)))
