"""One step of settling: what a bank movement does to items and accounts, as one posting with its allocation rows.

Preview and posting use the same plan, so what the screen shows is what is written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from kontor.core.money import half_up, major_units
from kontor.core.refusal import Refusal, gettext_noop
from kontor.ledger.rules.money_lines import money_posting
from kontor.ledger.rules.parts import Part
from kontor.ledger.rules.postings import AccountRef, Memo, Posting, balanced, by_number, by_role, combined
from kontor.ledger.rules.settlements import Cash, Difference, Item, credit_remainder, settle
from kontor.ledger.rules.shares import TaxShare, share_of_gross
from kontor.ledger.rules.taxes import TaxCode, tax_code_on
from kontor.openitems.rules.news import deductible

CREDIT_PREFIX = "ZA-"  # the number of a credit that came from a payment [Zahlung] without a document

type Remainder = Literal["leave", "credit"]


class MoreThanPaid(Refusal):
    """A transaction cannot give more than it holds."""

    sentence = gettext_noop(
        "The bank transaction has %(rest)s %(currency)s left, but %(amount)s would be assigned. Please correct the amounts."
    )


class NothingAssigned(Refusal):
    """A step without any share."""

    sentence = gettext_noop("Nothing was chosen to assign. Please choose an open item or an account.")


class PaidMissing(Refusal):
    """Payment and item have different currencies."""

    sentence = gettext_noop(
        "Document %(document)s is in %(currency)s, the payment is not. "
        "Please enter how much of the payment belongs to it as well."
    )


class WholeCurrencyOnly(Refusal):
    """The remainder has no party."""

    sentence = gettext_noop("The rest of the payment can become a credit only together with an open item of the party.")


class UnknownDocumentType(Refusal):
    """No such document type, or it has no account."""

    sentence = gettext_noop(
        "The document type “%(code)s” is not known or has no account. It is set up under “Settings”, “Document types”."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareDifference:
    """A difference in the item's currency: > 0 is not paid and written off, < 0 is paid too much and kept.

    Either by document type, or to an account of its own: `tax_code` None takes the item's tax, "" none.
    """

    amount: int
    document_type: str = ""
    account: str = ""
    tax_code: str | None = None
    project_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What a bank transaction does to one item: `cash` > 0 in the item's currency, in the item's own direction.

    `cash + discount + difference` leave the item. `difference` is booked by the document type `underpayment`
    (> 0) or `overpayment` (< 0); `differences` are further lines. `paid` is the same money in the transaction's
    currency where that is another one.
    """

    item_id: int
    cash: int
    discount: int = 0
    difference: int = 0
    differences: tuple[ShareDifference, ...] = ()
    paid: int | None = None

    @property
    def all_differences(self) -> tuple[ShareDifference, ...]:
        """The plain difference and the further ones."""
        if not self.difference:
            return self.differences
        code = "underpayment" if self.difference > 0 else "overpayment"
        return (ShareDifference(amount=self.difference, document_type=code), *self.differences)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountShare:
    """A part of a bank transaction that goes straight to an account; gross, with the transaction's sign."""

    account: str
    amount: int
    tax_code: str = ""
    project_id: int | None = None
    sphere: str | None = None
    party_id: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownItem:
    """An item as it stands, with its place in the books."""

    id: int
    kind: str
    item: Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """A bank transaction as it stands; `amount` and `allocated` have its sign, `rate` is base currency per unit."""

    id: int
    amount: int
    allocated: int
    currency: str
    money: AccountRef
    day: date
    rate: Decimal = Decimal(1)
    text: str = ""

    @property
    def rest(self) -> int:
        """What is not assigned yet."""
        return self.amount - self.allocated

    def base(self, start: int, end: int) -> int:
        """Return the base value of the part from `start` to `end` of the movement; all parts add up to the whole."""
        return half_up(Fraction(end) * Fraction(self.rate)) - half_up(Fraction(start) * Fraction(self.rate))


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeOfDifference:
    """A document type's account (number) and tax; `tax_code` counts only where it does not take the item's."""

    account: str
    tax_code: str = ""
    takes_tax_of_item: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Conventions:
    """What the tenant has agreed: base currency, tax codes, document types by code, since when input VAT is deducted."""

    base_currency: str
    tax_codes: Sequence[TaxCode]
    document_types: Mapping[str, TypeOfDifference]
    deductions: Sequence[tuple[date, bool]] = ()

    def tax_code(self, code: str, *, on: date) -> TaxCode:
        """Return the dated code, without deduction where the regime allows none.  Raises: UnknownTaxCode."""
        return deductible(tax_code_on(self.tax_codes, code, on=on), self.deductions, on=on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An allocation to write beside its entry; the fields are those of the model."""

    kind: str
    item_id: int | None = None
    account: AccountRef | None = None
    transaction_id: int | None = None
    amount: int
    amount_base: int
    cash: int = 0
    cash_base: int = 0
    discount: int = 0
    difference: int = 0
    moved: tuple[int, ...] = ()
    line_first: int = 0
    line_last: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A posting with its rows, the items afterwards, and the credit that the rest became (on the last line)."""

    posting: Posting
    rows: tuple[Row, ...]
    items: Mapping[int, KnownItem]
    credit: KnownItem | None = None


def plan_step(
    movement: Movement,
    *,
    items: Mapping[int, KnownItem],
    shares: Sequence[Share] = (),
    accounts: Sequence[AccountShare] = (),
    remainder: Remainder = "leave",
    memo: Memo,
    conventions: Conventions,
    day: date | None = None,
) -> Plan:
    """Return what the step posts and writes (P-08, P-09, P-16, P-22, P-23, several items at once).

    Tax codes of its own are those of the posting `day`, None for the day of the movement.

    Raises:
        NothingAssigned, MoreThanPaid, PaidMissing, MoreThanOpen, NothingSettled, UnknownDocumentType, UnknownTaxCode
    """
    step = _Step(movement, items, memo, conventions, day or movement.day)
    for share in shares:
        step.settle(share)
    for account in accounts:
        step.post(account)
    step.check()
    credit = step.credit() if remainder == "credit" and step.rest else None
    return step.plan(credit)


class _Step:
    """The step while it is being put together; `position` is how much of the movement is assigned so far."""

    def __init__(
        self, movement: Movement, items: Mapping[int, KnownItem], memo: Memo, conventions: Conventions, day: date
    ) -> None:
        self.movement, self.memo, self.conventions, self.day = movement, memo, conventions, day
        self.items = dict(items)
        self.touched: dict[int, KnownItem] = {}
        self.postings: list[Posting] = []
        self.rows: list[Row] = []
        self.position = movement.allocated

    @property
    def rest(self) -> int:
        return self.movement.amount - self.position

    def settle(self, share: Share) -> None:
        known = self.items[share.item_id]
        item = known.item
        paid = self._paid(share, item)
        base = self._advance(item.sign * paid)
        done = settle(
            item,
            memo=self.memo,
            cash=Cash(self.movement.money, share.cash, paid, self.movement.currency, item.sign * base)
            if share.cash
            else None,
            discount=share.discount,
            differences=[self._difference(part, item) for part in share.all_differences],
        )
        self._keep(known, done.item)
        self.postings.append(done.posting)
        self.rows.append(
            Row(
                kind="payment",
                item_id=known.id,
                transaction_id=self.movement.id,
                amount=done.amount,
                amount_base=done.amount_base,
                cash=item.sign * paid,
                cash_base=base,
                discount=share.discount,
                difference=sum(part.amount for part in share.all_differences),
                moved=done.moved if item.shares else (),
            )
        )

    def post(self, share: AccountShare) -> None:
        code = self.conventions.tax_code(share.tax_code, on=self.day) if share.tax_code else None
        base = self._advance(share.amount)
        account = by_number(share.account)
        posting = money_posting(
            [Part(account, base, code, share.project_id, share.sphere, share.text)],
            money=self.movement.money,
            amount=share.amount,
            amount_base=base,
            currency=self.movement.currency,
            base_currency=self.conventions.base_currency,
            memo=self.memo,
        )
        self.postings.append(_with_party(posting, account, share.party_id))
        self.rows.append(
            Row(
                kind="account",
                account=account,
                transaction_id=self.movement.id,
                amount=share.amount,
                amount_base=base,
                cash=share.amount,
                cash_base=base,
            )
        )

    def check(self) -> None:
        """Refuse a step that assigns nothing or more than the movement holds."""
        if not self.rows:
            raise NothingAssigned
        low, high = sorted((0, self.movement.amount))
        if not low <= self.position <= high:
            raise MoreThanPaid(
                rest=major_units(abs(self.movement.rest), self.movement.currency),
                currency=self.movement.currency,
                amount=major_units(abs(self.position - self.movement.allocated), self.movement.currency),
            )

    def credit(self) -> KnownItem:
        """Keep the rest of the movement as an item of the party of the first item."""
        if not self.touched:
            raise WholeCurrencyOnly
        first = next(iter(self.touched.values()))
        rest = self.rest
        base = self._advance(rest)
        memo = replace(self.memo, document_number=f"{CREDIT_PREFIX}{self.movement.id}")
        posting, item = credit_remainder(
            Cash(self.movement.money, abs(rest), abs(rest), self.movement.currency, abs(base)),
            control=first.item.control,
            base_currency=self.conventions.base_currency,
            memo=memo,
            side="credit" if rest > 0 else "debit",
            party_id=first.item.party_id,
            project_id=first.item.project_id,
            kind=first.kind,
        )
        self.postings.append(posting)
        self.rows.append(
            Row(
                kind="account",
                account=first.item.control,
                transaction_id=self.movement.id,
                amount=rest,
                amount_base=base,
                cash=rest,
                cash_base=base,
            )
        )
        return KnownItem(id=0, kind=first.kind, item=item)

    def plan(self, credit: KnownItem | None) -> Plan:
        posting = combined(self.postings, money=self.movement.money, memo=self.memo)
        line = 2 if posting.lines[0].account == self.movement.money else 1
        rows = []
        for row, part in zip(self.rows, self.postings, strict=True):
            own = sum(1 for each in part.lines if each.account != self.movement.money)
            rows.append(replace(row, line_first=line, line_last=line + own - 1))
            line += own
        return Plan(posting=posting, rows=tuple(rows), items=self.touched, credit=credit)

    def _advance(self, amount: int) -> int:
        start, self.position = self.position, self.position + amount
        return self.movement.base(start, self.position)

    def _paid(self, share: Share, item: Item) -> int:
        if item.currency == self.movement.currency:
            return share.cash
        if share.paid is None:
            raise PaidMissing(document=item.document_number, currency=item.currency)
        return share.paid

    def _keep(self, known: KnownItem, item: Item) -> None:
        self.items[known.id] = self.touched[known.id] = replace(known, item=item)

    def _difference(self, part: ShareDifference, item: Item) -> Difference:
        if not part.document_type:
            share = self._tax_share(part.tax_code) if part.tax_code is not None else None
            return Difference(part.amount, by_number(part.account), share, part.project_id or item.project_id)
        found = self.conventions.document_types.get(part.document_type)
        if found is None:
            raise UnknownDocumentType(code=part.document_type)
        share = None if found.takes_tax_of_item else self._tax_share(found.tax_code)
        return Difference(part.amount, by_number(found.account), share, part.project_id or item.project_id)

    def _tax_share(self, code: str) -> TaxShare:
        if not code:
            return TaxShare("", Decimal(0), 1, 0)
        row = self.conventions.tax_code(code, on=self.day)
        return share_of_gross(row, int(100_00 + 100 * row.rate_percent))


def write_off_role(item: Item) -> AccountRef:
    """Return where a written-off rest goes: a lost claim to bad debts, a debt that nobody asks for to income (P-17)."""
    return by_role("bad_debts" if item.side == "debit" else "over_difference")


def _with_party(posting: Posting, account: AccountRef, party_id: int | None) -> Posting:
    if party_id is None:
        return posting
    lines = [replace(line, party_id=party_id) if line.account == account else line for line in posting.lines]
    return balanced(lines, memo=posting.memo)
