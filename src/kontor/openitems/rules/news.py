"""New open items as values, and the posting that opens each of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from kontor.core.money import decimals_of, half_up
from kontor.core.refusal import Refusal, gettext_noop
from kontor.ledger.rules.documents import OpenedItem, customer_invoice, opening_item, supplier_invoice
from kontor.ledger.rules.parts import Part
from kontor.ledger.rules.postings import AccountRef, Memo, by_number, by_role
from kontor.ledger.rules.settlements import Item
from kontor.ledger.rules.shares import TaxShare, share_of_gross
from kontor.ledger.rules.taxes import TaxCode, tax_code_on, without_deduction

RECEIVABLE, PAYABLE = "receivable", "payable"


class NothingOwed(Refusal):
    """An item of zero."""

    sentence = gettext_noop(
        "Document %(document)s comes to zero. An open item needs an amount; a negative one is a credit note."
    )


class DocumentNumberMissing(Refusal):
    """An item without a number cannot be told apart."""

    sentence = gettext_noop("The document number is missing. Payments are found by it.")


class DueBeforeDocument(Refusal):
    """Due before it was written."""

    sentence = gettext_noop("Document %(document)s is due before its own date. Please check both dates.")


class SplitDiffers(Refusal):
    """The tax split is not the whole."""

    sentence = gettext_noop(
        "The tax split of document %(document)s does not add up to its amount. Please correct the lines."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Discount:
    """A discount of `amount` (item currency) until a day, tolerated until `grace_until`; both days included."""

    until: date
    grace_until: date
    amount: int
    percent: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPart:
    """A position of a document: net `amount` to account `number` under a tax code ("" for none)."""

    number: str
    amount: int
    tax_code: str = ""
    project_id: int | None = None
    sphere: str | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningShare:
    """The part `gross` of an older document under one tax code; `is_undue` under received timing."""

    gross: int
    tax_code: str = ""
    is_undue: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewItem:
    """A document that becomes an open item; amounts in its currency, negative for a credit note.

    With `parts` an invoice is posted to them (P-03, P-06). With `amount` it is an item of earlier books, posted
    against the opening-balance account; its `split` says what tax it holds. `control` names another control
    account than the chart's usual one; `rate` is base currency per unit.
    """

    kind: str
    party_id: int
    document_number: str
    document_date: date
    due_date: date
    currency: str
    parts: Sequence[NewPart] = ()
    amount: int = 0
    split: Sequence[OpeningShare] = ()
    entry_date: date | None = None
    rate: Decimal = Decimal(1)
    taxes: Mapping[str, int] | None = None
    references: tuple[str, ...] = ()
    text: str = ""
    discounts: tuple[Discount, ...] = ()
    under_limit: int = 0
    over_limit: int = 0
    project_id: int | None = None
    control: str = ""
    service_from: date | None = None
    service_to: date | None = None
    source_type: str = ""
    source_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """What opening an item needs to know of the books; timing and deduction are asked for the day of the service."""

    base_currency: str
    tax_codes: Sequence[TaxCode]
    received_timings: Mapping[str, Sequence[tuple[date, bool]]] = field(default_factory=dict)
    deductions: Sequence[tuple[date, bool]] = ()

    def is_received_timing(self, kind: str, *, on: date) -> bool:
        """Tell whether tax of this kind of item falls due when money moves; rows are sorted, the last one holds."""
        return _last_until(self.received_timings.get(kind, ()), on=on, otherwise=False)

    def tax_code(self, code: str, *, on: date) -> TaxCode:
        """Return the dated code, without deduction where the regime allows none.  Raises: UnknownTaxCode."""
        return deductible(tax_code_on(self.tax_codes, code, on=on), self.deductions, on=on)


def deductible(code: TaxCode, deductions: Sequence[tuple[date, bool]], *, on: date) -> TaxCode:
    """Return the code as the regime of a day lets it deduct input VAT; rows as in `Books`."""
    return code if _last_until(deductions, on=on, otherwise=True) else without_deduction(code)


def _last_until(rows: Sequence[tuple[date, bool]], *, on: date, otherwise: bool) -> bool:
    """Return what the last of the sorted rows says that holds on a day."""
    found = otherwise
    for valid_from, says in rows:
        if valid_from <= on:
            found = says
    return found


def opened(new: NewItem, *, books: Books) -> OpenedItem:
    """Return the posting that opens `new` and the item that its first line becomes.

    Raises:
        DocumentNumberMissing, DueBeforeDocument, NothingOwed, SplitDiffers, UnknownTaxCode, UnknownCurrency
    """
    _check(new)
    if new.parts:
        return _invoice(new, books=books)
    return opening_item(_older(new, books=books), memo=_memo(new), is_receivable=new.kind == RECEIVABLE)


def _check(new: NewItem) -> None:
    decimals_of(new.currency)
    if not new.document_number.strip():
        raise DocumentNumberMissing
    if new.due_date < new.document_date:
        raise DueBeforeDocument(document=new.document_number)
    if not new.parts and not new.amount:
        raise NothingOwed(document=new.document_number)


def _invoice(new: NewItem, *, books: Books) -> OpenedItem:
    on = new.service_to or new.document_date
    parts = [
        Part(by_number(part.number), part.amount, _tax_code(part.tax_code, books, on=on), part.project_id or new.project_id,
             part.sphere, part.text)
        for part in new.parts
    ]  # fmt: skip
    invoice = customer_invoice if new.kind == RECEIVABLE else supplier_invoice
    found = invoice(
        parts,
        currency=new.currency,
        base_currency=books.base_currency,
        memo=_memo(new),
        party_id=new.party_id,
        control=_control(new),
        rate=new.rate,
        is_received_timing=books.is_received_timing(new.kind, on=on),
        taxes=new.taxes,
    )
    if not found.item.amount:
        raise NothingOwed(document=new.document_number)
    return found


def _older(new: NewItem, *, books: Books) -> Item:
    base = abs(half_up(Fraction(new.amount) * Fraction(new.rate)))
    owes = (new.amount > 0) == (new.kind == RECEIVABLE)
    return Item(
        side="debit" if owes else "credit",
        control=_control(new),
        currency=new.currency,
        base_currency=books.base_currency,
        amount=abs(new.amount),
        amount_base=base,
        amount_open=abs(new.amount),
        base_open=base,
        shares=_older_shares(new, base, books=books),
        party_id=new.party_id,
        project_id=new.project_id,
        document_number=new.document_number,
        kind=new.kind,
    )


def _older_shares(new: NewItem, base: int, *, books: Books) -> tuple[TaxShare, ...]:
    if not new.split:
        return ()
    if sum(share.gross for share in new.split) != new.amount:
        raise SplitDiffers(document=new.document_number)
    turn = 1 if new.amount > 0 else -1
    grosses = [half_up(Fraction(turn * share.gross) * Fraction(new.rate)) for share in new.split]
    grosses[-1] += base - sum(grosses)
    return tuple(
        _older_share(share, gross, books=books, on=new.document_date)
        for share, gross in zip(new.split, grosses, strict=True)
    )


def _older_share(share: OpeningShare, gross: int, *, books: Books, on: date) -> TaxShare:
    code = _tax_code(share.tax_code, books, on=on)
    if code is None:
        return TaxShare("", Decimal(0), gross, 0)
    return share_of_gross(code, gross, is_undue=share.is_undue)


def _tax_code(code: str, books: Books, *, on: date) -> TaxCode | None:
    return books.tax_code(code, on=on) if code else None


def _control(new: NewItem) -> AccountRef:
    if new.control:
        return by_number(new.control)
    return by_role("receivables" if new.kind == RECEIVABLE else "payables")


def _memo(new: NewItem) -> Memo:
    return Memo(
        text=new.text,
        document_number=new.document_number.strip(),
        document_date=new.document_date,
        service_from=new.service_from,
        service_to=new.service_to,
    )
