"""Where those who hand receipts in find them in the shell."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext, pgettext

from kontor.core.kept_statements import Figures
from kontor.documents.actions.reading import when_read
from kontor.receipts.actions.reading import file_was_read
from kontor.receipts.own_home import ways
from kontor.receipts.queries.documents import OWN_COUNT
from kontor.receipts.queries.own_sums import own_figures
from kontor.ui.addresses import address
from kontor.ui.foreseen import foreseen
from kontor.ui.navigation import Command, Count, NavItem, Tile, register, register_command, register_tile
from kontor.ui.tags.signs import icon
from kontor.ui.tiles import money_of


def furnish_own() -> None:
    """Register everything for submitters, and take over what is read from their files."""
    when_read(file_was_read)
    register(
        NavItem(label=gettext_noop("Hand in a receipt"), url_name="receipts:capture", icon="camera",
                right="receipts.submit", group="Receipts", order=5, keys="g n", phone=2,
                phone_label=gettext_noop("Receipt"))
    )  # fmt: skip
    register(
        NavItem(label=gettext_noop("My receipts"), url_name="receipts:mine", icon="receipt", right="receipts.submit",
                badge=Count(sql=OWN_COUNT), group="Receipts", order=10, keys="g m", phone=5)
    )  # fmt: skip
    register_command(
        Command(label=gettext_noop("Ask for an advance"), url_name="receipts:own_advances", icon="piggy-bank",
                right="receipts.submit", words="vorschuss advance")
    )  # fmt: skip
    register_tile(
        Tile(write=_written_tile, query=_tile, figures=_figures, right="receipts.submit", order=5, column="side")
    )
    register_tile(Tile(template="receipts/own/tile_ways.html", query=ways, right="receipts.submit", order=90))


def _figures(request: HttpRequest) -> Figures:
    return own_figures.of(request.user.pk or 0, request.tenant.base_currency)  # type: ignore[attr-defined]  # inside the door


def _tile(request: HttpRequest) -> Mapping[str, Any]:
    """Return what waits for a person and what comes back to them."""
    found = foreseen(request, _figures(request))
    return {"questions": found["questions"], "drafts": found["drafts"], "on_way": found["unbooked"] + found["booked"]}


def _written_tile(request: HttpRequest, tile: Mapping[str, Any]) -> SafeString:
    tenant = request.tenant  # type: ignore[attr-defined]  # inside the door
    mine, capture = (escape(address(name, tenant=tenant.code)) for name in ("receipts:mine", "receipts:capture"))
    questions, drafts, lines = tile["questions"], tile["drafts"], list[str]()
    if tile["on_way"]:
        amount = money_of(tile["on_way"], currency=tenant.base_currency, region=tenant.country)
        lines.append(f'<div class="k-figs"><div>{escape(_("On its way to me"))}<b>{amount}</b></div></div>')
    if questions:
        words = ngettext("%(n)s question waits for an answer", "%(n)s questions wait for an answer", questions)
        lines.append(
            f'<p><a class="k-link" href="{mine}">{icon("circle-alert")}{escape(words % {"n": questions})}</a></p>'
        )
    if drafts:
        words = ngettext("%(n)s draft is not handed in yet", "%(n)s drafts are not handed in yet", drafts)
        lines.append(f'<p><a class="k-link" href="{mine}?tab=drafts">{escape(words % {"n": drafts})}</a></p>')
    button = (
        f'<p><a class="k-btn k-btn-p k-btn-w" href="{capture}">{icon("camera")}{escape(_("Take a receipt"))}</a></p>'
    )
    return SafeString(
        f'<section class="k-card" aria-labelledby="my-receipts-h"><header class="k-chead"><h2 id="my-receipts-h">'
        f'{escape(_("My receipts"))}</h2><a class="k-link k-sp" href="{mine}">{escape(pgettext("receipts", "All"))}</a></header>'
        f'<div class="k-body k-stack">{"".join(lines)}{button}</div></section>\n'
    )
