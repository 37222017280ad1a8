"""One receipt as the desk and the archive show it: pages with what was read, findings, approval, conversation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from kontor.approvals.models import Answer
from kontor.documents.models import StoredFile
from kontor.documents.queries.pages import PageView, pages_of_files
from kontor.documents.queries.reading import readings_of
from kontor.receipts.actions.submitting import signs_of
from kontor.receipts.desk.marks import Mark as PlaceMark
from kontor.receipts.desk.marks import ReadValue, marks_on, read_values
from kontor.receipts.desk.words import sign_words, status_mark
from kontor.receipts.models import IncomingDocument, IncomingLine
from kontor.receipts.queries.conversation import Answered, Said, Way, around
from kontor.receipts.queries.documents import Standing, attachments_of, lines_of, name_of, standing_of
from kontor.receipts.queries.doubles import Double, doubles_of
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
    messages: Sequence[Said]
    notes: Sequence[Said]
    keywords: Sequence[str] = ()
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
        return {value.field: value.agreement for value in self.read if value.agrees}

    def read_for(self, field: str) -> ReadValue | None:
        """Return what was read for a field of the head."""
        return next((value for value in self.read if value.field == field and value.typed), None)

    @property
    def differing(self) -> Sequence[ReadValue]:
        """Return what was read and stands otherwise, or not at all, on the receipt."""
        return [value for value in self.read if not value.agrees]


def detail_of(
    document: IncomingDocument,
    *,
    with_notes: bool,
    region: str,
    held: Mapping[str, object] | None = None,
    lines: Sequence[IncomingLine] | None = None,
) -> Detail:
    """Return what is shown of a receipt; it must come from `documents()`.  `held`: see `read_values`.

    `lines` are its parts, where they are known already.
    """
    attachments = attachments_of([document.id]).get(document.id, [])
    files = [each.file for each in attachments]
    readings = readings_of(file.id for file in files)
    pictures = pages_of_files(file.id for file in files)
    views = (view for found in pictures.values() for view in found)
    read = read_values(document, readings, views, region=region, held=held)
    standing = standing_of(document)
    doubles = doubles_of(document, files=[(file.id, file.sha256) for file in files])
    found = around(document.id, with_notes=with_notes)
    return Detail(
        document=document,
        name=name_of(document),
        standing=standing,
        mark=status_mark(standing.status, standing.payment, is_donation=document.variant == "donation"),
        lines=lines_of([document.id]).get(document.id, []) if lines is None else lines,
        pages=_pages(ordered_sheets(attachments, pictures), read),
        files=files,
        is_reading=any(reading.state == "waiting" for reading in readings.values()),
        read=read,
        signs=[sign_words(sign) for sign in signs_of(document, doubles=doubles)],
        doubles=doubles,
        trail=_trail(found.way),
        messages=found.messages,
        notes=found.notes,
        keywords=found.keywords,
        recovery=recovery_of(document),
    )


def _pages(sheets: Sequence[Sheet], values: Sequence[ReadValue]) -> list[Page]:
    return [
        Page(number, sheet.attachment.file, sheet.view, marks_on(sheet.view, values) if sheet.view is not None else ())
        for number, sheet in enumerate(sheets, start=1)
    ]


def _trail(way: Way) -> list[TrailLine]:
    """Return how the approval went and who is asked now."""
    now, later = _("is asked now"), _("comes after that")
    waiting = [
        TrailLine("open" if place else "half", ", ".join(names), later if place else now)
        for place, names in enumerate(way.waiting)
    ]
    return [*map(_answered, way.answers), *waiting]


def _answered(row: Answered) -> TrailLine:
    words = {
        Answer.APPROVE: ("pos", _("approved")), Answer.REJECT: ("neg", _("rejected")),
        Answer.QUERY: ("warn", _("asked back")), Answer.REVOKE: ("open", _("took the answer back")),
    }  # fmt: skip
    tone, what = words[Answer(row.answer)]
    if row.in_place_of:
        what = _("%(what)s for %(name)s") % {"what": what, "name": row.in_place_of}
    return TrailLine(tone, row.who, what, row.at, row.reason)
