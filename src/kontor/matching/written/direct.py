"""The form that posts a transaction straight to accounts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from django.utils.translation import gettext_noop as _
from django.utils.translation import pgettext

from kontor.matching.detail import Detail
from kontor.matching.queries.choices import DirectChoices, Named
from kontor.matching.written.frame import DROP, Frame, hidden
from kontor.ui.quick_html import quoted
from kontor.ui.tags.signs import icon


def direct_of(frame: Frame, detail: Detail, lines: Sequence[Mapping[str, object]], choices: DirectChoices) -> str:
    """Return the form with what was typed in its `lines`."""
    words, url = frame.words, frame.url("match_direct")
    told = words[
        _("For fees, transfers between own accounts, donations and everything without an open item. An empty amount takes what is left.")
    ]  # fmt: skip
    kept = hidden("t", detail.transaction.id) + hidden("key", f"{frame.key}-d") + hidden("lines", len(lines))
    fields = "\n".join([_line(frame, detail, line, choices) for line in lines])
    picks = f'<p class="k-row" data-picks>{_accounts(choices.accounts)}</p>' if choices.accounts else ""
    start = f'<form id="direct" class="k-body k-stack-s" method="post" action="{url}" hx-post="{url}" {DROP}>'
    return (
        f'{start}{frame.fields}{kept}\n<p class="k-sub">{told}</p>\n{fields}\n{picks}\n<div class="k-row">'
        f'<button type="submit" hidden>{words[_("Post & next")]}</button><button class="k-btn" type="submit" name="more" value="1">'
        f"{icon('plus')}{words[_('Another line')]}</button></div></form>"
    )  # fmt: skip


def _line(frame: Frame, detail: Detail, line: Mapping[str, object], choices: DirectChoices) -> str:
    words, n = frame.words, line["n"]
    typed = {name: quoted(str(value)) for name, value in line.items()}
    left = frame.amount(abs(detail.rest), detail.transaction.currency)
    account = (
        f'<k-combo class="k-combo" data-src="{frame.url("match_accounts")}" data-label="{typed["account"]}">'
        f"{_input('account', typed, words[_('Number or name')])}</k-combo>"
    )
    part = f"<k-money>{_input('part', typed, left, css=' k-num', more=' inputmode="decimal"')}</k-money>"
    party = (
        f'<k-combo class="k-combo" data-src="{frame.url("contacts:options")}" data-label="{typed["party_label"]}">'
        f"{_input('party', typed, words[_('Name or number')])}</k-combo>"
    )
    text = f'<input class="k-input" name="text-{n}" id="text-{n}" value="{typed["text"]}" maxlength="140" autocomplete="off">'
    fields = [
        _field("account", n, words[_("Account")], account), _field("part", n, words[_("Amount")], part),
        _field("tax", n, words[_("Tax")], _select("tax", line, pgettext("tax", "none"), choices.taxes)),
        _field("project", n, words[_("Project")], _select("project", line, "–", choices.projects)),
        _field("party", n, words[_("Contact")], party),
    ]  # fmt: skip
    if choices.spheres:
        fields.append(_field("sphere", n, words[_("Sphere")], _select("sphere", line, "", choices.spheres)))
    legend = words[_("Line %(n)s")] % {"n": n}
    return (
        f'<fieldset class="k-direct"><legend class="k-vh">{legend}</legend>\n{"".join(fields)}'
        f"{_field('text', n, words[_('Text')], text, css=' k-full')}</fieldset>"
    )


def _field(name: str, n: object, label: str, shown: str, *, css: str = "") -> str:
    return f'<div class="k-field{css}"><label for="{name}-{n}">{label}</label>{shown}</div>\n'


def _input(name: str, typed: Mapping[str, str], placeholder: str, *, css: str = "", more: str = "") -> str:
    key = f"{name}-{typed['n']}"
    return (
        f'<input class="k-input{css}" name="{key}" id="{key}" value="{typed[name]}"{more} autocomplete="off" '
        f'placeholder="{placeholder}">'
    )


def _select(name: str, line: Mapping[str, object], nothing: str, choices: Sequence[Named]) -> str:
    """Return a choice; `nothing` is what it calls taking none, "" where one has to be taken."""
    key, chosen = f"{name}-{line['n']}", str(line[name])
    none = f'<option value="">{nothing}</option>' if nothing else ""
    options = _options(tuple(choices), chosen)
    return f'<select class="k-input k-select" name="{key}" id="{key}">{none}{options}</select>'


@lru_cache(maxsize=256)
def _options(choices: tuple[Named, ...], chosen: str) -> str:
    """Return the options of a choice; projects are hundreds, and mostly what they were in the page before."""
    return "".join(
        [
            f'<option value="{quoted(each.code)}"{" selected" if each.code == chosen else ""}>{quoted(each.name)}</option>'
            for each in choices
        ]
    )


def _accounts(accounts: Iterable[Named]) -> str:
    """Return a button for each account that is often taken."""
    words = [(quoted(each.code), quoted(f"{each.code} {each.name}")) for each in accounts]
    return "".join(
        [
            f'<button class="k-chip" type="button" data-account="{code}" data-label="{named}">{named}</button>'
            for code, named in words
        ]
    )
