"""What the workbench's templates write: dots, hints, links, bars."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from django import template
from django.core.paginator import Paginator
from django.template import Context
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kontor.banking.models import BankTransaction
from kontor.core.audit import page_of
from kontor.core.figures import MINUS, format_money
from kontor.core.iban import format_iban
from kontor.matching.detail import Detail, account_name
from kontor.matching.evidence import Criterion
from kontor.matching.listed import rows_of
from kontor.matching.queries.bench import Best, Row, Scope
from kontor.matching.queries.choices import Named
from kontor.matching.queries.proposals import POINTS_CERTAIN, Stored
from kontor.matching.rules.ruleset import Ruleset
from kontor.matching.wording import rule_words
from kontor.openitems.models import OpenItem
from kontor.ui.context import region_of
from kontor.ui.tags.parts import bar
from kontor.ui.tags.signs import chip

register = template.Library()
register.filter("account_name", account_name)

RULESET = Ruleset()


@register.simple_tag
def options_named(choices: Iterable[Named], chosen: str) -> SafeString:
    """Write the options of a choice, `chosen` selected; projects are hundreds."""
    return SafeString(
        "".join(
            [
                f'<option value="{escape(each.code)}"{" selected" if each.code == chosen else ""}>{escape(each.name)}</option>'
                for each in choices
            ]
        )
    )


@register.simple_tag
def accounts_to_pick(accounts: Iterable[Named]) -> SafeString:
    """Write a button for each account that is often taken."""
    words = [(escape(each.code), escape(f"{each.code} {each.name}")) for each in accounts]
    return SafeString(
        "".join(
            [
                f'<button class="k-chip" type="button" data-account="{code}" data-label="{named}">{named}</button>'
                for code, named in words
            ]
        )
    )


@register.simple_tag
def scoped(scope: Scope, *, account: str | None = None, tab: str | None = None, q: str | None = None) -> str:
    """Return the list's address with changes."""
    return scope.query(account=account, tab=tab, q=q)


@register.inclusion_tag("matching/pager.html")
def pager(number: int, pages: int, query: str) -> dict[str, object]:
    """Show page numbers with links; `query` is the address's query without a page."""
    shown = Paginator(range(pages), 1).get_elided_page_range(number, on_each_side=1, on_ends=1)
    links = [(str(each), _page_url(query, each) if isinstance(each, int) else "", each == number) for each in shown]
    return {
        "links": links, "previous": _page_url(query, number - 1) if number > 1 else "",
        "next": _page_url(query, number + 1) if number < pages else "",
    }  # fmt: skip


def _page_url(query: str, number: int) -> str:
    return f"{query}{'' if query.endswith('?') else '&'}p={number}"


@register.filter
def opens(scope: Scope, transaction_id: int) -> str:
    """Return the address that opens a transaction within the list."""
    return scope.query(t=transaction_id)


@register.simple_tag(takes_context=True)
def listed_rows(context: Context, rows: Sequence[Row], scope: Scope, detail: Detail | None) -> SafeString:
    """Write the rows of one day; the one that is open beside them is marked."""
    current = detail.transaction.id if detail else None
    return rows_of(rows, scope, current=current, region=region_of(context.get("request")), sign=_sign, hint=_hint)


def _sign(row: Row) -> tuple[str, str]:
    """Return tone and word of a row's state."""
    match row.state:
        case "assigned":
            return "done", _("Assigned automatically") if row.is_automatic else _("Assigned")
        case "partly":
            return "half", _("Partly assigned")
    if row.best is None or row.best.score < RULESET.points_show:
        return "open", _("No proposal")
    return ("pos", _("Certain proposal")) if _is_certain(row.best) else ("warn", _("Proposal to check"))


def _hint(row: Row, region: str) -> tuple[str, str]:
    if row.state == "assigned":
        return (_("automatic") if row.is_automatic else _("assigned")), ""
    if row.state == "partly":
        rest = format_money(abs(row.rest), currency=row.transaction.currency, region=region)
        return _("%(rest)s still open") % {"rest": rest}, "warn"
    best = row.best
    if best is None or best.score < RULESET.points_show:
        return _("no proposal"), ""
    points = ngettext("%(n)s point", "%(n)s points", best.score) % {"n": best.score}
    if not _is_certain(best):
        return _("%(points)s · check") % {"points": points}, "warn"
    items = ngettext("%(n)s item", "%(n)s items", best.items) % {"n": best.items}
    return f"{points} · {items}", ""


def _is_certain(best: Best) -> bool:
    return best.decision == "automatic" or (best.score >= POINTS_CERTAIN and best.lead >= RULESET.lead_ticked)


@register.simple_tag
def verdict(detail: Detail) -> SafeString:
    """Say beside the heading whether it works out."""
    items = ngettext("%(n)s item", "%(n)s items", detail.ticked) % {"n": detail.ticked}
    if detail.conflict:
        return chip(_("other number named"), "neg", "triangle-alert")
    if detail.is_clean and detail.outcome.is_part:
        return chip(_("%(items)s · part payment") % {"items": items}, "brand", "circle-dashed")
    if detail.is_clean:
        return chip(_("%(items)s · works out") % {"items": items}, "pos", "check")
    return chip(_("to check"), "warn", "eye")


@register.simple_tag
def criterion_bar(line: Criterion) -> SafeString:
    """Draw the points of one criterion on a common scale."""
    total = max(50, line.points_max)
    return bar(abs(line.points), total, of=line.points_max or total, tone="neg" if line.points < 0 else "pos")


@register.simple_tag
def why_of(proposal: Stored) -> str:
    """Say in a few words what speaks for another proposal and what against it."""
    good = [
        rule_words(mark.rule) for mark in sorted(proposal.evidence, key=lambda mark: -mark.points) if mark.points > 0
    ]
    bad = [rule_words(mark.rule) for mark in proposal.evidence if mark.points < 0]
    return " · ".join([*dict.fromkeys(good[:2]), *dict.fromkeys(bad[:1])])


@register.simple_tag(takes_context=True)
def item_link(context: Context, item: OpenItem) -> SafeString:
    """Link an open item's number to its page."""
    page = page_of("openitems.item", item.id)
    tenant = getattr(context.get("request"), "tenant", None)
    if page is None or tenant is None:
        return format_html("<b>{}</b>", item.document_number)
    try:
        url = reverse(page[0], kwargs={"tenant": tenant.code, **page[1]})
    except NoReverseMatch:
        return format_html("<b>{}</b>", item.document_number)
    return format_html('<a class="k-a" href="{}">{}</a>', url, item.document_number)


@register.filter
def signed(points: int) -> str:
    """Write points with their sign."""
    return f"{MINUS}{-points}" if points < 0 else f"+{points}"


@register.filter
def absolute(minor: int) -> int:
    """Return an amount without its sign."""
    return abs(minor)


@register.filter
def rest_of(row: BankTransaction) -> int:
    """Return what a payment still holds, without its sign."""
    return abs(int(row.amount - row.allocated))


@register.filter
def left(detail: Detail) -> int:
    """Return what is left of the payment behind the ticked amounts."""
    return abs(detail.rest) - detail.allocated


@register.filter
def iban(text: str) -> str:
    """Write an IBAN in groups of four."""
    return format_iban(text)


@register.filter
def localmark(percent: str) -> str:
    """Write a percentage with a decimal comma."""
    return percent.replace(".", ",")
