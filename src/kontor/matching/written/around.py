"""What stands around list and transaction: accounts and progress, search and tabs, keys, the bar."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext, pgettext

from kontor.banking.queries.transactions import AccountCard
from kontor.matching.detail import Detail
from kontor.matching.queries.bench import Counts
from kontor.matching.queries.steps import LastStep
from kontor.matching.written.frame import EXCHANGE, Frame, hidden
from kontor.ui.marks import Tab
from kontor.ui.quick_html import quoted
from kontor.ui.tags.figures import moment
from kontor.ui.tags.parts import progress, tabs
from kontor.ui.tags.signs import icon, spinner

CURRENT = ' aria-current="true"'


def accounts_of(frame: Frame, cards: Sequence[AccountCard]) -> str:
    """Return the money accounts side by side, all of them first."""
    parts = []
    if len(cards) > 1:
        count = ngettext("%(n)s account", "%(n)s accounts", len(cards)) % {"n": len(cards)}
        mark = "" if frame.scope.account else CURRENT
        parts.append(
            f'<a href="{frame.place(account="")}"{mark}><small>{frame.words[_("All accounts")]}</small><b>{count}</b></a>\n'
        )
    parts += [_account(frame, card) for card in cards]
    return f'<nav class="k-accts" aria-label="{frame.words[_("Accounts")]}">\n{"".join(parts)}\n</nav>\n'


def _account(frame: Frame, card: AccountCard) -> str:
    account = card.account
    bank = f" · {quoted(account.bank_name)}" if account.bank_name else ""
    balance = "–"
    if card.balance is not None:
        balance = f'<span class="k-amt">{frame.money(card.balance, account.currency)}</span>'
    mark = CURRENT if account.code == frame.scope.account else ""
    return f'<a href="{frame.place(account=account.code)}"{mark}><small>{quoted(account.name)}{bank}</small><b>{balance}</b></a>'


def progress_of(frame: Frame, counted: Counts, run_at: datetime | None) -> str:
    """Return how far the work is."""
    if not counted.all:
        return ""
    figures = {"done": counted.assigned, "all": counted.all}
    said = frame.words[_("<b>%(done)s of %(all)s</b> transactions assigned")] % figures
    label = frame.words[_("%(done)s of %(all)s transactions assigned")] % figures
    last = "" if run_at is None else f"<span>{frame.words[_('As of')]} {moment(run_at, 'near')}</span>"
    drawn = progress(counted.assigned, counted.all, label, doing=counted.partly)
    return f'<div class="k-prog"><p><span>{said}</span>{last}</p>{drawn}</div>\n'


def actions_of(frame: Frame, *, may_run: bool, is_fresh: bool, safe: int, points: int, is_first: bool) -> str:
    """Return the buttons for the whole list: the engine's run, and its certain ones; `is_first` where nothing else is to do."""
    run = certain = ""
    if may_run:
        start = frame.form("match_run", more=' hx-trigger="load, submit"' if is_fresh else "")
        run = (
            f'{start}<button class="k-btn" type="submit" data-key="m"><span class="k-when-busy">{spinner()}</span>'
            f"{icon('refresh-cw')}{frame.words[_('Match open items')]}</button></form>\n"
        )
    if safe:
        account = f"&amp;account={quoted(frame.scope.account)}" if frame.scope.account else ""
        words = ngettext("%(n)s certain one …", "%(n)s certain ones …", safe) % {"n": safe}
        certain = (
            f'<a class="k-btn{" k-btn-p" if is_first else ""}" href="{frame.url("match_safe")}?points={points}{account}" '
            f'data-key="a">{icon("wand-sparkles")}{words}</a>\n'
        )
    return f'<div class="k-acts">\n{run}{certain}</div>'


