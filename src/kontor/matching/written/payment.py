"""The transaction itself, and what else can be done with it than what is proposed."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_noop as _
from django.utils.translation import pgettext

from kontor.core.iban import format_iban
from kontor.matching.detail import Detail
from kontor.matching.queries.proposals import Stored
from kontor.matching.wording import rule_words
from kontor.matching.written.frame import Frame, hidden
from kontor.payments.wording import reason_words
from kontor.ui.quick_html import quoted
from kontor.ui.tags.figures import day
from kontor.ui.tags.signs import icon


def payment_of(frame: Frame, detail: Detail) -> str:
    """Return who paid what and why, with the characters marked that count as evidence."""
    row, words = detail.transaction, frame.words
    name = detail.name if row.counterparty_name else quoted(row.booking_text or words[_("Transaction")])
    iban = f"<span>{quoted(format_iban(row.counterparty_iban))}</span>" if row.counterparty_iban else ""
    side = pgettext("bank", "Credit") if row.amount > 0 else pgettext("bank", "Debit")
    reference = f"<br>{words[_('Reference')]} {detail.reference}" if row.structured_reference else ""
    return (
        f'<article class="k-card k-pay"><div><h2>{name}</h2><p class="k-meta">{iban}<span>{words[_("Booked")]} '
        f"{day(row.booking_date)}</span><span>{words[_('Value')]} {day(row.value_date)}</span></p></div><div>"
        f'<p class="k-big{" k-ink" if row.amount < 0 else ""}"><span>{frame.money(row.amount, row.currency, plus=True)}</span></p>'
        f'<p class="k-sub">{side} · {quoted(row.money_account.name)}</p></div>\n'
        f'<p class="k-purpose"><small>{words[_("Purpose")]}</small>{detail.purpose if row.remittance else "–"}{reference}</p>\n'
        f"{_return(frame, detail)}</article>\n"
    )  # fmt: skip


def _return(frame: Frame, detail: Detail) -> str:
    row, words = detail.transaction, frame.words
    if not (row.return_reason or row.is_reversal):
        return ""
    said = words[_("The bank has returned a payment.")]
    if row.return_reason:
        reason = {"reason": quoted(str(reason_words(row.return_reason)))}
        said = words[_("The bank has returned a payment: %(reason)s.")] % reason
    return f'<p class="k-full k-row">{icon("undo-2")}<span>{said}</span></p>'


def more_of(frame: Frame, detail: Detail, *, asked: str, chips: Sequence[str], direct: str, is_direct: bool) -> str:
    """Return the other proposals, the search for `asked` with words worth it, and the form `direct` for accounts."""
    words, row = frame.words, detail.transaction
    others = "\n".join([_other(frame, row.id, each) for each in detail.others])
    search = words[_("Search another open item")]
    found = "".join(
        [f'<button class="k-chip" type="submit" name="find" value="{quoted(word)}">{quoted(word)}</button>' for word in chips]
    )  # fmt: skip
    title = words[_("More possibilities")]
    return (
        f'<section class="k-card" aria-label="{title}"><header class="k-chead"><h2>{title}</h2></header>\n{others}\n'
        f'<details class="k-fold k-alt-fold" id="search-fold"{" open" if asked else ""}><summary class="k-alt"><span class="k-sc">'
        f'{icon("search")}</span><span>{search}</span><span class="k-sp"><kbd>/</kbd></span></summary>\n'
        f'<form class="k-body k-stack-s" method="get" role="search">{frame.scope_fields}{frame.items_field}{hidden("t", row.id)}'
        f'<label class="k-find">{icon("search")}<span class="k-vh">{search}</span><input type="search" name="find" '
        f'value="{quoted(asked)}" placeholder="{words[_("Number, reference, name, amount")]}" autocomplete="off" id="find" '
        f'data-key="/" hx-get="{frame.url("match_items")}" hx-include="#confirm" hx-trigger="input changed delay:250ms, search" '
        f'hx-sync="this:replace" hx-target="#found" hx-swap="outerHTML"></label>\n'
        f'{f'<p class="k-row">{found}</p>' if found else ""}<noscript><button class="k-btn k-btn-s" type="submit">'
        f"{words[_('Search')]}</button></noscript></form></details>\n"
        f'<details class="k-fold k-alt-fold" id="direct-fold"{" open" if is_direct else ""}><summary class="k-alt" data-key="b">'
        f'<span class="k-sc">{icon("book-open")}</span><span>{words[_("Post directly to an account")]}</span>'
        f'<span class="k-sp"><kbd>B</kbd></span></summary>{direct}</details>\n</section>'
    )  # fmt: skip


def _other(frame: Frame, transaction_id: int, other: Stored) -> str:
    """Return the way to another proposal, with what speaks for it."""
    numbers = " + ".join([quoted(share.document_number) for share in other.shares])
    place = f"{frame.place(t=transaction_id)}&amp;rank={other.rank}"
    shown = (
        f'<span class="k-sc">{other.score}</span><span>{numbers}<br><small>{quoted(_why(other))}</small></span>'
        f'<span class="k-sp">{frame.words[_("look")]} <kbd>{other.rank}</kbd></span>'
    )
    return frame.link("k-alt", place, shown, more=f' data-key="{other.rank}"')


def _why(proposal: Stored) -> str:
    """Say in a few words what speaks for another proposal and what against it."""
    good = [
        rule_words(mark.rule) for mark in sorted(proposal.evidence, key=lambda mark: -mark.points) if mark.points > 0
    ]
    bad = [rule_words(mark.rule) for mark in proposal.evidence if mark.points < 0]
    return " · ".join([*dict.fromkeys(good[:2]), *dict.fromkeys(bad[:1])])


def conflict_of(frame: Frame, detail: Detail) -> str:
    """Return the warning that the payment names another document, "" where it does not."""
    if not detail.conflict:
        return ""
    said = frame.words[
        _("The payment names another document: <b>%(number)s</b>. Please look before assigning.")
    ] % {"number": quoted(detail.conflict)}  # fmt: skip
    return f'<section class="k-banner is-neg" role="note">{icon("triangle-alert", "m")}<p class="k-grow">{said}</p></section>\n'
