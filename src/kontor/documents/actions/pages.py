"""Pictures of pages: made from the archived bytes, which never change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django_subatomic import db

from kontor.core.audit import act
from kontor.core.refusal import Refusal, gettext_noop
from kontor.core.tenancy import Actor
from kontor.documents.models import Rendition, RenditionKind, StoredFile
from kontor.documents.queries.pages import PageView, pages_of
from kontor.documents.reader.room import reading_room
from kontor.documents.rules.geometry import Corners, Geometry, check_geometry, plain_geometry
from kontor.documents.rules.intake import check_receipt_file
from kontor.documents.store import read_file, store
from kontor.documents.words import words_for

RENDITION_OWNER = "documents.rendition"


class NoSuchPage(Refusal):
    """A page that the file has not, or that has no picture yet."""

    sentence = gettext_noop("Page %(page)s of “%(name)s” has no picture yet. Please reload the page in a moment.")
    status = 409


@act("documents.crop_page")
def crop_page(
    file: StoredFile, page: int, *, corners: Corners | None, turn: int, at: datetime, by: Actor | None
) -> PageView:
    """Show a page cut out at four corners (shares of the upright whole page), then turned clockwise.

    No corners and no turn show the whole page again. The original stays as it was received.

    Raises:
        UnfitCorners: the corners enclose nothing, or the turn is no quarter.
        NoSuchPage: the page has no picture.
        TakesTooMuch: drawing it broke the limits.
    """
    geometry = Geometry(corners, turn)
    check_geometry(geometry)
    if not Rendition.objects.filter(file_id=file.id, page=page, kind=RenditionKind.PREVIEW).exists():
        raise NoSuchPage(page=page, name=file.name)
    facts, pictures = draw_page(file, page, geometry)
    screen, thumb = pictures
    if geometry.is_plain:
        Rendition.objects.filter(file_id=file.id, page=page, kind=RenditionKind.CROPPED).delete()
    else:
        _keep(file, page, RenditionKind.CROPPED, screen, facts["size"], plain_geometry(geometry), at=at, by=by)
    _keep(file, page, RenditionKind.THUMB, thumb, facts["thumb_size"], plain_geometry(geometry), at=at, by=by)
    return next(view for view in pages_of(file.id) if view.page == page)


def draw_page(file: StoredFile, page: int, geometry: Geometry) -> tuple[dict[str, Any], list[bytes]]:
    """Return size and pictures (screen, thumb) of a page; no row is written.  Raises: BadReceiptFile."""
    content = read_file(file)
    kind = check_receipt_file(content[:4096], name=file.name, size=len(content))
    return reading_room.ask(
        "draw", content, name=file.name, kind=kind, page=page, geometry=plain_geometry(geometry), **words_for(kind)
    )


@db.transaction_required
def keep_pictures(
    file: StoredFile, page: int, pictures: Sequence[bytes], facts: dict[str, Any], *, at: datetime, by: Actor | None
) -> None:
    """Keep preview and thumb of a page."""
    screen, thumb = pictures
    geometry = plain_geometry(Geometry()) | {"found": facts.get("found"), "flaws": facts.get("flaws", [])}
    _keep(file, page, RenditionKind.PREVIEW, screen, facts["size"], geometry, at=at, by=by)
    _keep(file, page, RenditionKind.THUMB, thumb, facts["thumb_size"], plain_geometry(Geometry()), at=at, by=by)


def _keep(
    file: StoredFile, page: int, kind: str, picture: bytes, size: Sequence[int], geometry: dict[str, Any],
    *, at: datetime, by: Actor | None,
) -> None:  # fmt: skip
    stored = store(picture, name=f"{kind}-{page}.webp", owner_type=RENDITION_OWNER, at=at, by=by)
    width, height = size
    Rendition.objects.bulk_create(
        [
            Rendition(
                file=file,
                page=page,
                kind=kind,
                stored_file=stored,
                width=width,
                height=height,
                geometry=geometry,
                made_at=at,
            )
        ],
        update_conflicts=True,
        unique_fields=["tenant_id", "file", "page", "kind"],
        update_fields=["stored_file", "width", "height", "geometry", "made_at"],
    )