def head_of(frame: Frame, entries: Iterable[Tab], *, path: str) -> str:
    """Return search and tabs over the list."""
    scope, words = frame.scope, frame.words
    kept = (("account", scope.account), ("tab", scope.tab if scope.tab != "open" else ""))
    fields = "".join([hidden(name, value) for name, value in kept if value])
    return (
        f'<form class="k-filter" role="search" method="get">{fields}{frame.items_field}<label class="k-find k-grow">'
        f'{icon("search")}<span class="k-vh">{words[_("Search the transactions")]}</span><input type="search" name="q" '
        f'value="{quoted(scope.q)}" placeholder="{words[_("Name, amount, purpose, IBAN")]}" autocomplete="off" data-key="s" '
        f'hx-get="{quoted(path)}" hx-include="closest form" hx-trigger="input changed delay:300ms" hx-sync="this:replace" {EXCHANGE}>'
        f"</label></form>\n{tabs(entries, words[_('State')])}"
    )  # fmt: skip


def keys_of(frame: Frame, last: LastStep | None, *, may_confirm: bool) -> str:
    """Return the line of keys under the list, with the way back."""
    words = frame.words
    pairs = [("J</kbd><kbd>K", words[_("move")])]
    pairs += [("↵", words[_("assign")])] if may_confirm else []
    pairs += [] if last else [("?", words[_("more")])]
    keys = "".join([f"<span><kbd>{key}</kbd> {quoted(word)}</span>" for key, word in pairs])
    back = ""
    if last is not None:
        label = words[_("Take back: %(name)s")] % {"name": quoted(last.name)}
        back = (
            f"{frame.form('match_undo', entry_id=last.entry_id)}{hidden('t', last.transaction_id)}<button "
            f'class="k-btn k-btn-g k-btn-s" type="submit" data-key="z" aria-label="{label}"><kbd>Z</kbd> '
            f"{words[_('take back')]}</button></form>"
        )
    return f'<div class="k-keyline"><p class="k-keys">{keys}</p>{back}</div>'


def bar_of(frame: Frame, detail: Detail, following: int | None, *, may_confirm: bool, has_offer: bool) -> str:
    """Return the bar under the transaction: what is assigned and left, on to the next one; `has_offer` beside items."""
    words = frame.words
    place = "" if following is None else frame.place(t=following)
    if not (detail.rest and may_confirm):
        done = "" if detail.rest else f"{icon('circle-check')}{words[_('Completely assigned')]}"
        onward = frame.link("k-btn k-btn-p", place, words[_("Next")]) if place else ""
        return f'<footer class="k-bar"><p>{done}</p>{onward}</footer>'
    skip = frame.link("k-btn k-btn-g k-desk", place, words[_("Skip")]) if place else ""
    enter = ' <kbd class="k-desk">↵</kbd></button>'
    assign = f"{words[_('Assign & next')]}{enter}"
    offer = f'<button class="k-btn k-btn-p k-when-offer" type="submit" form="offer">{assign}' if has_offer else ""
    return (
        f'<footer class="k-bar">{_sums(frame, detail)}\n{skip}{offer}<button class="k-btn k-btn-p" type="submit" form="confirm" '
        f'data-split-send{"" if detail.ticked else " disabled"}>{assign}<button class="k-btn k-btn-p k-when-direct" '
        f'type="submit" form="direct">{words[_("Post & next")]}{enter}</footer>'
    )  # fmt: skip


def _sums(frame: Frame, detail: Detail) -> str:
    words, currency, whole = frame.words, detail.transaction.currency, abs(detail.rest)
    is_ok = ' class="is-ok"' if detail.allocated == whole else ""
    unit = frame.unit(currency)
    before, after = (f"{unit} ", "") if frame.money(whole, currency).startswith(unit) else ("", f" {unit}")
    return (
        f'<div class="k-sum"><div class="k-desk">{pgettext("amount", "Assigned")}<b><span data-split="allocated">'
        f"{frame.amount(detail.allocated, currency)}</span> {words[_('of')]} <span>{frame.money(whole, currency)}</span></b></div>"
        f'<div data-split-state{is_ok}>{words[_("Rest")]}<b>{icon("check")}<span>{before}<span data-split="rest">'
        f"{frame.amount(whole - detail.allocated, currency)}</span>{after}</span></b></div></div>"
    )  # fmt: skip
