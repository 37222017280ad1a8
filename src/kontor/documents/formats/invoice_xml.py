"""Electronic invoices: CII (ZUGFeRD, Factur-X, XRechnung) and UBL (XRechnung, Peppol), read for what a receipt needs.

Names of fields are those of EN 16931 (BT-…). Elements are found by their local names, so that any version of the
namespaces is read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Literal

from lxml import etree

from kontor.core.iban import is_iban
from kontor.core.money import TooManyDecimals, UnknownCurrency, minor_units
from kontor.documents.rules.intake import XML_BYTES_MAX
from kontor.documents.rules.reading.values import Proposals, Proposed, ReadVat
from kontor.documents.rules.unreadable import BrokenXml, NoInvoiceXml

type Dialect = Literal["cii", "ubl"]
_ROOTS: dict[str, Dialect] = {
    "CrossIndustryInvoice": "cii",
    "CrossIndustryDocument": "cii",  # ZUGFeRD 1.0
    "Invoice": "ubl",
    "CreditNote": "ubl",
}
_TEXT_MAX = 200
_PLAIN_AMOUNT = re.compile(r"-?\d{1,15}(?:\.\d{1,6})?")  # of 18 digits in a whole number of cents
_SURE = 100


def parse_invoice(content: bytes, *, name: str) -> Proposals:
    """Return what an electronic invoice says; credit notes with positive amounts.

    Raises:
        BrokenXml: not well-formed, too large, or with a document type.
        NoInvoiceXml: sound XML of another kind.
    """
    root = parsed_root(content, name=name)
    return _cii(root) if dialect_of(root, name=name) == "cii" else _ubl(root)


def dialect_of(root: etree._Element, *, name: str) -> Dialect:
    """Return in which dialect an invoice is written.  Raises: NoInvoiceXml: sound XML of another kind."""
    dialect = _ROOTS.get(etree.QName(root).localname)
    if dialect is None:
        raise NoInvoiceXml(name=name, root=etree.QName(root).localname[:40])
    return dialect


def text_of_invoice(content: bytes, *, name: str) -> str:
    """Return the texts of an electronic invoice, one per line, for the search.  Raises: BrokenXml."""
    texts = (" ".join(str(text).split()) for text in parsed_root(content, name=name).itertext(etree.Element))
    return "\n".join(text for text in texts if text and len(text) <= _TEXT_MAX)


def parsed_root(content: bytes, *, name: str) -> etree._Element:
    """Return the root of well-formed XML without a document type.  Raises: BrokenXml."""
    if len(content) > XML_BYTES_MAX:
        raise BrokenXml(name=name)
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as broken:
        raise BrokenXml(name=name) from broken
    if root.getroottree().docinfo.internalDTD is not None:
        raise BrokenXml(name=name)
    return root


def _cii(root: etree._Element) -> Proposals:
    head = _deep(root, "ExchangedDocument", "HeaderExchangedDocument")
    settlement = _deep(root, "ApplicableHeaderTradeSettlement", "ApplicableSupplyChainTradeSettlement")
    sums = _deep(
        settlement, "SpecifiedTradeSettlementHeaderMonetarySummation", "SpecifiedTradeSettlementMonetarySummation"
    )
    currency = _text(settlement, "InvoiceCurrencyCode")
    money = _money_in(currency)
    taxes = _all(settlement, "ApplicableTradeTax")
    return Proposals(
        amount=_sure(money(_text(sums, "GrandTotalAmount"))),
        currency=_sure(currency or None),
        date=_sure(_day(_text(head, "IssueDateTime/DateTimeString"))),
        due_date=_sure(_day(_text(settlement, "SpecifiedTradePaymentTerms/DueDateDateTime/DateTimeString"))),
        supplier=_sure(_short(_text(_deep(root, "SellerTradeParty"), "Name"))),
        number=_sure(_short(_text(head, "ID"))),
        iban=_sure(_iban(_texts(settlement, "SpecifiedTradeSettlementPaymentMeans/PayeePartyCreditorFinancialAccount/IBANID"))),
        reference=_sure(_short(_text(settlement, "PaymentReference"))),
        vat=_shares(
            (_text(tax, "RateApplicablePercent") or _text(tax, "ApplicablePercent"), money(_text(tax, "BasisAmount")), money(_text(tax, "CalculatedAmount")))
            for tax in taxes
        ),
    )  # fmt: skip


def _ubl(root: etree._Element) -> Proposals:
    currency = _text(root, "DocumentCurrencyCode")
    money = _money_in(currency)
    seller = _deep(root, "AccountingSupplierParty")
    totals = _first(root, "LegalMonetaryTotal")
    taxes = [share for total in _all(root, "TaxTotal") for share in _all(total, "TaxSubtotal")]
    return Proposals(
        amount=_sure(money(_text(totals, "TaxInclusiveAmount") or _text(totals, "PayableAmount"))),
        currency=_sure(currency or None),
        date=_sure(_day(_text(root, "IssueDate"))),
        due_date=_sure(_day(_text(root, "DueDate") or _text(root, "PaymentMeans/PaymentDueDate"))),
        supplier=_sure(_short(_text(seller, "Party/PartyLegalEntity/RegistrationName") or _text(seller, "Party/PartyName/Name"))),
        number=_sure(_short(_text(root, "ID"))),
        iban=_sure(_iban(_texts(root, "PaymentMeans/PayeeFinancialAccount/ID"))),
        reference=_sure(_short(_text(root, "PaymentMeans/PaymentID"))),
        vat=_shares(
            (_text(share, "TaxCategory/Percent"), money(_text(share, "TaxableAmount")), money(_text(share, "TaxAmount")))
            for share in taxes
        ),
    )  # fmt: skip


def _sure[T](value: T | None) -> Proposed[T] | None:
    return None if value is None else Proposed(value, "xml", confidence=_SURE)


def _money_in(currency: str) -> Callable[[str], int | None]:
    def money(text: str) -> int | None:
        try:
            if not _PLAIN_AMOUNT.fullmatch(text):
                return None
            return abs(minor_units(Decimal(text), currency))
        except (InvalidOperation, TooManyDecimals, UnknownCurrency, ValueError, OverflowError):
            return None

    return money


def _shares(taxes: Iterator[tuple[str, int | None, int | None]]) -> tuple[Proposed[ReadVat], ...]:
    shares: list[Proposed[ReadVat]] = []
    for rate, net, vat in taxes:
        if re.fullmatch(r"\d{1,2}(?:\.\d{1,4})?", rate):
            shares.append(Proposed(ReadVat(_plain(Decimal(rate)), net, vat), "xml", confidence=_SURE))
    return tuple(shares)


def _plain(rate: Decimal) -> Decimal:
    return rate.quantize(Decimal(1)) if rate == rate.to_integral() else rate.normalize()


def _day(text: str) -> date | None:
    digits = re.sub(r"[^0-9]", "", text[:10])
    if len(digits) != 8:
        return None
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def _iban(texts: list[str]) -> str | None:
    compact = (re.sub(r"\s", "", text).upper() for text in texts)
    return next((iban for iban in compact if is_iban(iban)), None)


def _short(text: str) -> str | None:
    return " ".join(text.split())[:_TEXT_MAX] or None


def _first(element: etree._Element | None, name: str) -> etree._Element | None:
    return next(iter(_all(element, name)), None)


def _all(element: etree._Element | None, name: str) -> list[etree._Element]:
    return [] if element is None else [child for child in element if _local(child) == name]


def _deep(element: etree._Element | None, *names: str) -> etree._Element | None:
    if element is None:
        return None
    return next((found for found in element.iter() if _local(found) in names), None)


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname


def _texts(element: etree._Element | None, path: str) -> list[str]:
    """Return the texts of all elements at a path of local names."""
    here = [] if element is None else [element]
    for name in path.split("/"):
        here = [child for parent in here for child in _all(parent, name)]
    return [(found.text or "").strip() for found in here]


def _text(element: etree._Element | None, path: str) -> str:
    return next(iter(_texts(element, path)), "")
