"""What the workbench shows of a request: the part of the list, one transaction, what is offered beside items."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from django.http import QueryDict
from django.middleware.csrf import get_token
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kontor.banking.models import MoneyAccount
from kontor.banking.queries.transactions import account_cards
from kontor.core.asked_together import ask_together
from kontor.ledger.wording import sphere_choices
from kontor.matching.detail import Detail
from kontor.matching.forms import DIRECT_FIELDS
from kontor.matching.queries.bench import TABS, Counts, Scope, counts, next_after, page_of
from kontor.matching.queries.choices import choices, direct_choices, party_names
from kontor.matching.queries.items import search_words
from kontor.matching.queries.own_transfers import own_transfer
from kontor.matching.queries.proposals import POINTS_CERTAIN, certain, last_run
from kontor.matching.queries.returns import returnable
from kontor.matching.queries.steps import last_step_of
from kontor.matching.written.frame import Frame
from kontor.organisations.access import TenantRequest
from kontor.organisations.models import Chart
from kontor.payments.queries.statement import fitting_lists
from kontor.payments.queries.transit import paid_by_hand
from kontor.ui.marks import Tab
from kontor.ui.words import kept_words

PAGES_MAX = 1_000_000


def scope_of(query: QueryDict) -> Scope:
    """Return the part of the list that an address or form names."""
    tab = query.get("tab", "open")
    return Scope(account=query.get("account", ""), tab=tab if tab in TABS else "open", q=query.get("q", "").strip(),
                 page=max(1, min(number_in(query, "p"), PAGES_MAX)))  # fmt: skip


def frame_of(request: TenantRequest, scope: Scope) -> Frame:
    """Return what the parts of this request's page are written with."""
    tenant = request.tenant
    return Frame(
        tenant=tenant.code, scope=scope, region=tenant.country, base_currency=tenant.base_currency,
        form_key=get_token(request), key=secrets.token_urlsafe(12), words=kept_words(),
    )  # fmt: skip


def context_of(request: TenantRequest, scope: Scope, detail: Detail | None) -> dict[str, Any]:
    """Return what the page's template knows; a handful of statements however long the list is."""
    cards, frame = account_cards(), frame_of(request, scope)
    at = detail.transaction if detail else None
    asked = (counts(scope, at=at), certain.of(scope.account), last_run.of(), *choices())
    answers = ask_together(asked)
    counted = Counts(**answers[asked[0]])
    page = page_of(scope, counted, at=at)
    known = {name: value for each in asked[3:] for name, value in answers[each].items()}
    may_confirm, accounts = "matching.confirm" in request.rights, [card.account for card in cards]
    return {
        "heading": _("Bank matching"), "scope": scope, "page": page, "counts": counted, "tabs": _tabs(scope, counted),
        "cards": cards, "detail": detail, "is_chosen": bool(number_in(request.GET or request.POST, "t")), "frame": frame,
        "csrf_token": frame.form_key, "safe": answers[asked[1]]["n"] if may_confirm else 0, "run_at": answers[asked[2]]["at"],
        "key": frame.key, "following": next_after(scope, at, page=page) if at else None, "current": at.id if at else None,
        "points_certain": POINTS_CERTAIN, "is_empty": detail is None, "accounts": accounts,
        "last_step": last_step_of(request.user.pk) if may_confirm else None, "direct": direct_rows(QueryDict(), 1),
        "choices": direct_choices(known, spheres=sphere_choices() if request.tenant.chart == Chart.SKR42 else ()),
        "words": search_words(at) if at else (), "is_fresh": "fresh" in request.GET, "is_direct": False,
        "may_confirm": may_confirm, "may_run": "matching.run" in request.rights, "find": request.GET.get("find", ""),
        **(_offers(detail, accounts) if detail else {}),
    }  # fmt: skip


def _offers(detail: Detail, accounts: Sequence[MoneyAccount]) -> dict[str, Any]:
    """Return what is offered beside items: payments to take back; unless a proposal is sure our own lists and transfers."""
    row, is_sure = detail.transaction, detail.current is not None and detail.current.score >= POINTS_CERTAIN
    returns = returnable(row) if detail.rest else []
    lists, by_hand, transfer = (
        ([], [], None) if is_sure else (fitting_lists(row), paid_by_hand(row), own_transfer(row, accounts))
    )
    offers = bool(lists or by_hand or transfer)
    return {
        "returns": returns, "lists": lists, "paid_by_hand": by_hand, "transfer": transfer, "offers": offers,
        "has_offer": offers or bool(returns),
    }  # fmt: skip


def _tabs(scope: Scope, counted: Counts) -> list[Tab]:
    words = {"open": pgettext("transactions", "Open"), "partly": _("Partly"), "automatic": pgettext("transactions", "Automatic"),
             "all": pgettext("transactions", "All")}  # fmt: skip
    return [
        Tab(label=word, url=scope.query(tab=tab), count=counted.of(tab), is_current=scope.tab == tab)
        for tab, word in words.items()
    ]


def direct_rows(posted: QueryDict, count: int) -> list[dict[str, Any]]:
    """Return what was typed in the lines that go straight to accounts."""
    numbers = range(1, max(count, 1) + 1)
    rows = [{"n": n, **{name: posted.get(f"{name}-{n}", "") for name in DIRECT_FIELDS}} for n in numbers]
    names = party_names(str(row["party"]) for row in rows)
    return [row | {"party_label": names.get(str(row["party"]), "")} for row in rows]


def number_in(query: QueryDict, name: str) -> int:
    """Return a number of an address or form, 0 where there is none."""
    text = query.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 19 else 0
