"""What the form would do now: what becomes of a difference, and the posting."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_noop as _

from kontor.matching.detail import Outcome, account_name
from kontor.matching.wording import SHORTFALLS, SURPLUSES
from kontor.matching.written.frame import Frame, hidden
from kontor.openitems.actions.allocating import PreviewLine
from kontor.ui.quick_html import quoted
from kontor.ui.tags.signs import icon


def outcome_of(frame: Frame, outcome: Outcome, currency: str) -> str:
    """Return the outcome for a transaction in `currency`."""
    refused = (
        f'<p class="k-diff k-over" role="status">{icon("circle-alert")}{quoted(outcome.refusal)}</p>\n'
        if outcome.refusal
        else ""
    )
    return (
        f'<div id="outcome" aria-live="polite">\n{_surplus(frame, outcome, currency)}\n{_shortfall(frame, outcome, currency)}\n'
        f"{refused}{_preview(frame, outcome) if outcome.preview else ''}\n</div>"
    )


def _surplus(frame: Frame, outcome: Outcome, currency: str) -> str:
    if not (outcome.surplus and outcome.has_shares):
        return hidden("surplus", outcome.surplus_choice) if outcome.surplus_choice != "leave" else ""
    left = f"{frame.words[_('Left of the payment')]} <b><span>{frame.money(outcome.surplus, currency)}</span></b>"
    asked = frame.words[_("What happens to the rest of the payment?")]
    return _choice(frame, left, asked, "surplus", SURPLUSES, chosen=outcome.surplus_choice)


def _shortfall(frame: Frame, outcome: Outcome, currency: str) -> str:
    if not outcome.is_short:
        return hidden("shortfall", outcome.shortfall)
    rests = [(currency, outcome.missing)] if outcome.missing else []
    figures = [f"<span>{frame.money(amount, unit)}</span>" for unit, amount in (*rests, *outcome.missing_elsewhere)]
    left = f"{frame.words[_('Rest of the items')]} <b>{' · '.join(figures)}</b>"
    possible = [each for each in SHORTFALLS if each[0] != "discount" or outcome.may_discount]
    asked = frame.words[_("What happens to the difference?")]
    return _choice(frame, left, asked, "shortfall", possible, chosen=outcome.shortfall)


def _choice(
    frame: Frame, left: str, asked: str, name: str, choices: Iterable[tuple[str, str]], *, chosen: str
) -> str:  # fmt: skip
    options = "".join(
        [
            f'<label><input type="radio" name="{name}" value="{value}"{" checked" if value == chosen else ""}>'
            f"{frame.words[word]}</label>"
            for value, word in choices
        ]
    )
    return (
        f'<div class="k-diff"><span>{left}</span><fieldset class="k-seg"><legend class="k-vh">{asked}</legend>{options}'
        "</fieldset></div>"
    )


def _preview(frame: Frame, outcome: Outcome) -> str:
    words, title = frame.words, frame.words[_("Posting preview")]
    heads = "".join(
        [
            f'<th scope="col">{words[word]}</th>'
            for word in (_("Account"), _("Name"), _("Debit"), _("Credit"))
        ]
    )  # fmt: skip
    lines = "".join([_line(frame, line) for line in outcome.preview])
    return (
        f'<details class="k-fold" open><summary>{icon("chevron-right")}{title}<span class="k-sp">{words[_("Debit = credit")]} · '
        f'<span>{frame.money(outcome.total, frame.base_currency)}</span></span></summary><div class="k-bookw">'
        f'<table class="k-book"><caption class="k-vh">{title}</caption><thead class="k-vh"><tr>{heads}</tr></thead>'
        f"<tbody>{lines}</tbody></table></div></details>"
    )


def _line(frame: Frame, line: PreviewLine) -> str:
    debit, credit = (frame.amount(each, frame.base_currency) if each else "" for each in (line.debit, line.credit))
    return (
        f"<tr><td>{quoted(line.number)}</td><td>{quoted(account_name(line))}</td><td>{debit}</td><td>{credit}</td></tr>"
    )
