"""The same draft in two windows: neither one undoes what was saved in the other.

Every group of fields carries a mark: what was stored, and what the window showed, when the page was made. A window
that has not touched a group leaves it as another one saved it meanwhile. Single fields do the same by `initial-<name>`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from kontor.receipts.forms.parts import chosen_in, count_of
from kontor.receipts.models import IncomingDocument, IncomingLine

PAYMENT_FIELDS = (
    "variant", "private_route", "private_payee", "private_iban", "private_name", "private_email", "means", "remittance",
    "advance", "advance_typed", "more_receipts_follow", "repayment_route", "advance_route", "advance_payee",
    "advance_iban", "advance_name", "advance_email",
)  # fmt: skip
PAYMENT_COLUMNS = (
    "variant", "refund_route_id", "means_id", "repayment_route_id", "advance_id", "advance_typed", "more_receipts_follow",
    "payee_name", "payee_iban", "payee_email", "remittance",
)  # fmt: skip
_CHECKBOX = "more_receipts_follow"


def payment_mark(document: IncomingDocument | None, shown: Mapping[str, Any]) -> str:
    """Return the mark of the payment; `shown` are the texts of the fields."""
    return _mark(_payment_stored(document), {name: _text(shown.get(name)) for name in PAYMENT_FIELDS})


def parts_mark(lines: Sequence[IncomingLine], shown: Sequence[tuple[str, str, str]]) -> str:
    """Return the mark of the parts; `shown` are project, kind and text of each."""
    return _mark(_parts_stored(lines), [list(each) for each in shown])


def posted_payment_mark(document: IncomingDocument, data: Mapping[str, Any]) -> str:
    """Return the mark of the payment for the window that has just saved it."""
    return _mark(_payment_stored(document), {name: str(data.get(name, "")) for name in PAYMENT_FIELDS})


def posted_parts_mark(lines: Sequence[IncomingLine], data: Mapping[str, Any]) -> str:
    """Return the mark of the parts for the window that has just saved them."""
    return _mark(_parts_stored(lines), _parts_posted(data))


def is_payment_of_other(document: IncomingDocument, data: Mapping[str, Any]) -> bool:
    """Tell whether another window saved the payment meanwhile and this one has not touched it."""
    posted = {name: str(data[name]) for name in PAYMENT_FIELDS if name in data}
    if "variant" in data:
        posted.setdefault(_CHECKBOX, "")
    stored, shown = _read(data.get("initial-payment", ""))
    if stored is None or not isinstance(shown, dict):
        return False
    return stored != _payment_stored(document) and all(shown.get(name, "") == text for name, text in posted.items())


def are_parts_of_other(lines: Sequence[IncomingLine], data: Mapping[str, Any]) -> bool:
    """Tell whether another window saved the parts meanwhile and this one has not touched them."""
    stored, shown = _read(data.get("initial-parts", ""))
    return stored is not None and stored != _parts_stored(lines) and shown == _parts_posted(data)


def _parts_posted(data: Mapping[str, Any]) -> list[list[str]]:
    count = count_of(data) or 0
    return [
        [
            chosen_in(data, place, "project"),
            chosen_in(data, place, "cost_type"),
            str(data.get(f"part-{place}-gross", "")),
        ]
        for place in range(count)
    ]


def _payment_stored(document: IncomingDocument | None) -> str:
    """Return what is stored; the supplier's IBAN is a single field, and reading may fill it at any time."""
    if document is None:
        return _payment_stored(IncomingDocument())
    is_suppliers = document.variant in {"", "to_pay"}
    return _sum(["" if name == "payee_iban" and is_suppliers else getattr(document, name) for name in PAYMENT_COLUMNS])


def _parts_stored(lines: Sequence[IncomingLine]) -> str:
    gross = [line.gross for line in lines] if len(lines) > 1 else []  # a single part carries the whole amount
    return _sum([[(line.project_id, line.cost_type_id, line.text) for line in lines], gross])


def _sum(facts: Sequence[Any]) -> str:
    return hashlib.sha256(json.dumps(facts, default=str).encode()).hexdigest()[:16]


def _text(value: object) -> str:
    return "on" if value is True else "" if value in (None, False) else str(value)


def _mark(stored: str, shown: object) -> str:
    return json.dumps([stored, shown], ensure_ascii=False)


def _read(given: object) -> tuple[str | None, Any]:
    try:
        stored, shown = json.loads(str(given))
    except (ValueError, TypeError):
        return None, None
    return str(stored), shown
