"""One receipt as the desk and the archive show it: pages with what was read, findings, approval, conversation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from kontor.approvals.models import Answer, ApprovalRequest, Decision, Message, RequestState
from kontor.approvals.queries.requests import decisions_of, latest_requests, messages_of, stages_of
from kontor.core.figures import format_money
from kontor.core.iban import format_iban
from kontor.documents.models import StoredFile
from kontor.documents.queries.pages import PageView, pages_of_files
from kontor.documents.queries.reading import readings_of
from kontor.documents.rules.reading.values import FIELDS, Reading
from kontor.organisations.queries import names_of
from kontor.receipts.actions.submitting import SUBJECT, signs_of
from kontor.receipts.desk.words import ORIGINS, day_words, sign_words, status_mark
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
from kontor.ui.marks import Mark

FORM_FIELDS = {
    "amount": "gross", "currency": "currency", "date": "document_date", "due_date": "due_date",
    "supplier": "supplier_name", "number": "document_number", "iban": "payee_iban", "reference": "payment_reference",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class BoxView:
    """Where a value stands on a page, in pixels of its picture."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Page:
    """One page in the viewer; `picture` is None while none is drawn (an XML invoice, or a file that waits)."""

    number: int
    file: StoredFile
    picture: PageView | None
    boxes: tuple[BoxView, ...]


@dataclass(frozen=True, slots=True)
class ReadValue:
    """A value that was read: its field in the form, as people read it, where it comes from, whether the receipt says so."""

    field: str
    shown: str
    origin: str
    agrees: bool


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
    files = [each.file for each in attachments_of([document.id]).get(document.id, [])]
    readings = readings_of(file.id for file in files)
    standing = standing_of(document)
    notes = PrivateNote.objects.filter(document=document).select_related("author").order_by("id") if with_notes else ()
    return Detail(
        document=document,
        name=name_of(document),
        standing=standing,
        mark=status_mark(standing.status, standing.payment, is_donation=document.variant == "donation"),
        lines=lines_of([document.id]).get(document.id, []),
        pages=_pages(files, readings),
        files=files,
        is_reading=any(reading.state == "waiting" for reading in readings.values()),
        read=_read(document, region=region),
        signs=[sign_words(sign) for sign in signs_of(document)],
        doubles=doubles_of(document),
        trail=_trail(document),
        messages=list(messages_of(subject_type=SUBJECT, subject_id=document.id)),
        notes=list(notes),
    )


def _pages(files: Sequence[StoredFile], readings: Mapping[int, Reading]) -> list[Page]:
    pictures = pages_of_files(file.id for file in files)
    found: list[Page] = []
    for file in files:
        reading = readings.get(file.id)
        for picture in pictures.get(file.id, []):
            found.append(Page(len(found) + 1, file, picture, _boxes(picture, reading)))
        if not pictures.get(file.id):
            found.append(Page(len(found) + 1, file, None, ()))
    return found


def _boxes(picture: PageView, reading: Reading | None) -> tuple[BoxView, ...]:
    """Return the places of what was read; a cut or turned page shows none, they are measured on the whole one."""
    if reading is None or picture.corners is not None or picture.turn:
        return ()
    proposed = [getattr(reading.proposals, name) for name in FIELDS]
    boxes = [each.box for each in proposed if each is not None and each.box is not None and each.page == picture.page]
    return tuple(
        BoxView(
            round(box.left * picture.width) - 4, round(box.top * picture.height) - 4,
            round((box.right - box.left) * picture.width) + 8, round((box.bottom - box.top) * picture.height) + 8,
        )
        for box in dict.fromkeys(boxes)
    )  # fmt: skip


def _read(document: IncomingDocument, *, region: str) -> list[ReadValue]:
    found = []
    for name, field in FORM_FIELDS.items():
        proposed = document.proposals.get(name)
        if not isinstance(proposed, dict) or proposed.get("value") in (None, ""):
            continue
        value, mine = proposed["value"], getattr(document, field)
        agrees = str(value).casefold() == str(mine).casefold()
        if name == "currency" and agrees:
            continue
        shown = _shown(name, value, document, region=region)
        found.append(ReadValue(field, shown, str(ORIGINS.get(str(proposed.get("origin")), "")), agrees))
    return found


def _shown(name: str, value: object, document: IncomingDocument, *, region: str) -> str:
    if name == "amount" and isinstance(value, int):
        return format_money(value, currency=document.currency, region=region)
    if name in {"date", "due_date"}:
        try:
            return day_words(date.fromisoformat(str(value)))
        except ValueError:
            return str(value)
    return format_iban(str(value)) if name == "iban" else str(value)


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
