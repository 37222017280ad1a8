"""Where those who hand receipts in find them in the shell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_noop

from kontor.documents.actions.reading import when_read
from kontor.receipts.actions.reading import file_was_read
from kontor.receipts.queries.documents import CLOSED, OWN_PERHAPS_OPEN, own_documents
from kontor.ui.navigation import Command, Count, NavItem, Tile, register, register_command, register_tile


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
                badge=Count(sql=OWN_PERHAPS_OPEN, exact=_on_their_way), group="Receipts", order=10, keys="g m", phone=5)
    )  # fmt: skip
    register_command(
        Command(label=gettext_noop("Ask for an advance"), url_name="receipts:own_advances", icon="piggy-bank",
                right="receipts.submit", words="vorschuss advance")
    )  # fmt: skip
    register_tile(Tile(template="receipts/own/tile.html", query=_tile, right="receipts.submit", order=5, column="side"))


def _on_their_way(request: HttpRequest) -> int:
    return own_documents(request.user.id or 0).exclude(state="draft").exclude(CLOSED).count()


def _tile(request: HttpRequest) -> Mapping[str, Any]:
    own = own_documents(request.user.id or 0)
    return {"questions": own.filter(state="query").count(), "drafts": own.filter(state="draft").count()}
