"""What speaks for a proposal, as the workbench shows it: criteria with points, and marks in the payment's own words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kontor.banking.models import BankTransaction
from kontor.matching.queries.proposals import Stored
from kontor.matching.rules.ruleset import Ruleset
from kontor.matching.rules.values import Evidence
from kontor.matching.wording import KINDS, detail_words, rule_words

RULESET = Ruleset()


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of the evidence."""

    label: str
    detail: str
    points: int
    points_max: int


def criteria_of(row: BankTransaction, current: Stored, *, region: str) -> Iterable[Criterion]:
    """Return the evidence by rule, best first, then what of the usual kinds was not found."""
    texts = _texts(row)
    marks = sorted(current.evidence, key=lambda mark: mark.rule)
    groups = [list(members) for _rule, members in groupby(marks, key=lambda mark: mark.rule)]
    seen = {mark.rule for mark in marks}
    found = [
        Criterion(rule_words(each[0].rule), detail_words(each, texts=texts, currency=row.currency, region=region),
                  sum(mark.points for mark in each), _points_max(each[0].rule))
        for each in groups
    ]  # fmt: skip
    yield from sorted(found, key=lambda line: -line.points)
    for rules, label, sentence, rule in KINDS:
        if not seen & set(rules):
            yield Criterion(_(label), _(sentence), 0, _points_max(rule))


def _points_max(rule: str) -> int:
    return abs(int(getattr(RULESET, rule, RULESET.donation_text if rule == "fee_text" else 0)))


def conflict_of(row: BankTransaction, marks: Sequence[Evidence]) -> str:
    """Return the other document number that the payment names, "" if there is none."""
    for mark in marks:
        if mark.rule == "other_number":
            return _texts(row).get(mark.field, "")[mark.start : mark.end] or mark.detail
    return ""


def _texts(row: BankTransaction) -> dict[str, str]:
    return {
        "text": row.remittance, "counterparty_name": row.counterparty_name, "counterparty_iban": row.counterparty_iban,
        "structured_reference": row.structured_reference, "end_to_end_id": row.end_to_end_id, "mandate_id": row.mandate_id,
    }  # fmt: skip


def marked(text: str, marks: Sequence[Evidence], name: str) -> SafeString:
    """Return a text with the characters that count as evidence marked; everything is escaped."""
    spans = sorted(
        (mark.start, mark.end) for mark in marks if mark.field == name and 0 <= mark.start < mark.end <= len(text)
    )
    parts: list[tuple[str, str]] = []
    at = 0
    for start, end in spans:
        if end <= at:
            continue
        parts.append((text[at : max(start, at)], text[max(start, at) : end]))
        at = end
    shown = format_html_join("", "{}<mark>{}</mark>", parts)
    return format_html("{}{}", shown, text[at:])
