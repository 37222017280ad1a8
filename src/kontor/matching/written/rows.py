"""The rows of the workbench's list: up to a hundred."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_noop as _

from kontor.banking.models import MoneyAccount
from kontor.core.figures import format_money
from kontor.matching.queries.bench import Day, Page
from kontor.matching.queries.listed import Best, Row
from kontor.matching.queries.own_transfers import ends_among
from kontor.matching.queries.proposals import POINTS_CERTAIN
from kontor.matching.rules.ruleset import Ruleset
from kontor.matching.written.frame import DROP, EXCHANGE, Frame
from kontor.ui.quick_html import quoted
from kontor.ui.tags.figures import day as day_tag
from kontor.ui.tags.signs import dot, icon
from kontor.ui.words import Words

RULESET = Ruleset()
_PLACE = 918_273_645_000_000
_PARTS_OF_IBAN = 8

type Moves = Callable[[Row], object]


def list_of(frame: Frame, page: Page, *, current: int | None, accounts: Sequence[MoneyAccount]) -> str:
    """Return the list by days, with links beyond its ends; `current` is open; between our `accounts` it is a transfer."""
    row = _row_writer(frame, page, current=current, moves=ends_among(accounts))
    days = "".join([_day(frame, each, row) for each in page.days])
    newer = _beyond(frame, page.before, "prev", "chevron-up", frame.words[_("Newer ones")])
    older = _beyond(frame, page.after, "next", "chevron-down", frame.words[_("Older ones")])
    return f'<ul class="k-days">{newer}{days}{older}</ul>\n'


def _beyond(frame: Frame, transaction_id: int | None, rel: str, sign: str, word: str) -> str:
    if transaction_id is None:
        return ""
    place = frame.place(t=transaction_id)
    return (
        f'<li><a class="k-tx k-tx-more" id="more-{rel}" rel="{rel}" href="{place}" hx-get="{place}" {DROP}>{icon(sign)}{word}</a>'
        "</li>\n"
    )


def _day(frame: Frame, day: Day, row: Callable[[Row], str]) -> str:
    total = "" if day.total is None else f"<span>{frame.money(day.total, day.currency, plus=True)}</span>"
    rows = "".join([row(each) for each in day.rows])
    return f'<li><p class="k-day"><span>{_long_day(get_language(), day.day)}</span>{total}</p><ul>{rows}</ul></li>\n'


@lru_cache(maxsize=1024)
def _long_day(_language: str | None, day: date) -> str:
    return str(day_tag(day, "long"))


def _row_writer(frame: Frame, page: Page, *, current: int | None, moves: Moves) -> Callable[[Row], str]:
    """Return what writes a row."""
    region, words = frame.region, frame.words
    signs, hints, unknown = _Signs(words), _hints(frame, page, moves), words[_("Unknown")]
    # A search may hold the same number; nothing after the place of `t` holds its name.
    before, at, after = frame.place(t=_PLACE).rpartition("t=")
    before, after = before + at, after.removeprefix(str(_PLACE))

    def write(row: Row) -> str:
        url, amount = f"{before}{row.id}{after}", row.amount
        money = quoted(format_money(amount, currency=row.currency, region=region, plus=True))
        state, hint, tone = hints(row)
        name = row.counterparty_name or row.booking_text or _stranger(row, unknown)
        return (
            f'<li><a class="k-tx" id="tx-{row.id}" href="{url}" hx-get="{url}" {EXCHANGE}'
            f"{' aria-current="true"' if row.id == current else ''}>{signs[state]}<span><b>{quoted(name)}</b>"
            f'<span class="k-tp">{quoted(row.remittance or row.booking_text or "–")}</span></span><span class="k-r">'
            f'<span class="k-amt{" is-in" if amount > 0 else ""}">{money}</span>'
            f'<span class="k-tip{tone}">{hint}</span></span></a></li>'
        )

    return write


def _stranger(row: Row, unknown: str) -> str:
    iban = row.counterparty_iban
    return f"{unknown} · {iban[:4]} {iban[4:_PARTS_OF_IBAN]} …" if len(iban) > _PARTS_OF_IBAN else unknown


class _Signs(dict[str, str]):
    """The dots of a list by what they say, each drawn once."""

    TONES = {
        "automatic": ("done", _("Assigned automatically")), "assigned": ("done", _("Assigned")),
        "partly": ("half", _("Partly assigned")), "nothing": ("open", _("No proposal")),
        "certain": ("pos", _("Certain proposal")), "to check": ("warn", _("Proposal to check")),
        "transfer": ("pos", _("Transfer between own accounts")),
    }  # fmt: skip

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words

    def __missing__(self, state: str) -> str:
        tone, word = self.TONES[state]
        found = self[state] = str(dot(tone, self._words[word]))
        return found


def _hints(frame: Frame, page: Page, moves: Moves) -> Callable[[Row], tuple[str, str, str]]:
    """Return what says of a row its state, a few words and their tone's class."""
    words, warn = frame.words, " is-warn"
    nothing, transfer = words[_("no proposal")], words[_("own transfer")]
    assigned, automatic = words[_("assigned")], words[_("automatic")]

    def hint(row: Row) -> tuple[str, str, str]:
        if row.allocated == row.amount:
            return ("automatic", automatic, "") if row.id in page.automatic else ("assigned", assigned, "")
        if row.allocated:
            rest = frame.money(abs(row.rest), row.currency)
            return "partly", words[_("%(rest)s still open")] % {"rest": rest}, warn
        best = row.proposed
        if (best is None or best.score < POINTS_CERTAIN) and moves(row) is not None:
            return "transfer", transfer, ""
        if best is None or best.score < RULESET.points_show:
            return "nothing", nothing, ""
        points = ngettext("%(n)s point", "%(n)s points", best.score) % {"n": best.score}
        if not _is_certain(best):
            return "to check", words[_("%(points)s · check")] % {"points": points}, warn
        items = ngettext("%(n)s item", "%(n)s items", best.items) % {"n": best.items}
        return "certain", f"{points} · {items}", ""

    return hint


def _is_certain(best: Best) -> bool:
    return bool(best.is_automatic) or (best.score >= POINTS_CERTAIN and best.lead >= RULESET.lead_ticked)
