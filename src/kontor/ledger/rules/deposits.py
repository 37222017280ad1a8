"""Deposit invoices [Akonto] and the final invoice that deducts them (P-07, P-07b, decisions.md 28)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kontor.ledger.rules.documents import OpenedItem, customer_invoice
from kontor.ledger.rules.parts import Part
from kontor.ledger.rules.postings import AccountRef, Memo, Posting, PostingLine, balanced, by_role
from kontor.ledger.rules.settlements import Item
from kontor.ledger.rules.shares import TaxShare, reductions


@dataclass(frozen=True, slots=True)
class FinalInvoice:
    """The final invoice's posting and item (None if deposits cover it all), and the deposit items it absorbs."""

    posting: Posting
    item: Item | None
    absorbed: tuple[Item, ...]


def deposit_request(
    parts: Sequence[Part], *, currency: str, memo: Memo, party_id: int | None = None, is_due_at_issue: bool = False
) -> OpenedItem:
    """Request a deposit, base currency; no profit.

    By default Dr receivable, Cr deposits requested, and VAT comes with the money (§ 13 (1) no. 1a UStG).
    With `is_due_at_issue` (Swiss agreed method) Dr receivable, Cr deposits received, Cr VAT.
    """
    received = [replace(part, account=_received_account(part)) for part in parts]
    opened = customer_invoice(received, currency=currency, base_currency=currency, memo=memo, party_id=party_id)
    if is_due_at_issue:
        return opened
    gross = opened.item.amount
    contra = PostingLine(
        by_role("deposits_requested"), -gross, -gross, currency, project_id=opened.item.project_id, party_id=party_id
    )
    return OpenedItem(balanced([opened.posting.lines[0], contra], memo=memo), opened.item)


def deposit_received(item: Item, *, amount: int, memo: Memo) -> Posting:
    """Post beside the payment of `amount` on a requested deposit: Dr requested, Cr received, Cr VAT."""
    lines = [_requested(item, amount)]
    for cut in reductions(item.tax_shares, amount):
        lines += _received_lines(cut.share, net=-cut.net, tax=-cut.tax, item=item)
    return balanced(lines, memo=memo)


def final_invoice(
    opened: OpenedItem, *, received: Sequence[TaxShare], unpaid: Sequence[Item] = (), absorbs: bool = True, memo: Memo
) -> FinalInvoice:
    """Turn the invoice over everything into the final one: deduct what was received and what stays collectable.

    `received` is what was paid of deposits, net and tax per code. Unpaid deposits are absorbed (their claim and
    the request vanish) or, with `absorbs` False, stay collectable and are deducted too; their later payment is
    then only Dr bank, Cr receivable. The invoice's control line comes first. VAT never stands twice (§ 14 (5) UStG).
    """
    item = opened.item
    stay = sum(deposit.amount_open for deposit in unpaid)
    deducted = sum(share.gross for share in received) + (0 if absorbs else stay)
    head, *rest = opened.posting.lines
    left = head.amount_base - deducted
    lines = [replace(head, amount=left, amount_base=left), *rest]
    lines += [_requested(deposit, deposit.amount_open) for deposit in unpaid]
    if absorbs:
        lines += [_relief(deposit) for deposit in unpaid]
    for share in received:
        lines += _received_lines(share, net=share.net, tax=share.tax, item=item)
    return FinalInvoice(balanced(lines, memo=memo), _rest_of(item, left), tuple(unpaid) if absorbs else ())


def _received_account(part: Part) -> AccountRef:
    return by_role("deposits_received", rate_percent=part.tax.rate_percent if part.tax else None)


def _requested(item: Item, amount: int) -> PostingLine:
    return PostingLine(
        by_role("deposits_requested"),
        amount,
        amount,
        item.base_currency,
        party_id=item.party_id,
        project_id=item.project_id,
    )


def _relief(item: Item) -> PostingLine:
    return PostingLine(
        item.control,
        -item.amount_open,
        -item.amount_open,
        item.currency,
        party_id=item.party_id,
        project_id=item.project_id,
    )


def _received_lines(share: TaxShare, *, net: int, tax: int, item: Item) -> list[PostingLine]:
    account = by_role("deposits_received", rate_percent=share.rate_percent)
    currency, code = item.base_currency, share.code or None
    return [
        PostingLine(
            account, net, net, currency, tax_code=code, tax_base=None if tax else net, project_id=item.project_id
        ),
        PostingLine(share.tax_account, tax, tax, currency, tax_code=code, tax_base=net, tax_amount=tax),
    ]


def _rest_of(item: Item, left: int) -> Item | None:
    """Return the item over what is left to pay, with its tax split cut in proportion."""
    if not left:
        return None
    cuts = reductions(item.tax_shares, left)
    shares = tuple(replace(cut.share, net=cut.net, tax=cut.tax, undue=0) for cut in cuts)
    side = item.side if left > 0 else ("credit" if item.side == "debit" else "debit")
    if left < 0:
        shares = tuple(replace(share, net=-share.net, tax=-share.tax) for share in shares)
    return replace(
        item,
        side=side,
        amount=abs(left),
        amount_base=abs(left),
        amount_open=abs(left),
        base_open=abs(left),
        shares=shares,
    )
