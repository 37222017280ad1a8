"""One transaction on the workbench: payment, evidence, items to tick, what will be posted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from django.utils.safestring import SafeString
from django.utils.translation import get_language

from kontor.banking.models import BankTransaction
from kontor.core.figures import format_amount
from kontor.core.refusal import Refusal
from kontor.matching.choices import Chosen, Picked, chosen, shortfall_of
from kontor.matching.evidence import Criterion, conflict_of, criteria_of, marked
from kontor.matching.queries.items import Assigned, assigned_to, items_with_ids, other_items_of
from kontor.matching.queries.loading import items_by_id
from kontor.matching.queries.proposals import Stored, proposals_of
from kontor.matching.rules.ruleset import Ruleset
from kontor.matching.rules.tolerance import discount_on
from kontor.matching.rules.values import OpenItemRow
from kontor.openitems.actions.allocating import PreviewLine, preview
from kontor.openitems.models import OpenItem
from kontor.openitems.rules.steps import AccountShare
from kontor.ui.refusals import translated

RULESET = Ruleset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What stands in the form: ticked items in order, amounts in the payment's direction, the two choices.

    `amounts` are in the item's currency; `paid` is the part of the payment where that is in another one.
    """

    items: tuple[int, ...] = ()
    amounts: Mapping[int, int] = field(default_factory=dict)
    unreadable: Mapping[int, str] = field(default_factory=dict)
    paid: Mapping[int, int] = field(default_factory=dict)
    unreadable_paid: Mapping[int, str] = field(default_factory=dict)
    shortfall: str = ""
    surplus: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemLine:
    """One row of the allocation table; `amount` is in the payment's direction and currency, None where nothing is filled in.

    `paid` is what stands in the field beside an item of another currency.
    """

    item: OpenItem
    open: int
    is_ticked: bool
    amount: int | None
    typed: str
    discount: int
    discount_percent: str
    discount_until: date | None
    is_error: bool = False
    is_foreign: bool = False
    paid: str = ""
    is_paid_error: bool = False


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
    missing_elsewhere: tuple[tuple[str, int], ...] = ()
    may_discount: bool = False

    @property
    def is_part(self) -> bool:
        """Tell whether items keep something open for good: the payment is a part payment."""
        return self.is_short and self.shortfall == "leave"

    @property
    def is_short(self) -> bool:
        """Tell whether items keep something open."""
        return bool(self.missing or self.missing_elsewhere)

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
    def is_return(self) -> bool:
        """Tell whether the bank took money back: a payment that was returned, a transfer that was reversed."""
        row = self.transaction
        return row.amount < 0 and bool(row.return_reason or row.is_reversal)

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
    if typed is None:
        form = _in_currencies(form, row, known)
    lines = _lines(row, form, known, region=region)
    outcome = outcome_of(row, form, may_write_off=may_write_off)
    marks = current.evidence if current else ()
    return Detail(
        transaction=row, rest=row.amount - row.allocated, assigned=tuple(assigned_to(row.id)), proposals=tuple(proposals),
        current=current, criteria=tuple(criteria_of(row, current, region=region)) if current else (),
        conflict=conflict_of(row, marks), purpose=marked(row.remittance, marks, "text"),
        name=marked(row.counterparty_name, marks, "counterparty_name"),
        reference=marked(row.structured_reference, marks, "structured_reference"), lines=tuple(lines), outcome=outcome,
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
    if shortfall == "discount" and (figures.missing or figures.missing_elsewhere) and figures.shares:
        shortfall = figures.difference
    return Outcome(missing=figures.missing, surplus=figures.surplus, shortfall=shortfall, surplus_choice=surplus,
                   preview=tuple(lines), refusal=sentence, has_shares=bool(figures.shares) or bool(sentence), may_discount=figures.may_discount,
                   missing_elsewhere=figures.missing_elsewhere)  # fmt: skip


def choice_of(row: BankTransaction, form: Typed, *, may_write_off: bool) -> Chosen:
    """Return the shares that the form means.  Raises: WriteOffNotAllowed."""
    rest = row.amount - row.allocated
    direction = 1 if rest > 0 else -1
    rows = items_by_id(form.items)
    picked = []
    for key in form.items:
        item = rows.get(key)
        if item is not None:
            sign = 1 if item.direction == direction else -1
            cash, paid = (figures.get(key) for figures in (form.amounts, form.paid))
            picked.append(
                Picked(row=item, cash=None if cash is None else cash * sign, paid=None if paid is None else paid * sign)
            )
    return chosen(picked, rest=rest, currency=row.currency, on=row.value_date, shortfall=form.shortfall or "discount",
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


def _in_currencies(form: Typed, row: BankTransaction, items: Mapping[int, OpenItem]) -> Typed:
    """Return a proposal's form with items of other currencies paid in full by what the payment has left."""
    foreign = [key for key in form.items if key in items and items[key].currency != row.currency]
    if not foreign:
        return form
    amounts = {key: amount for key, amount in form.amounts.items() if key not in foreign}
    rest = row.amount - row.allocated
    left = abs(rest) - sum(amounts.values())
    paid = {foreign[0]: left} if len(foreign) == 1 and left > 0 else {}
    return replace(form, amounts=amounts, paid=paid, shortfall="leave", surplus="leave")


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
    amount, is_foreign = form.amounts.get(item.id), item.currency != row.currency
    shown = format_amount(amount, currency=item.currency, region=region) if amount is not None else ""
    paid = form.paid.get(item.id)
    shown_paid = format_amount(paid, currency=row.currency, region=region) if paid is not None else ""
    return ItemLine(
        item=item, open=facts.amount_open * (1 if facts.direction == direction else -1), is_ticked=item.id in form.items,
        amount=paid if is_foreign else amount, typed=form.unreadable.get(item.id, shown), discount=tier.amount if tier else 0,
        discount_percent=percent.rstrip("0").rstrip(".") if "." in percent else percent,
        discount_until=tier.until if tier else None, is_error=item.id in form.unreadable, is_foreign=is_foreign,
        paid=form.unreadable_paid.get(item.id, shown_paid), is_paid_error=item.id in form.unreadable_paid,
    )  # fmt: skip
