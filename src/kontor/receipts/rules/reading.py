"""Putting together what several files of one receipt say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_TRUST = {"xml": 3, "qr": 2, "text": 1, "ocr": 0}


def together(readings: Sequence[Mapping[str, Mapping[str, Any]]]) -> dict[str, dict[str, Any]]:
    """Return the best proposal per field: the machine-made before the recognised, then the surer, then the earlier file.

    Amount and currency come from the same file, so that no figure gets another one's unit.
    """
    best: dict[str, dict[str, Any]] = {}
    places: dict[str, int] = {}
    for place, reading in enumerate(readings):
        for name, proposal in reading.items():
            if name not in best or _rank(proposal) > _rank(best[name]):
                best[name], places[name] = dict(proposal), place
    if "amount" in best:
        of_amount = readings[places["amount"]].get("currency")
        if of_amount is None:
            best.pop("currency", None)
        else:
            best["currency"] = dict(of_amount)
    return best


def _rank(proposal: Mapping[str, Any]) -> tuple[int, int]:
    return _TRUST.get(str(proposal["origin"]), 0), int(proposal["confidence"])
