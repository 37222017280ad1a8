"""Whether statements follow each other without a gap, and none tells two stories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

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


class TwoStories(Refusal):
    """One statement came twice with different figures."""

    sentence = gettext_noop(
        "Statement %(number)s is there twice: once it ends with %(earlier)s %(currency)s, once with %(closing)s "
        "%(currency)s. Please ask the bank which one counts."
    )


class BalanceDiffers(Refusal):
    """What is kept here does not come to what the bank states."""

    sentence = gettext_noop(
        "By the transactions that are here the account holds %(computed)s %(currency)s, but the bank states "
        "%(stated)s %(currency)s. Transactions of %(difference)s %(currency)s are missing or too many; statements "
        "with a gap below show where."
    )


@dataclass(frozen=True, slots=True)
class Link:
    """A statement as a link of the chain; amounts in minor units, None where the bank states none."""

    number: str
    format: str
    from_date: date | None
    closing_date: date | None
    opening: int | None
    closing: int | None
    currency: str


def chain_problems(earlier: Link, link: Link) -> list[Refusal]:
    """Return what is wrong between a statement and the one before it.

    Numbers are compared within one format only, since banks count them separately. CSV exports cover whatever
    days somebody chose, so an overlap of theirs breaks no chain.
    """
    if earlier.number and _same(earlier, link) and earlier.closing != link.closing:
        return [
            TwoStories(
                number=link.number, earlier=_plain(earlier.closing, link), closing=_plain(link.closing, link),
                currency=link.currency,
            )
        ]  # fmt: skip
    if _same(earlier, link) or _overlaps(earlier, link):
        return []
    problems: list[Refusal] = []
    numbers = earlier.number, link.number
    if (
        earlier.format[:5] == link.format[:5]
        and all(map(str.isdigit, numbers))
        and int(numbers[1]) > int(numbers[0]) + 1
    ):
        problems.append(SequenceGap(earlier=earlier.number, number=link.number))
    if earlier.closing is not None and link.opening is not None and earlier.closing != link.opening:
        problems.append(
            OpeningDiffers(
                opening=_plain(link.opening, link), closing=_plain(earlier.closing, link), number=link.number or "–",
                currency=link.currency,
            )
        )  # fmt: skip
    return problems


def chain_of(links: Sequence[Link]) -> list[list[Refusal]]:
    """Return the problems of each link with the one before it, in the order of `links` (oldest first)."""
    return [chain_problems(links[index - 1], link) if index else [] for index, link in enumerate(links)]


def balance_problem(*, computed: int, stated: int, currency: str) -> Refusal | None:
    """Return the finding that the transactions miss the stated balance, None if they meet it."""
    if computed == stated:
        return None
    return BalanceDiffers(
        computed=str(major_units(computed, currency)), stated=str(major_units(stated, currency)),
        difference=str(major_units(stated - computed, currency)), currency=currency,
    )  # fmt: skip


def _same(earlier: Link, link: Link) -> bool:
    return (earlier.number, earlier.format, earlier.from_date, earlier.closing_date, earlier.opening) == (
        link.number, link.format, link.from_date, link.closing_date, link.opening,
    )  # fmt: skip


def _overlaps(earlier: Link, link: Link) -> bool:
    if link.format != "CSV" and earlier.format != "CSV":
        return False
    return bool(link.from_date and earlier.closing_date and link.from_date <= earlier.closing_date)


def _plain(amount: int | None, link: Link) -> str:
    return "–" if amount is None else str(major_units(amount, link.currency))
