"""Settling open items: payments, discounts, differences, write-offs and returns.

One item, one step: `settle` takes money, discount and difference from an item at once and gives the posting
together with the item as it stands afterwards. Several items of one bank movement are joined by `combined`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from kontor.core.money import half_up, major_units
from kontor.core.refusal import Refusal, gettext_noop
from kontor.ledger.rules.postings import AccountRef, Memo, Posting, PostingLine, balanced, by_role, mirrored
from kontor.ledger.rules.shares import (
    TaxShare,
    due_lines,
    due_portions,
    reduction_lines,
    reductions,
    shares_after,
)


class MoreThanOpen(Refusal):
    """A payment would take more from an item than is open."""

    sentence = gettext_noop(
        "Document %(document)s has %(open)s open, but %(amount)s would be settled. "
        "Please leave the rest as a credit of the party."
    )


class NothingSettled(Refusal):
    """A settlement must take something from the item."""

    sentence = gettext_noop("Nothing would be settled on document %(document)s. Please enter an amount above zero.")


@dataclass(frozen=True, slots=True)
class Item:
    """An open item as it stands. Amounts > 0; `side` is debit or credit; shares in base currency, whole item.

    `kind` is the business with the party, receivable or payable; "" where the side tells it: no credit note.
    """

    side: str
    control: AccountRef
    currency: str
    base_currency: str
    amount: int
    amount_base: int
    amount_open: int
    base_open: int
    shares: tuple[TaxShare, ...] = ()
    party_id: int | None = None
    project_id: int | None = None
    sphere: str | None = None
    document_number: str = ""
    kind: str = ""

    @property
    def sign(self) -> int:
        """+1 for a debit item, −1 for a credit item."""
        return 1 if self.side == "debit" else -1

    @property
    def discount_role(self) -> str:
        """The role of its discount: a credit note's takes back what was granted or received on the invoice (P-08, P-22)."""
        kind = self.kind or ("receivable" if self.side == "debit" else "payable")
        return "discount_granted" if kind == "receivable" else "discount_received"

    @property
    def tax_shares(self) -> tuple[TaxShare, ...]:
        """The shares, or the whole as one share without tax where none were recorded."""
        return self.shares or (TaxShare("", Decimal(0), self.amount_base, 0),)


