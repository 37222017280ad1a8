"""The pages of stored files as pictures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from kontor.core.reading import columns_of, selected
from kontor.core.tenancy import current_tenant_id
from kontor.documents.models import Rendition, RenditionKind, StoredFile
from kontor.documents.rules.geometry import Corners, corners_of, geometry_of

_RENDITIONS = f"""
SELECT {columns_of(Rendition, "r")} FROM documents_rendition r WHERE r.tenant_id = %s AND r.file_id = ANY(%s)
ORDER BY r.file_id, r.page
"""


@dataclass(frozen=True, slots=True)
class PageView:
    """One page as it is shown; the ids are those of stored files made by us (see `serving.picture_response`).

    `picture_id` is what to show, `whole_id` the uncut page for the crop editor, `found_corners` our own proposal,
    `flaws` what makes a photo hard to read (`formats.quality`).
    """

    file_id: int
    page: int
    picture_id: int
    thumb_id: int
    whole_id: int
    width: int
    height: int
    corners: Corners | None
    turn: int
    found_corners: Corners | None
    flaws: tuple[str, ...] = ()


def pages_of(file_id: int) -> list[PageView]:
    """Return the pages of a stored file that have pictures, in order; none for what waits."""
    return pages_of_files([file_id])[file_id]


def pages_of_files(file_ids: Iterable[int]) -> dict[int, list[PageView]]:
    """Return the pages of each file, in one statement."""
    wanted = list(file_ids)
    by_page: dict[tuple[int, int], dict[str, Rendition]] = defaultdict(dict)
    rows = selected(_RENDITIONS, [current_tenant_id(), wanted], Rendition) if wanted else []
    for (rendition,) in rows:
        by_page[rendition.file_id, rendition.page][rendition.kind] = rendition
    views: dict[int, list[PageView]] = {file_id: [] for file_id in wanted}
    for (file_id, page), kinds in by_page.items():
        if RenditionKind.PREVIEW in kinds and RenditionKind.THUMB in kinds:
            views[file_id].append(_view(file_id, page, kinds))
    return views


def _view(file_id: int, page: int, kinds: dict[str, Rendition]) -> PageView:
    whole, thumb = kinds[RenditionKind.PREVIEW], kinds[RenditionKind.THUMB]
    picture = kinds.get(RenditionKind.CROPPED, whole)
    geometry = geometry_of(picture.geometry)
    found = whole.geometry.get("found")
    return PageView(
        file_id, page, picture.stored_file_id, thumb.stored_file_id, whole.stored_file_id, picture.width, picture.height,
        geometry.corners, geometry.turn, corners_of([(x, y) for x, y in found]) if found else None,
        tuple(whole.geometry.get("flaws", ())),
    )  # fmt: skip


def picture_by_id(file_id: int, picture_id: int) -> StoredFile | None:
    """Return the stored picture if it is one of a page of that file, made by us."""
    if not Rendition.objects.filter(file_id=file_id, stored_file_id=picture_id).exists():
        return None
    return StoredFile.objects.filter(id=picture_id).first()
