"""What a column held before and after, as people read it: days, amounts and the words of codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kontor.core.figures import format_amount, format_day
from kontor.core.iban import format_iban

# Keys, counters and what machines keep beside a thing; what they mean is said by the verb.
_SILENT = frozenset({
    "id", "sort_name", "version", "typed", "proposals", "sequence", "year", "fingerprint", "queried_from", "client_key",
})  # fmt: skip
_AMOUNTS = frozenset({"gross", "amount", "amount_open", "advance_typed", "tax_amount"})
_CODES: dict[tuple[str, str], Mapping[str, object]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """In which currency and by which country's habit amounts of an object are told; without one they stay as stored."""

    currency: str
    region: str = "DE"


def name_codes(object_type: str, column: str, words: Mapping[str, object]) -> None:
    """Say what the codes of a column are called; the words are translated when they are read."""
    _CODES[object_type, column] = words


def is_told(name: str) -> bool:
    """Tell whether a change of this column says anything to people."""
    return name not in _SILENT and not name.endswith("_id")


def value_words(object_type: str, name: str, value: object, *, scale: Scale | None) -> str:
    """Return a value of the record in the reader's language, "" for none."""
    if value is None or value == "" or isinstance(value, list | dict):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int):
        is_amount = scale is not None and name in _AMOUNTS
        return format_amount(value, currency=scale.currency, region=scale.region) if is_amount and scale else str(value)
    words = _CODES.get((object_type, name), {}).get(str(value))
    if words is not None:
        return str(words)
    return format_iban(str(value)) if name.endswith("iban") else _moment_words(str(value))


def when(at: datetime) -> str:
    """Write an instant as day and clock."""
    local = localtime(at)
    return f"{format_day(local.date(), language=get_language() or 'de')}, {local:%H:%M}"


def _moment_words(text: str) -> str:
    """Return a day or an instant as people write it, any other text as it is."""
    try:
        if "T" in text:
            return when(datetime.fromisoformat(text))
        return format_day(date.fromisoformat(text), language=get_language() or "de") if text.count("-") == 2 else text
    except ValueError:
        return text
