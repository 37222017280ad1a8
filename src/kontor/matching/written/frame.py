"""What all parts of the workbench are written with: addresses, forms, figures and words of one request."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from kontor.core.figures import format_amount, format_money
from kontor.matching.queries.bench import Scope
from kontor.ui.addresses import address
from kontor.ui.quick_html import form_key_field, quoted
from kontor.ui.words import Words

# What a link of the workbench exchanges; with DROP it does nothing while another is on its way.
EXCHANGE = (
    'hx-target="#main" hx-select="#main" hx-select-oob="#toasts,.k-rail .k-nav[id]:outerMorph" hx-swap="outerMorph" '
    'hx-push-url="true"'
)
_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£"}
DROP = f'{EXCHANGE} hx-sync="this:drop"'


@dataclass(frozen=True, kw_only=True)
class Frame:
    """One request: whose books, which part of the list, how figures and words are written there.

    `form_key` goes with everything that is sent, `key` lets a form act once.
    """

    tenant: str
    scope: Scope
    region: str
    base_currency: str
    form_key: str
    key: str
    words: Words

    def url(self, name: str, **places: object) -> str:
        """Return the address of a page of these books."""
        return quoted(address(name, tenant=self.tenant, **places))

    def place(self, **changes: str | int | None) -> str:
        """Return the address of the list with changes."""
        return quoted(self.scope.query(**changes))  # type: ignore[arg-type]  # as `query` takes them

    def form(self, name: str, *, more: str = "", **places: object) -> str:
        """Return the start of a form with the key and the part of the list that is shown; `more` are attributes."""
        url = self.url(name, **places)
        return f'<form method="post" action="{url}" hx-post="{url}" {DROP}{more}>{self.fields}'

    def link(self, css: str, place: str, content: str, *, more: str = "") -> str:
        """Return a link of the workbench."""
        return f'<a class="{css}" href="{place}" hx-get="{place}" {DROP}{more}>{content}</a>'

    def money(self, minor: int, currency: str, *, plus: bool = False) -> str:
        """Return figure and unit."""
        return quoted(format_money(minor, currency=currency, region=self.region, plus=plus))

    def amount(self, minor: int, currency: str) -> str:
        """Return the figure only."""
        return format_amount(minor, currency=currency, region=self.region)

    def unit(self, currency: str) -> str:
        """Return the sign of a currency as column heads show it: €, CHF."""
        return _SIGNS.get(currency) or quoted(currency)

    @cached_property
    def scope_fields(self) -> str:
        """Return the hidden fields that keep the part of the list."""
        scope = self.scope
        kept = (("account", scope.account), ("tab", scope.tab if scope.tab != "open" else ""), ("q", scope.q))
        return "".join([hidden(name, value) for name, value in kept if value])

    @cached_property
    def items_field(self) -> str:
        """Return the hidden field that keeps items which were chosen beforehand."""
        return hidden("items", ",".join(map(str, self.scope.items))) if self.scope.items else ""

    @cached_property
    def fields(self) -> str:
        """Return what every form carries: the form key and the part of the list."""
        return form_key_field(self.form_key) + self.scope_fields


def hidden(name: str, value: object) -> str:
    """Return a hidden field."""
    return f'<input type="hidden" name="{name}" value="{quoted(str(value))}">'
