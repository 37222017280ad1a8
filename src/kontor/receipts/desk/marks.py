"""What was read from a receipt's files: each value with its origin, and its place on the picture that is shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kontor.core.figures import format_amount, format_decimal, format_money
from kontor.core.iban import format_iban
from kontor.documents.queries.pages import PageView
from kontor.documents.rules.geometry import Box, Geometry
from kontor.documents.rules.placing import place_shown
from kontor.documents.rules.reading.values import Proposed, Reading, ReadVat
from kontor.receipts.desk.words import AGREEING, ORIGINS, day_words
from kontor.receipts.models import IncomingDocument

MARGIN = 4
TAX_FIELD = "part0-tax_code"
FORM_FIELDS = {
    "supplier": "supplier_name", "number": "document_number", "date": "document_date", "due_date": "due_date",
    "amount": "gross", "currency": "currency", "iban": "payee_iban", "reference": "payment_reference",
}  # fmt: skip
# What the supplier asks to be paid by: of a refund the paper says nothing.
OF_THE_PAYEE = frozenset({"iban", "reference"})
LABELS: Mapping[str, Promise] = {
    "supplier_name": gettext_lazy("Supplier"),
    "document_number": gettext_lazy("Document number"),
    "document_date": gettext_lazy("Document date"),
    "due_date": gettext_lazy("Due on"),
    "gross": gettext_lazy("Gross"),
    "currency": gettext_lazy("Currency"),
    "payee_iban": pgettext_lazy("field", "IBAN"),
    "payment_reference": gettext_lazy("Payment reference"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: a file, its page (from 1), and shares of the upright whole page."""

    file_id: int
    page: int
    box: Box


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadValue:
    """A value that was read: its field, as people read it, where it comes from, whether the receipt says so too.

    `code` is the origin (`xml`, `qr`, `text`, `ocr`), `place` None where the origin has none, `is_shown` whether that
    place is on a picture as it is shown now. `typed` is how the form's field writes it, "" where it has none of its own;
    `is_by_hand` tells that a person typed what stands in the field.
    """

    field: str
    label: str
    shown: str
    code: str
    agrees: bool
    place: Place | None = None
    is_shown: bool = False
    typed: str = ""
    is_by_hand: bool = False

    @property
    def origin(self) -> str:
        """Return where the value comes from, in words."""
        return str(ORIGINS.get(self.code, ""))

    @property
    def agreement(self) -> str:
        """Return what stands beside the field when it says the same: whence it was taken, or that both agree."""
        return str((AGREEING if self.is_by_hand else ORIGINS).get(self.code, ""))

    @property
    def input(self) -> str:
        """Return the name of the form's field."""
        return "supplier" if self.field == "supplier_name" else self.field


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in pixels of the picture that is shown, and the values that stand there (a QR code holds several)."""

    values: tuple[ReadValue, ...]
    x: int
    y: int
    width: int
    height: int

    @property
    def code(self) -> str:
        """Return the origin of what stands there."""
        return self.values[0].code

    @property
    def agrees(self) -> bool:
        """Tell whether the receipt says everything that stands there."""
        return all(value.agrees for value in self.values)

    @property
    def inputs(self) -> str:
        """Return the names of the form's fields, parted by spaces."""
        return " ".join(value.input for value in self.values)

    @property
    def words(self) -> str:
        """Return what stands there, in words."""
        lines = "\n".join(f"{value.label}: {value.shown}" for value in self.values)
        return f"{lines}\n{self.values[0].origin}"


def read_values(
    document: IncomingDocument,
    readings: Mapping[int, Reading],
    pictures: Iterable[PageView],
    *,
    region: str,
    held: Mapping[str, object] | None = None,
) -> list[ReadValue]:
    """Return what was read of the head's fields and of the VAT, in the order of the form.

    `held` are the columns as a form holds them that is not saved yet; without it the receipt's own are compared.
    """
    now = {name: getattr(document, name) for name in (*FORM_FIELDS.values(), "variant")} | dict(held or {})
    found = [value for name in FORM_FIELDS if (value := _proposed(document, name, now, region=region)) is not None]
    found += [_vat(each, file_id, document, region=region) for file_id, each in _shares(document, readings)]
    views = list(pictures)
    return [replace(value, is_shown=any(_box(value, view) for view in views)) for value in found]


