"""Components without a slot: fields, tabs, tables, histories, drawn figures."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.middleware.csrf import get_token
from django.template import Context
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from kontor.ui.forms.writing import errors_of
from kontor.ui.marks import Age, Moment, Step, Tab
from kontor.ui.quick_html import escaped, quoted
from kontor.ui.renderer import render_field
from kontor.ui.tables.page import table_html
from kontor.ui.tables.table import Table
from kontor.ui.tags.figures import money

register = template.Library()

_AGE_TONES = (("k-bgs", "k-fsoft"), ("k-bgw", "k-fwarn"), ("k-bg2", "k-f2"), ("k-bgn", "k-fneg"), ("k-bg3", "k-f3"))
CURRENT = ' aria-current="page"'
_RING = 213.63  # circumference of r = 34


def _render(name: str, context: Context, /, **values: Any) -> SafeString:
    inherited = {"request": context.get("request"), "region": context.get("region", "DE")}
    return render_to_string(f"ui/parts/{name}.html", {**inherited, **values})


@register.simple_tag
def field(
    bound: BoundField, width: int = 6, *, phone: int = 0, optional: str = "", origin: str = "", ok: str = ""
) -> SafeString:
    """Render one field with label, hint and error over `width` of six columns.

    `origin` says where a proposed value comes from, `ok` what was confirmed about it.
    """
    return render_field(bound, width=width, phone=phone, optional=optional, origin=origin, ok=ok)


@register.simple_tag
def fielderrors(bound: BoundField) -> SafeString:
    """Say what is wrong with a field."""
    return errors_of(bound, [str(each) for each in bound.errors])


@register.simple_tag
def once(kind: str = "form") -> SafeString:
    """Give a form the key under which it acts once, however often it is sent; a `list` may be sent again for other rows."""
    name = "once_each" if kind == "list" else "once"
    return format_html('<input type="hidden" name="{}" value="{}">', name, secrets.token_urlsafe(12))


@register.simple_tag(takes_context=True)
def errorsummary(context: Context, *forms: BaseForm, focus: bool = True) -> SafeString:
    """List the errors of `forms` on top, each linked to its field, and focus the list; nothing when there are none."""
    lines = [
        (_target(form, name), form[name].label if name in form.fields else "", error)
        for form in forms
        if form.is_bound
        for name, errors in form.errors.items()
        for error in errors
    ]
    return _render("errorsummary", context, lines=lines, count=len(lines), focus=focus) if lines else SafeString("")


def _target(form: BaseForm, name: str) -> str:
    """Return the id that a line of the summary leads to: the field, of a group its first choice."""
    if name not in form.fields:
        return ""
    return form[name].id_for_label or f"{form[name].auto_id}_0"


@register.simple_tag
def tabs(entries: Iterable[Tab], label: str) -> SafeString:
    """Show tabs with their counts."""
    shown = "".join(
        [
            f'<a href="{escaped(tab.url)}"{CURRENT if tab.is_current else ""}>{escaped(tab.label)}'
            f"{'' if tab.count is None else f' <span>{tab.count}</span>'}</a>"
            for tab in entries
        ]
    )
    return SafeString(f'<nav class="k-tabs" aria-label="{escaped(label)}">{shown}</nav>\n')


@register.simple_tag(takes_context=True)
def segmented(
    context: Context, name: str, choices: Iterable[tuple[str, str]], chosen: str = "", *, legend: str
) -> SafeString:
    """Show a switch of few choices, as radio buttons."""
    return _render("segmented", context, name=name, choices=choices, chosen=str(chosen), legend=legend)


@register.simple_tag(takes_context=True)
def table(context: Context, shown: Table[Any]) -> SafeString:
    """Show a `kontor.ui.tables.table.Table` with its filters, totals, bulk bar and pager."""
    return table_html(shown, form_key=context.get("csrf_token") or get_token(context["request"]))


@register.simple_tag(takes_context=True)
def history(context: Context, moments: Iterable[Moment]) -> SafeString:
    """Show what happened, newest first, with what changed."""
    return _render("history", context, moments=moments)


@register.simple_tag(takes_context=True)
def track(context: Context, steps: Iterable[Step]) -> SafeString:
    """Show where a document stands, like a parcel."""
    return _render("track", context, steps=steps)


@register.simple_tag
def progress(done: int, total: int, label: str, *, doing: int = 0, css: str = "k-fpos") -> SafeString:
    """Draw how far work is: done, being done and left; `label` says it in words."""
    width = max(total, 1)
    return format_html(
        '<svg viewBox="0 0 {w} 4" preserveAspectRatio="none" role="img" aria-label="{label}">'
        '<rect class="k-ftrack" width="{w}" height="4"/><rect class="{css}" width="{done}" height="4"/>'
        '<rect class="k-fwarn" x="{done}" width="{doing}" height="4"/></svg>',
        w=width, label=label, css=css, done=min(done, width), doing=min(doing, width - min(done, width)),
    )  # fmt: skip


@register.simple_tag
def bar(value: int, total: int, *, of: int = 0, tone: str = "pos") -> SafeString:
    """Draw a thin bar: `value` of `of` on a scale up to `total` (points of a match)."""
    return format_html(
        '<svg class="k-pbar" viewBox="0 0 {} 3" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="k-ftrack" width="{}" height="3"/><rect class="k-f{}" width="{}" height="3"/></svg>',
        max(total, 1), of or total, tone, max(0, min(value, total)),
    )  # fmt: skip


@register.simple_tag
def ring(value: int, total: int, label: str, sub: str = "") -> SafeString:
    """Draw a score as a ring with the figure inside."""
    share = _RING * max(0, min(value, total)) / max(total, 1)
    return format_html(
        '<div class="k-score"><svg viewBox="0 0 84 84" role="img" aria-label="{}"><circle class="k-ring is-t" cx="42" cy="42" r="34"/>'
        '<circle class="k-ring is-v" cx="42" cy="42" r="34" transform="rotate(-90 42 42)" stroke-dasharray="{} {}"/></svg>'
        "<b>{}<small>{}</small></b></div>",
        label, f"{share:.1f}", f"{_RING:.1f}", value, sub,
    )  # fmt: skip


@register.simple_tag
def spark(values: Sequence[int], label: str) -> SafeString:
    """Draw a small line of `values`, oldest first."""
    if len(values) < 2:
        return SafeString("")
    low, span = min(values), (max(values) - min(values)) or 1
    step = 88 / (len(values) - 1)
    points = "L".join(f"{index * step:.1f} {26 - 24 * (value - low) / span:.1f}" for index, value in enumerate(values))
    return format_html(
        '<svg class="k-spark" viewBox="0 0 88 28" preserveAspectRatio="none" role="img" aria-label="{}"><path d="M{}"/></svg>',
        label,
        points,
    )


@register.simple_tag(takes_context=True)
def ageing(context: Context, buckets: Sequence[Age], label: str, *, sub: str = "", currency: str = "EUR") -> SafeString:
    """Show open sums by age, not yet due first, with a strip of their shares."""
    total = sum(bucket.amount for bucket in buckets)
    entries, bars, offset = list[str](), list[str](), 0.0
    for bucket, (swatch, fill) in zip(buckets, _AGE_TONES, strict=False):
        width = 1000 * max(bucket.amount, 0) / total if total > 0 else 0.0
        bars.append(f'<rect class="{fill}" x="{offset:.1f}" width="{max(width - 2, 0):.1f}" height="4"/>')
        offset += width
        count = ngettext("%(n)s item", "%(n)s items", bucket.count) % {"n": bucket.count}
        current = ' aria-current="true"' if bucket.is_current else ""
        entries.append(
            f'<a href="{quoted(bucket.url or "#")}"{current}><small class="k-lab"><span class="k-sw {swatch}"></span>'
            f"{escaped(bucket.label)}</small><b>{money(context, bucket.amount, currency, css='')}</b>"
            f"<small>{count} · {round(width / 10)} %</small></a>"
        )
    head = f"<small>{escaped(label)}</small><b>{money(context, total, currency, css='')}</b>"
    more = f"<small>{escaped(sub)}</small>" if sub else ""
    return SafeString(
        f'<section class="k-card" aria-label="{escaped(label)}"><div class="k-age5"><div>{head}{more}</div>{"".join(entries)}'
        '</div><div class="k-body k-pt0"><svg class="k-age5bar" viewBox="0 0 1000 4" preserveAspectRatio="none" '
        f'aria-hidden="true">{"".join(bars)}</svg></div></section>\n'
    )


@register.filter
def value_of(mapping: Mapping[str, Any], key: str) -> Any:
    """Return the value that `key` names in a template's variable."""
    return mapping.get(key)
