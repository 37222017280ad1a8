"""Reading amounts as people type them: `1.234,50`, `1'200.50`, `12,5+3`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from kontor.core.refusal import Refusal, gettext_noop

KEY_DIGITS = 18
SUM_LENGTH_MAX = 200
_TERM = re.compile(r"([+-]?)([^+-]+)")
_GROUPED = {
    ",": re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?"),
    ".": re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"),
}


class UnreadableAmount(Refusal):
    """The text is no amount."""

    sentence = gettext_noop("“%(text)s” is not an amount. Amounts look like 1.234,50 or 12,5+3.")


def row_key(text: str) -> int | None:
    """Return the id that a form or an address names, None for anything that cannot be one."""
    return int(text) if text.isdecimal() and len(text) <= KEY_DIGITS else None


def row_keys(texts: Iterable[str]) -> list[int]:
    """Return the ids among what a form sent, in their order."""
    return [key for text in texts if (key := row_key(text)) is not None]


def parse_amount(text: str, *, decimal_mark: str = ",") -> Decimal:
    """Read an amount or a sum of amounts, exactly.

    Either mark may separate decimals as long as it is unambiguous; a lone group of three
    (`1.234`) is read as thousands where `decimal_mark` is the other one.

    Raises:
        UnreadableAmount: no amount, an unclear grouping, or longer than 200 characters.
    """
    squashed = re.sub(r"[\s\u00a0\u202f'’]", "", text).replace("−", "-").replace("–", "-")
    squashed = re.sub(r"(?i)€|eur|chf|fr\.", "", squashed)
    if not squashed or len(squashed) > SUM_LENGTH_MAX:
        raise UnreadableAmount(text=text)
    terms = _TERM.findall(squashed)
    if "".join(sign + term for sign, term in terms) != squashed:
        raise UnreadableAmount(text=text)
    return sum((_term(sign, term, text, decimal_mark) for sign, term in terms), Decimal(0))


def _term(sign: str, digits: str, text: str, decimal_mark: str) -> Decimal:
    mark = _mark_of(digits, decimal_mark)
    if not _GROUPED[mark].fullmatch(digits):
        raise UnreadableAmount(text=text)
    plain = digits.replace("." if mark == "," else ",", "").replace(",", ".")
    return Decimal(sign + plain)


def _mark_of(digits: str, decimal_mark: str) -> str:
    comma, dot = digits.rfind(","), digits.rfind(".")
    if comma >= 0 and dot >= 0:
        return "," if comma > dot else "."
    if comma < 0 and dot < 0:
        return decimal_mark
    only = "," if comma >= 0 else "."
    if only != decimal_mark and re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", digits):
        return decimal_mark
    return only
