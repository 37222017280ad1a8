"""Small marks: icons, states, avatars, keys."""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kontor.core.refusal import Refusal
from kontor.ui.marks import Mark
from kontor.ui.refusals import translated

register = template.Library()

_SIZES = {"s": " k-ico-s", "m": "", "l": " k-ico-l"}


@register.simple_tag
@lru_cache(maxsize=1024)
def icon(name: str, size: str = "s", label: str = "") -> SafeString:
    """Draw a named icon; it is silent to screen readers unless `label` gives it a word."""
    sprite = static("vendor/icons.svg")
    sound = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html('<svg class="k-ico{}" {}><use href="{}#i-{}"/></svg>', _SIZES.get(size, ""), sound, sprite, name)


@register.simple_tag
def spinner(size: str = "s") -> SafeString:
    """Draw the turning circle of a busy button."""
    return format_html(
        '<svg class="k-ico{} k-spin" aria-hidden="true"><use href="{}#i-loader-circle"/></svg>',
        _SIZES.get(size, ""),
        static("vendor/icons.svg"),
    )


@register.simple_tag
def status(word: str | Mark, tone: str = "open") -> SafeString:
    """Show a state as shape and word; takes a `Mark`, or word and tone."""
    mark = word if isinstance(word, Mark) else Mark(word, tone)  # type: ignore[arg-type]  # a template's word
    return format_html(
        '<span class="k-status"><span class="k-dot is-{}" aria-hidden="true"></span>{}</span>', mark.tone, _(mark.word)
    )


@register.simple_tag
def dot(tone: str, word: str) -> SafeString:
    """Show a state as its shape alone; screen readers hear the word."""
    return format_html('<span class="k-dot is-{}"><span class="k-vh">{}</span></span>', tone, word)


@register.simple_tag
def chip(word: str | Mark, tone: str = "", icon_name: str = "") -> SafeString:
    """Show a state as a pill; takes a `Mark`, or word, tone and icon."""
    mark = word if isinstance(word, Mark) else Mark(word, tone, icon_name)  # type: ignore[arg-type]  # a template's word
    css = f" is-{mark.tone}" if mark.tone in {"pos", "warn", "neg", "brand"} else ""
    drawn = icon(mark.icon) if mark.icon else ""
    return format_html('<span class="k-chip{}">{}{}</span>', css, drawn, _(mark.word))


@register.simple_tag
def avatar(name: str, size: str = "", tone: str = "") -> SafeString:
    """Show a person's initials in a circle; size "s" is small, tone "n" is the machine's grey."""
    css = "".join(f" k-tile-{part}" for part in (size, tone) if part)
    return format_html('<span class="k-tile k-tile-r{}" aria-hidden="true">{}</span>', css, initials(name))


@register.filter
def initials(name: str) -> str:
    """Return the first letters of first and last name: "SB"; "e.V." and the like do not count."""
    words = [word for word in str(name).replace("@", " ").split() if word[0].isalnum()]
    named = [word for word in words if word[0].isupper()] or words
    letters = [named[0], named[-1]] if len(named) > 1 else named
    return "".join(word[0] for word in letters).upper() or "?"


@register.filter
def sentence(refusal: Refusal) -> str:
    """Return a refusal's sentence in the reader's language."""
    return translated(refusal)


@register.simple_tag
def keys(*pairs: str) -> SafeString:
    """Show the line of keys at the foot of a list; each pair is "J K|bewegen"."""
    split = [pair.split("|", 1) for pair in pairs]
    spans = format_html_join(
        "",
        "<span>{} {}</span>",
        ((format_html_join("", "<kbd>{}</kbd>", ((k,) for k in ks.split())), word) for ks, word in split),
    )
    return format_html('<p class="k-keys">{}</p>', spans)


@register.simple_tag
def kbd(key: str) -> SafeString:
    """Show one key; the element `k-keys` of the page presses what `data-key` names."""
    return format_html("<kbd>{}</kbd>", key)