def marks_on(view: PageView, values: Sequence[ReadValue]) -> tuple[Mark, ...]:
    """Return what stands on a page, with its places on the picture as it is cut and turned now; larger ones first."""
    places: dict[Box, list[ReadValue]] = {}
    for value in values:
        if (box := _box(value, view)) is not None:
            places.setdefault(box, []).append(value)
    marks = [
        Mark(
            tuple(there), round(box.left * view.width) - MARGIN, round(box.top * view.height) - MARGIN,
            round((box.right - box.left) * view.width) + 2 * MARGIN, round(box.height * view.height) + 2 * MARGIN,
        )
        for box, there in places.items()
    ]  # fmt: skip
    return tuple(sorted(marks, key=lambda mark: -mark.width * mark.height))


def _box(value: ReadValue, view: PageView) -> Box | None:
    place = value.place
    if place is None or (place.file_id, place.page) != (view.file_id, view.page):
        return None
    return place_shown(place.box, Geometry(view.corners, view.turn))


def typed_over(document: IncomingDocument, name: str, *, region: str) -> str | None:
    """Return what was read for a field of the form, as the field writes it; None if nothing was."""
    for proposed, field in FORM_FIELDS.items():
        if name == ("supplier" if field == "supplier_name" else field):
            value = document.proposals.get(proposed)
            return _typed(proposed, value["value"], document, region=region) if isinstance(value, dict) else None
    return None


def _proposed(document: IncomingDocument, name: str, now: Mapping[str, object], *, region: str) -> ReadValue | None:
    proposed, field = document.proposals.get(name), FORM_FIELDS[name]
    if not isinstance(proposed, dict) or proposed.get("value") in (None, ""):
        return None
    value, mine = proposed["value"], now[field]
    agrees = " ".join(str(value).casefold().split()) == " ".join(str(mine).casefold().split())
    if name == "currency" and agrees:
        return None
    if name in OF_THE_PAYEE and not agrees and now["variant"] not in {"", "to_pay"}:
        return None
    return ReadValue(
        field=field, label=str(LABELS[field]), shown=_shown(name, value, document, region=region),
        code=str(proposed.get("origin", "")), agrees=agrees, place=_place(proposed),
        typed=_typed(name, value, document, region=region), is_by_hand=field in document.typed,
    )  # fmt: skip


def _place(proposed: Mapping[str, Any]) -> Place | None:
    box, file_id = proposed.get("box"), proposed.get("file")
    if not box or not isinstance(file_id, int):
        return None
    return Place(file_id, int(proposed.get("page", 1)), Box(*map(float, box)))


def _shares(document: IncomingDocument, readings: Mapping[int, Reading]) -> Iterable[tuple[int, Proposed[ReadVat]]]:
    """Yield the VAT of the file that the amount was read from, each rate once."""
    amount = document.proposals.get("amount")
    wanted = amount.get("file") if isinstance(amount, dict) else None
    for file_id, reading in readings.items():
        if reading.state == "read" and (wanted is None or file_id == wanted) and reading.vat:
            yield from ((file_id, share) for share in reading.vat)
            return


def _vat(share: Proposed[ReadVat], file_id: int, document: IncomingDocument, *, region: str) -> ReadValue:
    rate = format_decimal(share.value.rate_percent, region=region)
    vat = share.value.vat
    words = "" if vat is None else f" · {format_money(vat, currency=document.currency, region=region)}"
    place = None if share.box is None else Place(file_id, share.page, share.box)
    return ReadValue(
        field=TAX_FIELD, label=_("VAT"), shown=f"{rate} %{words}", code=share.origin, agrees=True, place=place
    )


def _typed(name: str, value: object, document: IncomingDocument, *, region: str) -> str:
    if name == "amount" and isinstance(value, int):
        return format_amount(value, currency=document.currency, region=region)
    return _shown(name, value, document, region=region)


def _shown(name: str, value: object, document: IncomingDocument, *, region: str) -> str:
    if name == "amount" and isinstance(value, int):
        return format_money(value, currency=document.currency, region=region)
    if name in {"date", "due_date"}:
        try:
            return day_words(date.fromisoformat(str(value)))
        except ValueError:
            return str(value)
    return format_iban(str(value)) if name == "iban" else str(value)
