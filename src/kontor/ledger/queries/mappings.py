"""What stands behind cost types."""

from __future__ import annotations

from collections.abc import Iterable

from kontor.ledger.models.mappings import AccountMapping


def mappings(cost_type_ids: Iterable[int] | None = None, *, region: str = "") -> dict[int, AccountMapping]:
    """Return the mapping per cost type id (of all, or of those named) with its account, one statement."""
    rows = AccountMapping.objects.filter(region=region).select_related("account", "cost_type")
    if cost_type_ids is not None:
        rows = rows.filter(cost_type_id__in=list(cost_type_ids))
    return {row.cost_type_id: row for row in rows}