@dataclass(frozen=True, slots=True)
class Cash:
    """Money that settles: `amount` in the item's currency, `paid` in `currency` of the money account, `paid_base`.

    All > 0; the item's side tells whether money comes in or goes out. `project_id` and `party_id` go with what is no
    money but income: a claim that was given up as a donation.
    """

    account: AccountRef
    amount: int
    paid: int
    currency: str
    paid_base: int
    project_id: int | None = None
    party_id: int | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference in the item's currency: > 0 is left unpaid and written off, < 0 is paid too much and kept.

    Without `share` it takes the item's own tax (decisions.md 29); with one, that share's tax (its net and tax
    give the proportion). A share of tax 0 means: no tax.
    """

    amount: int
    account: AccountRef
    share: TaxShare | None = None
    project_id: int | None = None


@dataclass(frozen=True, slots=True)
class Settlement:
    """A posting, what it takes from the item (item currency and base), and the item afterwards."""

    posting: Posting
    amount: int
    amount_base: int
    fx_base: int
    moved: tuple[int, ...]
    item: Item


def settle(
    item: Item,
    *,
    memo: Memo,
    cash: Cash | None = None,
    discount: int = 0,
    differences: Sequence[Difference] = (),
) -> Settlement:
    """Settle `item` with money, discount and differences together (P-03, P-08, P-09, P-16, P-17, P-22).

    The control account gives up its share of the booked base value; what the money is worth more or less
    is an exchange gain or loss. Undue VAT of the settled part is corrected first by the reductions, the
    rest falls due.

    Raises:
        NothingSettled: nothing is taken from the item.
        MoreThanOpen: more than its open amount.
    """
    received = cash.amount if cash else 0
    taken = received + discount + sum(difference.amount for difference in differences)
    _check_taken(item, taken)
    taken_base = half_up(Fraction(item.base_open * taken, item.amount_open))
    reduced, used, cut = _reductions(item, discount=discount, differences=differences)
    portions = due_portions(item.tax_shares, amount=taken, amount_open=item.amount_open)
    moved = [max(portion, part, key=abs) for portion, part in zip(portions, used, strict=True)]
    fx = _exchange_difference(item, cash, taken_base=taken_base, reduced=reduced)
    lines = [
        *_cash_lines(item, cash),
        *reduced,
        *due_lines(item.tax_shares, moved, used=used, cut=cut, sign=item.sign, currency=item.base_currency),
        control_line(item, amount=-item.sign * taken, base=-item.sign * taken_base),
        _exchange_line(item, fx),
    ]
    return Settlement(
        posting=balanced(lines, memo=memo),
        amount=taken,
        amount_base=taken_base,
        fx_base=fx,
        moved=tuple(moved),
        item=replace(
            item,
            amount_open=item.amount_open - taken,
            base_open=item.base_open - taken_base,
            shares=shares_after(item.tax_shares, moved) if item.shares else (),
        ),
    )


def write_off(item: Item, *, amount: int, memo: Memo, role: str = "bad_debts") -> Settlement:
    """Write off `amount` of a bad debt with its VAT, by the account of `role` per tax rate (P-17)."""
    return settle(item, memo=memo, differences=[Difference(amount, by_role(role))])


def return_settlement(
    settlement: Settlement, *, item: Item, memo: Memo, money: AccountRef | None = None, fee: int = 0
) -> Settlement:
    """Take back a settlement after a returned debit or a chargeback: allocation, discount, differences and VAT (P-13).

    `item` is the item as it stands now; `fee` (base currency) goes from `money` to bank charges.
    """
    memo_lines = mirrored(settlement.posting, memo=memo).lines
    fees: list[PostingLine] = []
    if fee and money is not None:
        fees = [
            PostingLine(by_role("bank_charges"), fee, fee, item.base_currency),
            PostingLine(money, -fee, -fee, item.base_currency),
        ]
    moved_back = tuple(-part for part in settlement.moved)
    return Settlement(
        posting=balanced([*memo_lines, *fees], memo=memo),
        amount=-settlement.amount,
        amount_base=-settlement.amount_base,
        fx_base=-settlement.fx_base,
        moved=moved_back,
        item=replace(
            item,
            amount_open=item.amount_open + settlement.amount,
            base_open=item.base_open + settlement.amount_base,
            shares=shares_after(item.tax_shares, moved_back) if item.shares else (),
        ),
    )


def credit_remainder(
    cash: Cash,
    *,
    control: AccountRef,
    base_currency: str,
    memo: Memo,
    side: str = "credit",
    party_id: int | None = None,
    project_id: int | None = None,
    kind: str = "",
) -> tuple[Posting, Item]:
    """Keep money without a document as an item of the party: by default Dr money, Cr control, a credit (P-09 outside).

    The control line comes last; `side` debit is money paid to a supplier in advance.
    """
    item = Item(
        side,
        control,
        cash.currency,
        base_currency,
        cash.paid,
        cash.paid_base,
        cash.paid,
        cash.paid_base,
        party_id=party_id,
        project_id=project_id,
        document_number=memo.document_number,
        kind=kind,
    )
    sign = -item.sign
    money = PostingLine(cash.account, sign * cash.paid_base, sign * cash.paid, cash.currency)
    return balanced([money, control_line(item, amount=-sign * cash.paid, base=-sign * cash.paid_base)], memo=memo), item


def _check_taken(item: Item, taken: int) -> None:
    if taken <= 0:
        raise NothingSettled(document=item.document_number)
    if taken > item.amount_open:
        raise MoreThanOpen(
            document=item.document_number,
            open=major_units(item.amount_open, item.currency),
            amount=major_units(taken, item.currency),
        )


def _reductions(
    item: Item, *, discount: int, differences: Sequence[Difference]
) -> tuple[list[PostingLine], list[int], list[int]]:
    """Return the lines of all reductions, and of each share the undue tax and the net that goes with it."""
    lines: list[PostingLine] = []
    shares = item.tax_shares
    standing = shares
    nets = [0] * len(shares)
    before = item.amount_base - item.base_open
    for part in (Difference(discount, by_role(item.discount_role), project_id=item.project_id), *differences):
        if not part.amount:
            continue
        own = (part.share,) if part.share else standing
        amount = _at_booked_rate(item, part.amount)
        counts = part.share is None and amount > 0
        cuts = reductions(own, amount, before=before if counts else 0)
        before += amount if counts else 0
        for cut in cuts:
            account = part.account
            if account.role and account.rate_percent is None:
                account = by_role(account.role, rate_percent=cut.share.rate_percent)
            lines += reduction_lines(
                cut,
                sign=item.sign,
                account=account,
                currency=item.base_currency,
                project_id=part.project_id or item.project_id,
                sphere=item.sphere,
            )
        if not part.share:
            standing = shares_after(standing, [cut.tax_undue for cut in cuts])
            nets = [net + (0 if cut.tax_due else cut.net) for net, cut in zip(nets, cuts, strict=True)]
    return lines, [before.undue - after.undue for before, after in zip(shares, standing, strict=True)], nets


def _at_booked_rate(item: Item, amount: int) -> int:
    return half_up(Fraction(amount * item.base_open, item.amount_open))


def _exchange_difference(item: Item, cash: Cash | None, *, taken_base: int, reduced: Sequence[PostingLine]) -> int:
    """Return the gain (> 0) or loss (< 0), or the cent that rounding reductions to base left."""
    paid = item.sign * cash.paid_base if cash else 0
    return paid + sum(line.amount_base for line in reduced) - item.sign * taken_base


def _cash_lines(item: Item, cash: Cash | None) -> list[PostingLine]:
    if cash is None:
        return []
    return [
        PostingLine(
            cash.account,
            item.sign * cash.paid_base,
            item.sign * cash.paid,
            cash.currency,
            party_id=cash.party_id,
            project_id=cash.project_id,
        )
    ]


def control_line(item: Item, *, amount: int, base: int) -> PostingLine:
    return PostingLine(item.control, base, amount, item.currency, party_id=item.party_id, project_id=item.project_id)


def _exchange_line(item: Item, gain: int) -> PostingLine:
    return PostingLine(by_role("fx_gain" if gain > 0 else "fx_loss"), -gain, -gain, item.base_currency)
