"""The pages of receipts in the order in which people put them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kontor.documents.queries.pages import PageView, pages_of_files
from kontor.receipts.models import Attachment
from kontor.receipts.queries.documents import attachments_of
from kontor.receipts.rules.pages import Leaf, in_order, leaf_of


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page of a receipt; a file that has no picture is one page without a view."""

    attachment: Attachment
    page: int
    view: PageView | None


def sheets_of(document_ids: Iterable[int]) -> dict[int, list[Sheet]]:
    """Return the pages of documents in their order, without those left out, two statements."""
    attachments = attachments_of(document_ids)
    views = pages_of_files(each.file_id for rows in attachments.values() for each in rows)
    return {document_id: ordered_sheets(rows, views) for document_id, rows in attachments.items()}


def ordered_sheets(attachments: Sequence[Attachment], views: Mapping[int, Sequence[PageView]]) -> list[Sheet]:
    """Return the pages of one receipt's files in their order, without those left out."""
    known = {each.id: each for each in attachments}
    drawn = {(each.id, view.page): view for each in attachments for view in views.get(each.file_id, ())}
    return [
        Sheet(known[leaf.attachment_id], leaf.page, drawn.get((leaf.attachment_id, leaf.page)))
        for leaf in in_order(leaves_of(attachments, views))
    ]


def leaves_of(attachments: Sequence[Attachment], views: Mapping[int, Sequence[PageView]]) -> list[Leaf]:
    """Return every page of one receipt's files, those left out too."""
    return [
        leaf_of(each.id, page, position=position, shape=each.shape)
        for position, each in enumerate(attachments)
        for page in ([view.page for view in views.get(each.file_id, ())] or [1])
    ]
