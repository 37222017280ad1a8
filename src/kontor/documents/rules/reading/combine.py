"""Several origins become one set of proposals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from kontor.documents.rules.reading.values import FIELDS, ORIGINS, Proposals, Proposed

_AGREED = 99


def combine(found: Sequence[Proposals]) -> Proposals:
    """Take each value from the best origin that has it: XML, then code, then text, then what was seen.

    Where another origin says the same, the value is trusted more; where a lesser one says otherwise, it is silent.
    """
    chosen: dict[str, Any] = {name: _best([getattr(one, name) for one in found]) for name in FIELDS}
    taxes = [one.vat for one in found if one.vat]
    vat = min(taxes, key=lambda shares: ORIGINS.index(shares[0].origin)) if taxes else ()
    return Proposals(**chosen, vat=vat)


def _best[T](proposed: Sequence[Proposed[T] | None]) -> Proposed[T] | None:
    there = [one for one in proposed if one is not None]
    if not there:
        return None
    best = min(there, key=lambda one: (ORIGINS.index(one.origin), -one.confidence))
    others = [one for one in there if one.origin != best.origin and one.value == best.value]
    if not others:
        return best
    placed = next((one for one in (best, *others) if one.box is not None), best)
    return replace(best, confidence=max(best.confidence, _AGREED), page=placed.page, box=placed.box)
