"""What was read from a receipt's files, put together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kontor.documents.queries.reading import readings_of
from kontor.documents.rules.reading.values import Proposed, Reading
from kontor.receipts.models import Attachment
from kontor.receipts.rules.pages import left_out_pages
from kontor.receipts.rules.reading import together

FIELDS = ("amount", "currency", "date", "due_date", "supplier", "number", "iban", "reference")


@dataclass(frozen=True, slots=True)
class ReadState:
    """How far reading is: the proposals so far, whether something still waits, and what could not be read."""

    proposals: dict[str, dict[str, Any]]
    is_waiting: bool
    unreadable: tuple[Reading, ...] = ()


def read_state(document_id: int) -> ReadState:
    """Return what the files of a document say, two statements."""
    rows = Attachment.objects.filter(document_id=document_id).order_by("position", "id")
    shapes = dict(rows.values_list("file_id", "shape"))
    known = readings_of(shapes)
    readings = [known[file_id] for file_id in shapes if file_id in known]
    return ReadState(
        together(
            [_plain(each, without=left_out_pages(shapes[each.file_id])) for each in readings if each.state == "read"]
        ),
        is_waiting=any(each.state == "waiting" for each in readings),
        unreadable=tuple(each for each in readings if each.state == "unreadable"),
    )


def _plain(reading: Reading, *, without: frozenset[int]) -> dict[str, dict[str, Any]]:
    """Return the proposals of a file as JSON holds them, but those from pages that are left out."""
    found = {}
    for name in FIELDS:
        proposed: Proposed[Any] | None = getattr(reading, name)
        if proposed is not None and proposed.page not in without:
            found[name] = _as_json(proposed, file_id=reading.file_id)
    if reading.vat and reading.vat[0].page not in without:
        found["vat"] = {
            "value": _rates(reading.vat),
            "origin": reading.vat[0].origin,
            "confidence": _least(reading.vat),
        }
    return found


def _as_json(proposed: Proposed[Any], *, file_id: int) -> dict[str, Any]:
    value, box = proposed.value, proposed.box
    return {
        "value": value.isoformat() if isinstance(value, date) else value, "origin": proposed.origin,
        "confidence": proposed.confidence, "page": proposed.page, "file": file_id,
        "box": None if box is None else [box.left, box.top, box.right, box.bottom],
    }  # fmt: skip


def _rates(vat: Sequence[Proposed[Any]]) -> list[dict[str, Any]]:
    return [{"rate": str(each.value.rate_percent), "net": each.value.net, "vat": each.value.vat} for each in vat]


def _least(vat: Iterable[Proposed[Any]]) -> int:
    return min(each.confidence for each in vat)
