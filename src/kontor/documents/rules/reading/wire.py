"""Proposals as plain JSON and back: for the row in the database and the pipe to the reading process."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from kontor.documents.rules.geometry import Box
from kontor.documents.rules.reading.values import FIELDS, Proposals, Proposed, ReadVat

_DAYS = frozenset({"date", "due_date"})


def as_json(proposals: Proposals) -> dict[str, Any]:
    """Return proposals as what JSON can hold; absent ones are left out."""
    values: dict[str, Any] = {
        name: _one(getattr(proposals, name)) for name in FIELDS if getattr(proposals, name) is not None
    }
    if proposals.vat:
        values["vat"] = [_one(share) for share in proposals.vat]
    return values


def from_json(values: Mapping[str, Any]) -> Proposals:
    """Return proposals from what `as_json` gave."""
    chosen: dict[str, Any] = {
        name: _proposed(values[name], _value(name, values[name]["value"])) for name in FIELDS if name in values
    }
    vat = tuple(_proposed(share, _share(share["value"])) for share in values.get("vat", ()))
    return Proposals(**chosen, vat=vat)


def _one(proposed: Proposed[Any]) -> dict[str, Any]:
    box = proposed.box
    return {
        "value": _plain(proposed.value),
        "origin": proposed.origin,
        "page": proposed.page,
        "box": None if box is None else [round(share, 4) for share in (box.left, box.top, box.right, box.bottom)],
        "confidence": proposed.confidence,
    }


def _plain(value: object) -> Any:
    match value:
        case date():
            return value.isoformat()
        case ReadVat():
            return {"rate_percent": str(value.rate_percent), "net": value.net, "vat": value.vat}
        case _:
            return value


def _value(name: str, value: Any) -> Any:
    return date.fromisoformat(value) if name in _DAYS else value


def _share(value: Mapping[str, Any]) -> ReadVat:
    return ReadVat(Decimal(value["rate_percent"]), value["net"], value["vat"])


def _proposed[T](found: Mapping[str, Any], value: T) -> Proposed[T]:
    box = found["box"]
    return Proposed(value, found["origin"], found["page"], None if box is None else Box(*box), found["confidence"])
