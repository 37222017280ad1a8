"""The balances of the home page as HTML: written, not rendered, as everybody starts there."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from django.utils.safestring import SafeString

from kontor.banking.queries.transactions import AccountCard
from kontor.organisations.models import Tenant
from kontor.ui.addresses import address
from kontor.ui.tags.figures import day
from kontor.ui.tags.parts import spark
from kontor.ui.tiles import money_of


def balances_of(cards: Iterable[AccountCard], *, tenant: Tenant) -> SafeString:
    """Return a row for each account: its name and bank, the last balances as a line, the latest as a figure."""
    return SafeString("".join([_row(card, tenant) for card in cards]))


def _row(card: AccountCard, tenant: Tenant) -> str:
    account = card.account
    url = f"{escape(address('bank', tenant=tenant.code))}?account={escape(account.code)}"
    stated = f" · {day(card.balance_on, 'short')}" if card.balance_on else ""
    figure = "–"
    if card.balance is not None:
        figure = money_of(card.balance, currency=account.currency, region=tenant.country)
    return (
        f'<li><a class="k-item k-item-a" href="{url}"><span><b>{escape(account.name)}</b>'
        f'<small class="k-sub">{escape(account.bank_name or account.iban or "")}{stated}</small></span>'
        f'{spark(card.balances, account.name)}<b class="k-num">{figure}</b></a></li>'
    )
