"""The parts of a document and their tax: gross as on the paper, net as in the books."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kontor.core.refusal import Refusal, gettext_noop
from kontor.ledger.rules.taxes import TaxCode, tax_in_gross


class PartsDiffer(Refusal):
    """The parts are not the whole."""

    sentence = gettext_noop(
        "The parts add up to %(parts)s, but the receipt says %(gross)s. Please correct one of them."
    )


class AccountMissing(Refusal):
    """A part without an account."""

    sentence = gettext_noop("Part %(position)s has no account yet. Please choose one.")


class TaxTooLarge(Refusal):
    """More tax than the gross can hold."""

    sentence = gettext_noop("The tax of part %(position)s is larger than its amount. Please correct it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A part as booked: `gross` minor units in document currency, `tax_amount` as stated (None computes it)."""

    position: int
    gross: int
    account: str
    tax_code: str = ""
    tax_amount: int | None = None
    project_id: int | None = None
    sphere: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NetLine:
    """A part without its tax."""

    line: Line
    net: int
    tax: int


@dataclass(frozen=True, slots=True)
class Split:
    """All parts, and the tax per code that makes them the gross again."""

    parts: tuple[NetLine, ...]
    taxes: Mapping[str, int] = field(default_factory=dict)


def check_parts(grosses: Sequence[int], *, gross: int, shown: tuple[str, str]) -> None:
    """Refuse parts that are not the whole; `shown` are both sums as people read them.  Raises: PartsDiffer."""
    if sum(grosses) != gross:
        raise PartsDiffer(parts=shown[0], gross=shown[1])


def split_tax(lines: Sequence[Line], *, codes: Mapping[str, TaxCode]) -> Split:
    """Take the tax out of each part, exactly: net and tax of every part make its gross.

    Tax that the recipient owes is not in the gross; a code without rate holds none.

    Raises:
        AccountMissing, TaxTooLarge
    """
    parts, taxes = [], dict[str, int]()
    for line in lines:
        if not line.account:
            raise AccountMissing(position=line.position)
        tax = _tax(line, codes.get(line.tax_code))
        if abs(tax) >= abs(line.gross) > 0 and tax:
            raise TaxTooLarge(position=line.position)
        parts.append(NetLine(line=line, net=line.gross - tax, tax=tax))
        if line.tax_code:
            taxes[line.tax_code] = taxes.get(line.tax_code, 0) + tax
    return Split(tuple(parts), taxes)


def _tax(line: Line, code: TaxCode | None) -> int:
    if code is None or code.is_owed_by_recipient:
        return 0
    if line.tax_amount is not None:
        return line.tax_amount
    return tax_in_gross(line.gross, rate_percent=code.rate_percent)
