"""The parts of a receipt that is handed in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from kontor.receipts.actions.drafting import Part
from kontor.receipts.forms.choices import Choices, one_of
from kontor.receipts.models import IncomingLine
from kontor.ui.forms.fields import AmountField

PARTS_MAX = 20
TEXT_MAX = 500


def parts_of(
    data: Mapping[str, Any], *, choices: Choices, gross: int | None, region: str, currency: str
) -> list[Part] | None:
    """Return the parts that were posted, None if the form had none; a single part carries the whole amount.

    What is not on offer counts as not chosen. An amount that cannot be read counts as 0 until it can: the sum then shows that something is missing.
    """
    count = count_of(data)
    if count is None:
        return None
    amounts = AmountField(required=False, currency=currency, region=region)
    parts = []
    for place in range(count):
        amount = gross or 0
        if count > 1:
            try:
                amount = amounts.clean(data.get(f"part-{place}-gross", "")) or 0
            except forms.ValidationError:
                amount = 0
        parts.append(
            Part(
                gross=amount,
                project_id=one_of(chosen_in(data, place, "project"), choices.projects),
                cost_type_id=one_of(chosen_in(data, place, "cost_type"), choices.cost_types),
                text=str(data.get(f"part-{place}-text", ""))[:TEXT_MAX],
            )
        )
    return parts


def count_of(data: Mapping[str, Any]) -> int | None:
    """Return how many parts were posted, None if the form had none."""
    given = str(data.get("parts", ""))
    return min(max(int(given), 1), PARTS_MAX) if given.isdecimal() else None


def chosen_in(data: Mapping[str, Any], place: int, name: str) -> str:
    """Return which project or kind was chosen for a part, from the list before the chips."""
    return str(data.get(f"part-{place}-other_{name}") or data.get(f"part-{place}-{name}") or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPart:
    """A part as the page shows it; `projects` and `cost_types` are (id, name) as chips, the rest is in a list."""

    place: int
    project_id: int | None
    cost_type_id: int | None
    gross: int | None
    text: str = ""
    is_proposed: bool = False


def shown_parts(lines: Sequence[IncomingLine], *, project_id: int | None, cost_type_id: int | None) -> list[ShownPart]:
    """Return the parts to show: the stored ones, or a first one with what was chosen last time.

    A single part `is_proposed` as long as it says what was chosen last time.
    """
    if not lines:
        return [
            ShownPart(place=0, project_id=project_id, cost_type_id=cost_type_id, gross=None,
                      is_proposed=project_id is not None)
        ]  # fmt: skip
    last = (project_id, cost_type_id)
    return [
        ShownPart(
            place=place,
            project_id=line.project_id,
            cost_type_id=line.cost_type_id,
            gross=line.gross,
            text=line.text,
            is_proposed=len(lines) == 1 and project_id is not None and (line.project_id, line.cost_type_id) == last,
        )
        for place, line in enumerate(lines)
    ]
