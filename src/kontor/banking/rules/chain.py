"""Whether statements follow each other without a gap."""

from __future__ import annotations

from kontor.core.money import major_units
from kontor.core.refusal import Refusal, gettext_noop


class SequenceGap(Refusal):
    """A statement number is missing between two statements."""

    sentence = gettext_noop(
        "Between statement %(earlier)s and statement %(number)s there is a gap. Please fetch the missing statements."
    )


class OpeningDiffers(Refusal):
    """The opening balance is not the earlier closing balance."""

    sentence = gettext_noop(
        "The opening balance %(opening)s %(currency)s of statement %(number)s differs from the closing balance "
        "%(closing)s %(currency)s of the statement before. A statement may be missing."
    )


def chain_problems(
    *, earlier_closing: int | None, earlier_number: str, opening: int | None, number: str, currency: str
) -> list[Refusal]:
    """Return what is wrong between a statement and the one before it; amounts in minor units."""
    problems: list[Refusal] = []
    if earlier_number.isdigit() and number.isdigit() and int(number) > int(earlier_number) + 1:
        problems.append(SequenceGap(earlier=earlier_number, number=number))
    if earlier_closing is not None and opening is not None and earlier_closing != opening:
        problems.append(
            OpeningDiffers(
                opening=str(major_units(opening, currency)), closing=str(major_units(earlier_closing, currency)),
                number=number or "–", currency=currency,
            )
        )  # fmt: skip
    return problems
