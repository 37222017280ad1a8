"""One receipt as the desk and the archive show it: pages with what was read, findings, approval, conversation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from kontor.approvals.models import Answer, ApprovalRequest, Decision, Message, RequestState
from kontor.approvals.queries.requests import decisions_of, latest_requests, messages_of, stages_of
from kontor.documents.models import StoredFile
from kontor.documents.queries.pages import PageView, pages_of_files
from kontor.documents.queries.reading import readings_of
from kontor.organisations.queries import names_of
from kontor.receipts.actions.submitting import SUBJECT, signs_of
from kontor.receipts.desk.marks import Mark as PlaceMark
from kontor.receipts.desk.marks import ReadValue, marks_on, read_values
from kontor.receipts.desk.words import sign_words, status_mark
from kontor.receipts.models import IncomingDocument, IncomingLine, PrivateNote
from kontor.receipts.queries.documents import (
    Double,
    Standing,
    attachments_of,
    doubles_of,
    lines_of,
    name_of,
    standing_of,
)
from kontor.receipts.queries.recoveries import Recovery, recovery_of
from kontor.receipts.queries.sheets import Sheet, ordered_sheets
from kontor.ui.marks import Mark


@dataclass(frozen=True, slots=True)
class Page:
    """One page in the viewer; `picture` is None while none is drawn (an XML invoice, or a file that waits)."""

    number: int
    file: StoredFile
    picture: PageView | None
    marks: tuple[PlaceMark, ...]

    @property
    def key(self) -> str:
        """Return by what the page is named when it is turned: file and page of it."""
        return "" if self.picture is None else f"{self.picture.file_id}-{self.picture.page}"


@dataclass(frozen=True, slots=True)
class TrailLine:
    """One station of the approval."""

    tone: str
    who: str
    what: str
    at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """Everything that is shown of one receipt; notes only where the reader may process receipts."""

    document: IncomingDocument
    name: str
    standing: Standing
    mark: Mark
    lines: Sequence[IncomingLine]
    pages: Sequence[Page]
    files: Sequence[StoredFile]
    is_reading: bool
    read: Sequence[ReadValue]
    signs: Sequence[tuple[str, str, str]]
    doubles: Sequence[Double]
    trail: Sequence[TrailLine]
    messages: Sequence[Message]
    notes: Sequence[PrivateNote]
    recovery: Recovery | None = None

    @property
    def first_picture(self) -> str:
        """Return the key of the first page that can be turned."""
        return next((page.key for page in self.pages if page.key), "")

    @property
    def warnings(self) -> int:
        """Return how many findings want a look."""
        return sum(tone == "warn" for tone, _sentence, _more in self.signs)

    @property
    def origins(self) -> Mapping[str, str]:
        """Return where the form's values come from, by field, as far as they are what was read."""
        return {value.field: value.origin for value in self.read if value.agrees}

    @property
    def differing(self) -> Sequence[ReadValue]:
        """Return what was read and stands otherwise, or not at all, on the receipt."""
        return [value for value in self.read if not value.agrees]


def detail_of(document: IncomingDocument, *, with_notes: bool, region: str) -> Detail:
    """Return what is shown of a receipt; it must come from `documents()`."""
    attachments = attachments_of([document.id]).get(document.id, [])
    files = [each.file for each in attachments]
    readings = readings_of(file.id for file in files)
    pictures = pages_of_files(file.id for file in files)
    read = read_values(document, readings, (view for views in pictures.values() for view in views), region=region)
    standing = standing_of(document)
    notes = PrivateNote.objects.filter(document=document).select_related("author").order_by("id") if with_notes else ()
    return Detail(
        document=document,
        name=name_of(document),
        standing=standing,
        mark=status_mark(standing.status, standing.payment, is_donation=document.variant == "donation"),
        lines=lines_of([document.id]).get(document.id, []),
        pages=_pages(ordered_sheets(attachments, pictures), read),
        files=files,
        is_reading=any(reading.state == "waiting" for reading in readings.values()),
        read=read,
        signs=[sign_words(sign) for sign in signs_of(document)],
        doubles=doubles_of(document),
        trail=_trail(document),
        messages=list(messages_of(subject_type=SUBJECT, subject_id=document.id)),
        notes=list(notes),
        recovery=recovery_of(document),
    )


def _pages(sheets: Sequence[Sheet], values: Sequence[ReadValue]) -> list[Page]:
    return [
        Page(number, sheet.attachment.file, sheet.view, marks_on(sheet.view, values) if sheet.view is not None else ())
        for number, sheet in enumerate(sheets, start=1)
    ]


def _trail(document: IncomingDocument) -> list[TrailLine]:
    """Return how the approval went and who is asked now."""
    request = latest_requests(subject_type=SUBJECT, subject_ids=[document.id]).get(document.id)
    if request is None:
        return []
    answers = decisions_of([request.id]).get(request.id, [])
    lines = [_answered(row) for row in answers]
    if request.state in {RequestState.PENDING, RequestState.QUERY}:
        lines += _waiting(request)
    return lines


def _answered(row: Decision) -> TrailLine:
    words = {
        Answer.APPROVE: ("pos", _("approved")), Answer.REJECT: ("neg", _("rejected")),
        Answer.QUERY: ("warn", _("asked back")), Answer.REVOKE: ("open", _("took the answer back")),
    }  # fmt: skip
    tone, what = words[Answer(row.answer)]
    if row.for_user is not None:
        what = _("%(what)s for %(name)s") % {"what": what, "name": row.for_user.name}
    return TrailLine(tone, row.user.name, what, row.decided_at, row.reason)


def _waiting(request: ApprovalRequest) -> list[TrailLine]:
    stages = [stage for stage in stages_of(request) if stage.number >= request.stage]
    names = names_of({user for stage in stages for user in stage.users})
    now, later = _("is asked now"), _("comes after that")
    return [
        TrailLine("half" if stage.number == request.stage else "open",
                  ", ".join(names.get(user, "?") for user in stage.users), now if stage.number == request.stage else later)
        for stage in stages
    ]  # fmt: skip
