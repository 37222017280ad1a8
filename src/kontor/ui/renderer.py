"""One way of rendering every form: label, optional mark, hint, error, and what helps the browser fill it in."""

from __future__ import annotations

from typing import Any

from django.forms import BoundField, widgets
from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.safestring import SafeString

from kontor.ui.forms.widgets import Drop, Switch
from kontor.ui.forms.writing import WIDGETS, field_of

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

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        """Return a template of a form as HTML; inputs are written, not rendered."""
        write = WIDGETS.get(template_name)
        return SafeString(write(context["widget"])) if write else super().render(template_name, context, request)


def render_field(
    bound: BoundField, *, width: int = 6, phone: int = 0, optional: str = "", origin: str = "", ok: str = "",
    note: str = "",
) -> SafeString:  # fmt: skip
    """Return one field as HTML, over `width` of six columns (on phones all, or `phone`); `note` is HTML below it."""
    if bound.is_hidden:
        return SafeString(str(bound.errors) + str(bound))
    kind = _kind(bound)
    css = "".join(f" k-{part}" for part in (f"c{width}" if width < 6 else "", f"m{phone}" if phone else "") if part)
    errors = [str(each) for each in bound.errors] if bound.form.is_bound else []
    shown = bound.as_widget(attrs=_attrs(bound, kind, has_errors=bool(errors)))
    return field_of(
        bound, kind=kind, css=css, shown=shown, errors=errors, optional=optional, origin=origin, ok=ok, note=note
    )


def _kind(bound: BoundField) -> str:
    widget = bound.field.widget
    if isinstance(widget, Switch):
        return "switch"
    if isinstance(widget, widgets.CheckboxInput):
        return "check"
    return "group" if isinstance(widget, widgets.RadioSelect | widgets.CheckboxSelectMultiple) else "input"


def _attrs(bound: BoundField, kind: str, *, has_errors: bool) -> dict[str, Any]:
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
    described = [f"{bound.auto_id}_error"] * has_errors + [f"{bound.auto_id}_hint"] * bool(bound.help_text)
    if described and kind != "group":
        attrs["aria-describedby"] = " ".join(described)
    if has_errors and kind != "group":
        attrs["aria-invalid"] = "true"
    return attrs
