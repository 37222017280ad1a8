"""What was read from stored files."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from kontor.core.reading import columns_of, selected
from kontor.core.tenancy import current_tenant_id
from kontor.documents.models import Extraction
from kontor.documents.rules.reading.values import Reading, State
from kontor.documents.rules.reading.wire import from_json

_READINGS = (
    f"SELECT {columns_of(Extraction, 'x')} FROM documents_extraction x WHERE x.tenant_id = %s AND x.file_id = ANY(%s)"
)


def reading_of(file_id: int) -> Reading | None:
    """Return what was read from a file, or that it waits; None if nobody asked."""
    return readings_of([file_id]).get(file_id)


def readings_of(file_ids: Iterable[int]) -> dict[int, Reading]:
    """Return the readings of files that were asked for, in one statement."""
    wanted = list(file_ids)
    rows = selected(_READINGS, [current_tenant_id(), wanted], Extraction) if wanted else []
    return {one.file_id: _reading(one) for (one,) in rows}


def _reading(one: Extraction) -> Reading:
    state = cast("State", one.state)  # the database knows no other
    return Reading(one.file_id, state, from_json(one.values), one.text, one.engine, one.sentence, one.facts)
