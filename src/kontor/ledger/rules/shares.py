"""The tax split of an open item: what of it is net, what is tax, and what tax is not yet due."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from kontor.core.money import half_up, split_by_weights
from kontor.ledger.rules.postings import AccountRef, PostingLine, by_role
from kontor.ledger.rules.taxes import TaxCode, tax_in_gross, tax_on_net


@dataclass(frozen=True, slots=True)
class TaxShare:
    """The part of an item under one tax code, base currency; amounts have the sign of the item's gross.

    `net` + `tax` is the part's gross. `net` includes input VAT that may not be deducted, `tax` only what may.
    `undue` is the tax that still stands on the account of VAT not yet due (0: all of it is due).
    `owed` is tax that the recipient owes on top and `owed_deductible` what of that is deducted.
    """

    code: str
    rate_percent: Decimal
    net: int
    tax: int
    undue: int = 0
    tax_role: str = "output_vat"
    undue_role: str = "output_vat_undue"
    contra_role: str = ""
    owed: int = 0
    owed_deductible: int = 0

    @property
    def gross(self) -> int:
        """What the party pays for this part."""
        return self.net + self.tax

    @property
    def tax_account(self) -> AccountRef:
        """Where due tax stands."""
        return by_role(self.tax_role, rate_percent=self.rate_percent)

    @property
    def undue_account(self) -> AccountRef:
        """Where tax stands that is not yet due."""
        return by_role(self.undue_role, rate_percent=self.rate_percent)

    @property
    def contra_account(self) -> AccountRef:
        """Where the deduction of tax stands that the recipient owes."""
        return by_role(self.contra_role, rate_percent=self.rate_percent)


@dataclass(frozen=True, slots=True)
class Reduction:
    """What a reduction takes from one share: net, and tax from where it stands (decisions.md 27)."""

    share: TaxShare
    net: int
    tax_due: int
    tax_undue: int
    owed: int
    owed_deductible: int

    @property
    def tax(self) -> int:
        """Both parts of the tax."""
        return self.tax_due + self.tax_undue


def reductions(shares: Sequence[TaxShare], amount: int, *, before: int = 0) -> list[Reduction]:
    """Split a reduction of `amount` gross over `shares`, pro rata of their gross; the last takes the rounding (P-08).

    `before` is the gross that was settled earlier: parts and taxes are differences of running sums rounded half up,
    so reductions in any number of steps give back exactly the tax. Tax comes out of VAT not yet due as far as
    that stands.
    """
    weights = [share.gross for share in shares]
    old, new = split_by_weights(before, weights), split_by_weights(before + amount, weights)
    return [_reduction(*step) for step in zip(shares, old, new, strict=True)]


def due_portions(shares: Sequence[TaxShare], *, amount: int, amount_open: int) -> list[int]:
    """Return for each share how much undue tax falls due when `amount` of `amount_open` is settled.

    Rounded half up of what still stands; settling all moves all, so no cent is lost in any number of parts.
    """
    return [half_up(Fraction(share.undue * amount, amount_open)) for share in shares]


def shares_after(shares: Sequence[TaxShare], moved: Sequence[int]) -> tuple[TaxShare, ...]:
    """Return `shares` with `moved` less tax not yet due (negative: moved back by a return)."""
    return tuple(replace(share, undue=share.undue - part) for share, part in zip(shares, moved, strict=True))


def standing_shares(shares: Sequence[TaxShare], *, amount: int, amount_open: int) -> tuple[TaxShare, ...]:
    """Return original `shares` as they stand with `amount_open` of `amount` open, where no history was kept.

    May differ by one cent from the sum of the single payments' roundings.
    """
    return tuple(replace(share, undue=half_up(Fraction(share.undue * amount_open, amount))) for share in shares)


def inherited_shares(shares: Iterable[TaxShare], *, part: Fraction) -> tuple[TaxShare, ...]:
    """Return `part` of each share for a new item; undue tax passes on whole (P-11, decisions.md 30)."""
    return tuple(
        replace(
            share,
            net=half_up(share.net * part),
            tax=half_up(share.tax * part),
            owed=half_up(share.owed * part),
            owed_deductible=half_up(share.owed_deductible * part),
        )
        for share in shares
    )


def reduction_lines(
    reduction: Reduction, *, sign: int, account: AccountRef, currency: str, project_id: int | None, sphere: str | None
) -> list[PostingLine]:
    """Return the lines of `reduction` for an item of `sign` (+1 debit, −1 credit): net to `account`, tax to its place."""
    share = reduction.share
    net, due, undue, owed = (
        sign * part for part in (reduction.net, reduction.tax_due, reduction.tax_undue, reduction.owed)
    )
    deducted = sign * reduction.owed_deductible
    net += owed - deducted
    has_figures = bool(due or undue or owed)
    return [
        PostingLine(
            account,
            net,
            net,
            currency,
            tax_code=share.code or None,
            tax_base=None if has_figures else net,
            project_id=project_id,
            sphere=sphere,
        ),
        PostingLine(share.undue_account, undue, undue, currency, tax_code=share.code),
        PostingLine(
            share.tax_account, due, due, currency, tax_code=share.code, tax_base=sign * reduction.net, tax_amount=due
        ),
        PostingLine(share.contra_account, deducted, deducted, currency, tax_code=share.code, tax_amount=deducted),
        PostingLine(
            share.tax_account,
            -owed,
            -owed,
            currency,
            tax_code=share.code,
            tax_base=-sign * reduction.net,
            tax_amount=-owed,
        ),
    ]


def due_lines(
    shares: Sequence[TaxShare],
    moved: Sequence[int],
    *,
    used: Sequence[int],
    cut: Sequence[int],
    sign: int,
    currency: str,
) -> list[PostingLine]:
    """Return the lines that let undue tax fall due: what `moved` of each share, less what reductions `used` of it.

    The base is a difference of running sums along all tax that moved, less the net that was `cut` with reductions: all
    payments of a document together report its net less its reductions, to the cent.
    """
    lines = []
    for share, whole, part, net in zip(shares, moved, used, cut, strict=True):
        tax, base = sign * (whole - part), sign * (_net_of(share, whole) - net)
        lines += [
            PostingLine(share.undue_account, tax, tax, currency, tax_code=share.code),
            PostingLine(share.tax_account, -tax, -tax, currency, tax_code=share.code, tax_base=-base, tax_amount=-tax),
        ]
    return lines


def _net_of(share: TaxShare, moved: int) -> int:
    """Return the net that belongs to undue tax which moves now."""
    if not share.tax:
        return 0
    gone = share.tax - share.undue
    until = half_up(Fraction(share.net * (gone + moved), share.tax))
    return until - half_up(Fraction(share.net * gone, share.tax))


def _reduction(share: TaxShare, old: int, new: int) -> Reduction:
    gross = share.gross
    if not gross:
        return Reduction(share, new - old, 0, 0, 0, 0)

    def step(whole: int) -> int:
        return half_up(Fraction(new * whole, gross)) - half_up(Fraction(old * whole, gross))

    tax = step(share.tax)
    undue = _standing_part(tax, share.undue)
    return Reduction(
        share,
        net=new - old - tax,
        tax_due=tax - undue,
        tax_undue=undue,
        owed=step(share.owed),
        owed_deductible=step(share.owed_deductible),
    )


def _standing_part(tax: int, undue: int) -> int:
    if tax * undue <= 0:
        return 0
    return min(tax, undue, key=abs)


def share_of_gross(code: TaxCode, gross: int, *, is_undue: bool = False) -> TaxShare:
    """Return the share of a document of which only the gross is known, such as an imported item (decisions.md 41)."""
    tax = 0 if code.is_owed_by_recipient else tax_in_gross(gross, rate_percent=code.rate_percent)
    owed = tax_on_net(gross, rate_percent=code.rate_percent) if code.is_owed_by_recipient else 0
    part = code.deductible_percent / 100
    deductible = half_up(tax * part)
    return TaxShare(
        code.code,
        code.rate_percent,
        net=gross - deductible,
        tax=deductible,
        undue=deductible if is_undue and code.undue_role else 0,
        tax_role=code.tax_role,
        undue_role=code.undue_role,
        contra_role=code.contra_role,
        owed=owed,
        owed_deductible=half_up(owed * part),
    )


def stored_shares(shares: Iterable[TaxShare]) -> list[dict[str, str | int]]:
    """Return `shares` as plain facts to keep with an open item; `shares_from` reads them back."""
    return [
        {
            "code": share.code,
            "rate": f"{share.rate_percent.normalize():f}",
            "net": share.net,
            "tax": share.tax,
            "undue": share.undue,
            "tax_role": share.tax_role,
            "undue_role": share.undue_role,
            "contra_role": share.contra_role,
            "owed": share.owed,
            "owed_deductible": share.owed_deductible,
        }
        for share in shares
    ]


def shares_from(stored: Iterable[Mapping[str, str | int]]) -> tuple[TaxShare, ...]:
    """Return the shares that `stored_shares` wrote."""
    return tuple(
        TaxShare(
            str(facts["code"]),
            Decimal(facts["rate"]),
            net=int(facts["net"]),
            tax=int(facts["tax"]),
            undue=int(facts["undue"]),
            tax_role=str(facts["tax_role"]),
            undue_role=str(facts["undue_role"]),
            contra_role=str(facts["contra_role"]),
            owed=int(facts["owed"]),
            owed_deductible=int(facts["owed_deductible"]),
        )
        for facts in stored
    )
