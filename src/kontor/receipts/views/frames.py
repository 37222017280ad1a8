"""The pages of a receipt on the stage."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kontor.documents.queries.pages import PageView
from kontor.documents.rules.geometry import Corners
from kontor.organisations.access import TenantRequest
from kontor.receipts.models import Attachment, IncomingDocument
from kontor.receipts.queries.sheets import Sheet, sheets_of

FLAW_WORDS = {
    "blurred": gettext_noop("The photo is blurred: take it again?"),
    "dark": gettext_noop("The photo is too dark: take it again with more light?"),
    "small": gettext_noop("The picture is very small: take it again from closer up?"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One page on the stage; a file without pictures has `view` None."""

    attachment: Attachment
    view: PageView | None
    page: int
    picture: str = ""
    whole: str = ""
    thumb: str = ""
    corners: str = ""
    found: str = ""
    number: int = 1
    is_photo: bool = False
    is_shown: bool = False
    is_last: bool = False

    @property
    def flaw(self) -> str:
        """Return a friendly word on what makes the photo hard to read, "" where nothing does."""
        return next(
            (str(_(FLAW_WORDS[each])) for each in (self.view.flaws if self.view else ()) if each in FLAW_WORDS), ""
        )

    @property
    def before(self) -> int:
        """Return the place further to the front, from 0."""
        return self.number - 2

    @property
    def after(self) -> int:
        """Return the place further to the back, from 0."""
        return self.number


def frames_of(request: TenantRequest, document: IncomingDocument | None) -> list[Frame]:
    """Return the pages of a document in order; `?shown=<attachment>-<page>` says which one is looked at."""
    if document is None:
        return []
    sheets = sheets_of([document.id]).get(document.id, [])
    wanted = request.GET.get("shown", "")
    place = next((at for at, each in enumerate(sheets) if f"{each.attachment.id}-{each.page}" == wanted), 0)
    return [
        replace(_frame(request, sheet), number=at + 1, is_shown=at == place, is_last=at + 1 == len(sheets))
        for at, sheet in enumerate(sheets)
    ]


def _frame(request: TenantRequest, sheet: Sheet) -> Frame:
    attachment, view = sheet.attachment, sheet.view
    if view is None:
        return Frame(attachment=attachment, view=None, page=sheet.page)

    def url(picture_id: int) -> str:
        kwargs = {"tenant": request.tenant.code, "attachment_id": attachment.id, "picture_id": picture_id}
        return reverse("receipts:own_picture", kwargs=kwargs)

    return Frame(
        attachment=attachment, view=view, page=view.page, picture=url(view.picture_id), whole=url(view.whole_id),
        thumb=url(view.thumb_id), corners=_as_json(view.corners), found=_as_json(view.found_corners),
        is_photo=attachment.file.media_type.startswith("image/"),
    )  # fmt: skip


def _as_json(corners: Corners | None) -> str:
    return "" if corners is None else json.dumps([[round(x, 4), round(y, 4)] for x, y in corners.points])
