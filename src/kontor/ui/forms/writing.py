"""Fields and their inputs as HTML: written, not rendered, as forms of thirty fields are opened all day.

`WIDGETS` writes what Django's and our templates of the same name would; a test holds both together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

from django.forms import BoundField
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kontor.ui.tags.signs import icon

type Widget = Mapping[str, Any]

_SPECIAL = re.compile("[&<>\"']").search


def field_of(
    bound: BoundField,
    *,
    kind: str,
    css: str,
    shown: str,
    errors: Sequence[str],
    optional: str = "",
    origin: str = "",
    ok: str = "",
    note: str = "",
) -> SafeString:
    """Return a field with label, hint, errors and `shown`, its input as HTML.

    `kind` is input, check, switch or group; `css` further classes; `note` HTML below the input.
    """
    faults = errors_of(bound, errors)
    if kind in {"check", "switch"}:
        return SafeString(_checked(bound, css=css, shown=shown, faults=faults))
    is_optional = not bound.field.required and not bound.field.disabled
    word = f'<span class="k-opt">{_text(optional or _("optional"))}</span>' if is_optional else ""
    if kind == "group":
        return SafeString(_grouped(bound, css=css, shown=shown, word=word, faults=faults))
    praise = f'<p class="k-ok">{icon("circle-check")}{_text(ok)}</p>' if ok and not errors else ""
    below = f"{faults}{praise}{_text(note)}"
    return SafeString(_labelled(bound, css=css, shown=shown, word=word, origin=origin, below=below))


def errors_of(bound: BoundField, errors: Sequence[str]) -> SafeString:
    """Return what is wrong with a field, "" if nothing is."""
    if not errors:
        return SafeString("")
    before = f'<p class="k-err">{icon("circle-alert")}<span><span class="k-vh">{_text(_("Error"))}: </span>'
    lines = "".join(f"{before}{_text(error)}</span></p>" for error in errors)
    return SafeString(f'<div id="{bound.auto_id}_error">{lines}</div>')


def _checked(bound: BoundField, *, css: str, shown: str, faults: str) -> str:
    hint = _hint(bound, "small", has_id=True)
    return (
        f'<div class="k-field{css}"><label class="k-check" for="{bound.id_for_label}">{shown}'
        f"<span>{_text(bound.label)}{hint}</span></label>{faults}</div>"
    )


def _grouped(bound: BoundField, *, css: str, shown: str, word: str, faults: str) -> str:
    described = f' aria-describedby="{bound.auto_id}_error"' if faults else ""
    return (
        f'<fieldset class="k-field{css}"{described}><legend id="{bound.auto_id}">{_text(bound.label)}{word}'
        f"</legend>{_hint(bound, 'p')}{shown}{faults}</fieldset>"
    )


def _labelled(bound: BoundField, *, css: str, shown: str, word: str, origin: str, below: str) -> str:
    mark = '<span class="k-origin"><span class="k-dot is-pos" aria-hidden="true"></span>'
    whence = f"{mark}{_text(origin)}</span>" if origin else ""
    return (
        f'<div class="k-field{css}"><label for="{bound.id_for_label}">{_text(bound.label)}{word}{whence}</label>'
        f"{_hint(bound, 'p', has_id=True)}{shown}{below}</div>"
    )


def _hint(bound: BoundField, element: str, *, has_id: bool = False) -> str:
    if not bound.help_text:
        return ""
    name = f' id="{bound.auto_id}_hint"' if has_id else ""
    css = ' class="k-hint"' if element == "p" else ""
    return f"<{element}{css}{name}>{_text(bound.help_text)}</{element}>"


def _text(value: object) -> str:
    """Return a value as text for HTML; what says that it is HTML stays as it is."""
    if type(value) is str:
        return escape(value) if _SPECIAL(value) else value
    text = str(value)
    return text if hasattr(value, "__html__") or hasattr(text, "__html__") else escape(text)


def _attributes(widget: Widget) -> str:
    return "".join(
        [
            f" {name}" if value is True else f' {name}="{_text(value)}"'
            for name, value in widget["attrs"].items()
            if value is not False
        ]
    )


def _input(widget: Widget) -> str:
    value = "" if widget["value"] is None else f' value="{_text(widget["value"])}"'
    return f'<input type="{widget["type"]}" name="{_text(widget["name"])}"{value}{_attributes(widget)}>'


def _amount(widget: Widget) -> str:
    css = " k-money-t" if len(widget["unit"]) > 1 else ""
    return (
        f'<k-money data-region="{_text(widget["region"])}"><span class="k-money{css}">{_input(widget)}'
        f"<span>{_text(widget['unit'])}</span></span></k-money>"
    )


def _combo(widget: Widget) -> str:
    url, label = _text(widget["url"]), _text(widget["label"])
    return f'<k-combo class="k-combo" data-src="{url}" data-label="{label}">{_input(widget)}</k-combo>'


def _day(widget: Widget) -> str:
    word = _text(_("Choose in the calendar"))
    return (
        f'<k-day><span class="k-day-in">{_input(widget)}<button type="button" class="k-btn k-btn-g k-btn-i" data-calendar hidden '
        f'aria-label="{word}">{icon("calendar")}</button><input type="date" tabindex="-1" aria-hidden="true"></span></k-day>'
    )


def _select(widget: Widget) -> str:
    parts = []
    for group, options, _index in widget["optgroups"]:
        written = "".join([_option(option) for option in options])
        parts.append(f'<optgroup label="{_text(group)}">{written}</optgroup>' if group else written)
    return f'<select name="{_text(widget["name"])}"{_attributes(widget)}>{"".join(parts)}</select>'


def _option(option: Widget) -> str:
    value = _text(str(option["value"]))
    return f'<option value="{value}"{_attributes(option)}>{_text(option["label"])}</option>'


def _tick(option: Widget) -> str:
    if not option.get("wrap_label"):
        return _input(option)
    key = option["attrs"].get("id")
    return f"<label{f' for="{_text(key)}"' if key else ''}>{_input(option)} {_text(option['label'])}</label>"


def _textarea(widget: Widget) -> str:
    text = _text(widget["value"]) if widget["value"] else ""
    return f'<textarea name="{_text(widget["name"])}"{_attributes(widget)}>\n{text}</textarea>'


WIDGETS: Mapping[str, Callable[[Widget], str]] = {
    **{f"django/forms/widgets/{name}.html": _input for name in
       ("text", "email", "hidden", "number", "password", "url", "tel", "search", "color", "date", "checkbox", "file")},
    "django/forms/widgets/select.html": _select, "django/forms/widgets/select_option.html": _option,
    "django/forms/widgets/checkbox_option.html": _tick, "django/forms/widgets/radio_option.html": _tick,
    "django/forms/widgets/textarea.html": _textarea, "ui/forms/amount.html": _amount, "ui/forms/combo.html": _combo,
    "ui/forms/day.html": _day,
}  # fmt: skip
