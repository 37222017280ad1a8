"""One way of rendering every form: label, optional mark, hint, error, and what helps the browser fill it in."""

from __future__ import annotations

from typing import Any

from django.forms import BoundField, widgets
from django.forms.renderers import DjangoTemplates
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from kontor.ui.forms.widgets import Drop, Switch

_PLAIN = (widgets.CheckboxInput, widgets.RadioSelect, widgets.CheckboxSelectMultiple, Drop)
_BY_NAME = {
    "email": {"autocomplete": "email", "inputmode": "email"},
    "phone": {"autocomplete": "tel", "inputmode": "tel"},
    "street": {"autocomplete": "street-address"},
    "postcode": {"autocomplete": "postal-code"},
    "city": {"autocomplete": "address-level2"},
    "organisation": {"autocomplete": "organization"},
}


class KontorRenderer(DjangoTemplates):
    """Set as FORM_RENDERER, so that every form looks like ours."""

    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/bound.html"


def render_field(
    bound: BoundField, *, width: int = 6, phone: int = 0, optional: str = "", origin: str = "", ok: str = ""
) -> SafeString:
    """Return one field as HTML, over `width` of six columns (on phones all, or `phone`)."""
    if bound.is_hidden:
        return SafeString(str(bound.errors) + str(bound))
    kind = _kind(bound)
    css = "".join(f" k-{part}" for part in (f"c{width}" if width < 6 else "", f"m{phone}" if phone else "") if part)
    values: dict[str, Any] = {
        "bound": bound, "kind": kind, "css": css, "origin": origin, "ok": ok, "optional": optional,
        "input": SafeString(bound.as_widget(attrs=_attrs(bound, kind))),
        "is_optional": not bound.field.required and kind not in {"check", "switch"} and not bound.field.disabled,
    }  # fmt: skip
    return render_to_string("ui/forms/field.html", values)


def _kind(bound: BoundField) -> str:
    widget = bound.field.widget
    if isinstance(widget, Switch):
        return "switch"
    if isinstance(widget, widgets.CheckboxInput):
        return "check"
    return "group" if isinstance(widget, widgets.RadioSelect | widgets.CheckboxSelectMultiple) else "input"


def _attrs(bound: BoundField, kind: str) -> dict[str, Any]:
    own = bound.field.widget.attrs
    attrs: dict[str, Any] = {key: value for key, value in _BY_NAME.get(bound.name, {}).items() if key not in own}
    if own.get("placeholder") and str(own["placeholder"]) == str(bound.label):
        attrs["placeholder"] = False
    if kind == "switch":
        attrs |= {"class": "k-switch", "role": "switch"}
    elif kind == "check":
        attrs["class"] = "k-cb"
    elif not isinstance(bound.field.widget, _PLAIN):
        attrs["class"] = f"k-input {own.get('class', '')}".strip()
    described = [f"{bound.auto_id}_error"] * bool(bound.errors) + [f"{bound.auto_id}_hint"] * bool(bound.help_text)
    if described and kind != "group":
        attrs["aria-describedby"] = " ".join(described)
    if bound.errors and kind != "group":
        attrs["aria-invalid"] = "true"
    return attrs
