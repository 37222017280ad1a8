"""One transaction on the workbench: payment, evidence, items to tick, what will be posted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kontor.banking.models import BankTransaction
from kontor.core.figures import format_amount
from kontor.core.refusal import Refusal
from kontor.matching.choices import Chosen, Picked, chosen, shortfall_of
from kontor.matching.queries.items import Assigned, assigned_to, items_with_ids, other_items_of
from kontor.matching.queries.loading import items_by_id
from kontor.matching.queries.proposals import Stored, proposals_of
from kontor.matching.rules.ruleset import Ruleset
from kontor.matching.rules.tolerance import discount_on
from kontor.matching.rules.values import Evidence, OpenItemRow
from kontor.matching.wording import KINDS, detail_words, rule_words
from kontor.openitems.actions.allocating import PreviewLine, preview
from kontor.openitems.models import OpenItem
from kontor.openitems.rules.steps import AccountShare
from kontor.ui.refusals import translated

RULESET = Ruleset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What stands in the form: ticked items in order, amounts in the payment's direction, the two choices."""

    items: tuple[int, ...] = ()
    amounts: Mapping[int, int] = field(default_factory=dict)
    unreadable: Mapping[int, str] = field(default_factory=dict)
    shortfall: str = ""
    surplus: str = ""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of the evidence."""

    label: str
    detail: str
    points: int
    points_max: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemLine:
    """One row of the allocation table; `amount` is in the payment's direction, None where nothing is filled in."""

    item: OpenItem
    open: int
    is_ticked: bool
    amount: int | None
    typed: str
    discount: int
    discount_percent: str
    discount_until: date | None
    is_error: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What would happen: the two choices with their sums, the lines to be posted, or the sentence of a refusal."""

    missing: int
    surplus: int
    shortfall: str
    surplus_choice: str
    preview: tuple[PreviewLine, ...]
    refusal: str
    has_shares: bool

    @property
    def total(self) -> int:
        """Return the sum of one side of the preview."""
        return sum(line.debit for line in self.preview)


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """Everything the right pane shows."""

    transaction: BankTransaction
    rest: int
    assigned: tuple[Assigned, ...]
    proposals: tuple[Stored, ...]
    current: Stored | None
    criteria: tuple[Criterion, ...]
    conflict: str
    purpose: SafeString
    name: SafeString
    reference: SafeString
    lines: tuple[ItemLine, ...]
    outcome: Outcome
    allocated: int

    @property
    def ticked(self) -> int:
        """Return how many items are ticked."""
        return sum(1 for line in self.lines if line.is_ticked)

    @property
    def others(self) -> tuple[Stored, ...]:
        """Return the proposals beside the shown one."""
        return tuple(each for each in self.proposals if each is not self.current)

    @property
    def is_clean(self) -> bool:
        """Tell whether payment and items end at zero."""
        return bool(self.ticked) and not self.outcome.surplus and not self.outcome.refusal


def detail_of(
    row: BankTransaction,
    *,
    rank: int = 1,
    typed: Typed | None = None,
    added: Sequence[int] = (),
    region: str,
    may_write_off: bool,
) -> Detail:
    """Return what the workbench shows of a transaction; `typed` wins over the proposal, `added` are items searched for."""
    proposals = proposals_of(row.id)
    current = next((each for each in proposals if each.rank == rank), proposals[0] if proposals and rank == 1 else None)
    form = typed or _proposed(current)
    known = _offered(row, current, form, added)
    lines = _lines(row, form, known, region=region)
    outcome = outcome_of(row, form, may_write_off=may_write_off)
    marks = current.evidence if current else ()
    return Detail(
        transaction=row, rest=row.amount - row.allocated, assigned=tuple(assigned_to(row.id)), proposals=tuple(proposals),
        current=current, criteria=tuple(_criteria(row, current, region=region)) if current else (),
        conflict=_conflict(row, marks), purpose=_marked(row.remittance, marks, "text"),
        name=_marked(row.counterparty_name, marks, "counterparty_name"),
        reference=_marked(row.structured_reference, marks, "structured_reference"), lines=tuple(lines), outcome=outcome,
        allocated=sum(line.amount or 0 for line in lines if line.is_ticked),
    )  # fmt: skip


def found_lines(row: BankTransaction, items: Sequence[OpenItem], form: Typed, *, region: str) -> list[ItemLine]:
    """Return the rows of a search: those ticked keep what was typed."""
    return _lines(row, form, {item.id: item for item in items}, region=region)


def outcome_of(
    row: BankTransaction, form: Typed, *, may_write_off: bool, accounts: Sequence[AccountShare] = ()
) -> Outcome:
    """Return what the form would do now; a refusal becomes its sentence."""
    shortfall, surplus = form.shortfall or "discount", form.surplus or "leave"
    figures = Chosen(shares=(), remainder="leave", missing=0, surplus=0)
    lines: Sequence[PreviewLine] = ()
    sentence = ""
    try:
        figures = choice_of(row, form, may_write_off=may_write_off)
        if figures.shares or accounts:
            lines = preview(row.id, figures.shares, accounts=accounts, remainder=figures.remainder)
    except Refusal as no:
        sentence = translated(no)
    return Outcome(missing=figures.missing, surplus=figures.surplus, shortfall=shortfall, surplus_choice=surplus,
                   preview=tuple(lines), refusal=sentence, has_shares=bool(figures.shares) or bool(sentence))  # fmt: skip


def choice_of(row: BankTransaction, form: Typed, *, may_write_off: bool) -> Chosen:
    """Return the shares that the form means.  Raises: WriteOffNotAllowed."""
    rest = row.amount - row.allocated
    direction = 1 if rest > 0 else -1
    rows = items_by_id(form.items)
    picked = [
        Picked(row=item, cash=None if amount is None else amount * (1 if item.direction == direction else -1))
        for key in form.items
        if (item := rows.get(key)) is not None
        for amount in [form.amounts.get(key)]
    ]
    return chosen(picked, rest=rest, on=row.value_date, shortfall=form.shortfall or "discount",
                  surplus=form.surplus or "leave", may_write_off=may_write_off)  # fmt: skip


def account_name(line: PreviewLine) -> str:
    """Return a preview line's account name in the reader's language."""
    return line.name_de if (get_language() or "de").startswith("de") else line.name_en


def _proposed(current: Stored | None) -> Typed:
    """Return the form as the proposal fills it: a best one that is weak or hardly leads stays unticked (decisions.md 14)."""
    if current is None or current.is_return:
        return Typed()
    if current.rank == 1 and (current.score < RULESET.points_show or current.lead < RULESET.lead_ticked):
        return Typed()
    shares = [share for share in current.shares if share.amount]
    discount = sum(share.discount for share in shares)
    difference = sum(share.difference for share in shares)
    return Typed(
        items=tuple(share.item_id for share in shares), amounts={share.item_id: share.amount for share in shares},
        shortfall=shortfall_of(discount, difference), surplus="keep" if difference < 0 else "leave",
    )  # fmt: skip


def _offered(row: BankTransaction, current: Stored | None, form: Typed, added: Sequence[int]) -> dict[int, OpenItem]:
    """Return the proposal's items, what was added, and the party's next items."""
    ids = [*form.items, *(share.item_id for share in current.shares)] if current else list(form.items)
    known = items_with_ids([*ids, *added])
    ordered = {key: known[key] for key in dict.fromkeys([*ids, *added]) if key in known}
    parties = {item.party_id for item in ordered.values()}
    if parties:
        ordered |= {item.id: item for item in other_items_of(parties, currency=row.currency, without=ordered)}
    return ordered


def _lines(row: BankTransaction, form: Typed, items: Mapping[int, OpenItem], *, region: str) -> list[ItemLine]:
    direction = 1 if row.amount - row.allocated > 0 else -1
    facts = items_by_id(items)
    return [_line(row, facts[key], item, form, direction=direction, region=region) for key, item in items.items()]


def _line(
    row: BankTransaction, facts: OpenItemRow, item: OpenItem, form: Typed, *, direction: int, region: str
) -> ItemLine:
    tier = discount_on(facts, row.value_date)
    percent = next(
        (str(each.get("percent", "")) for each in item.discounts if tier and each["amount"] == tier.amount), ""
    )
    amount = form.amounts.get(item.id)
    shown = format_amount(amount, currency=row.currency, region=region) if amount is not None else ""
    return ItemLine(
        item=item, open=facts.amount_open * (1 if facts.direction == direction else -1), is_ticked=item.id in form.items,
        amount=amount, typed=form.unreadable.get(item.id, shown), discount=tier.amount if tier else 0,
        discount_percent=percent.rstrip("0").rstrip(".") if "." in percent else percent,
        discount_until=tier.until if tier else None, is_error=item.id in form.unreadable,
    )  # fmt: skip


def _criteria(row: BankTransaction, current: Stored, *, region: str) -> Iterable[Criterion]:
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
    return abs(int(getattr(RULESET, rule, RULESET.donation_text if rule in {"donation", "fee"} else 0)))


def _conflict(row: BankTransaction, marks: Sequence[Evidence]) -> str:
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


def _marked(text: str, marks: Sequence[Evidence], name: str) -> SafeString:
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
    marked = format_html_join("", "{}<mark>{}</mark>", parts)
    return format_html("{}{}", marked, text[at:])
