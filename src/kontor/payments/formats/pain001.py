"""pain.001.001.09: credit transfers (ISO 20022, DFÜ-Abkommen Anlage 3 and Swiss Payment Standards).

One payment information block, booked singly unless the list wants one line, so that every line of the statement names
its end-to-end id. Addresses are structured or left out: unstructured ones are refused since November 2026.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC
from decimal import Decimal

from lxml import etree

from kontor.core.money import decimals_of, minor_units
from kontor.payments.rules.orders import Address, Order, Transfer, clearing_number
from kontor.payments.rules.texts import ID_MAX, NAME_MAX, REMITTANCE_MAX, sepa_text

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
_QRR = re.compile(r"\d{27}")


def write(transfer: Transfer) -> bytes:
    """Return the file's bytes, UTF-8; the orders are those of one currency."""
    root = etree.Element(_tag("Document"), nsmap={None: NAMESPACE})  # type: ignore[dict-item]  # lxml takes None for the default namespace
    message = etree.SubElement(root, _tag("CstmrCdtTrfInitn"))
    total = _decimal(sum(order.amount for order in transfer.orders), _currency(transfer))
    _header(message, transfer, total=total)
    _payment(message, transfer, total=total)
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return written


def _header(message: etree._Element, transfer: Transfer, *, total: str) -> None:
    header = etree.SubElement(message, _tag("GrpHdr"))
    _text(header, "MsgId", sepa_text(transfer.message_id, length=ID_MAX))
    _text(header, "CreDtTm", transfer.created_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    _text(header, "NbOfTxs", str(len(transfer.orders)))
    _text(header, "CtrlSum", total)
    _text(etree.SubElement(header, _tag("InitgPty")), "Nm", sepa_text(transfer.debtor_name, length=NAME_MAX))


def _payment(message: etree._Element, transfer: Transfer, *, total: str) -> None:
    payment = etree.SubElement(message, _tag("PmtInf"))
    _text(payment, "PmtInfId", sepa_text(transfer.message_id, length=ID_MAX))
    _text(payment, "PmtMtd", "TRF")
    _text(payment, "BtchBookg", "true" if transfer.is_booked_as_one else "false")
    _text(payment, "NbOfTxs", str(len(transfer.orders)))
    _text(payment, "CtrlSum", total)
    is_sepa = _currency(transfer) == "EUR"
    if is_sepa:
        level = etree.SubElement(etree.SubElement(payment, _tag("PmtTpInf")), _tag("SvcLvl"))
        _text(level, "Cd", "SEPA")
    _text(etree.SubElement(payment, _tag("ReqdExctnDt")), "Dt", transfer.execution_date.isoformat())
    _text(etree.SubElement(payment, _tag("Dbtr")), "Nm", sepa_text(transfer.debtor_name, length=NAME_MAX))
    account = etree.SubElement(etree.SubElement(payment, _tag("DbtrAcct")), _tag("Id"))
    _text(account, "IBAN", transfer.debtor_iban)
    bank = etree.SubElement(etree.SubElement(payment, _tag("DbtrAgt")), _tag("FinInstnId"))
    if clearing := clearing_number(transfer.debtor_iban):
        member = etree.SubElement(bank, _tag("ClrSysMmbId"))
        _text(etree.SubElement(member, _tag("ClrSysId")), "Cd", "CHBCC")
        _text(member, "MmbId", clearing)
    else:
        _text(etree.SubElement(bank, _tag("Othr")), "Id", "NOTPROVIDED")
    if is_sepa:
        _text(payment, "ChrgBr", "SLEV")
    for order in transfer.orders:
        _order(payment, order)


def _order(payment: etree._Element, order: Order) -> None:
    transaction = etree.SubElement(payment, _tag("CdtTrfTxInf"))
    ids = etree.SubElement(transaction, _tag("PmtId"))
    _text(ids, "InstrId", order.end_to_end_id)
    _text(ids, "EndToEndId", order.end_to_end_id)
    amount = _text(etree.SubElement(transaction, _tag("Amt")), "InstdAmt", _decimal(order.amount, order.currency))
    amount.set("Ccy", order.currency)
    if order.payee_bic:
        bank = etree.SubElement(etree.SubElement(transaction, _tag("CdtrAgt")), _tag("FinInstnId"))
        _text(bank, "BICFI", order.payee_bic)
    payee = etree.SubElement(transaction, _tag("Cdtr"))
    _text(payee, "Nm", sepa_text(order.payee_name, length=NAME_MAX))
    if order.address is not None and order.address.is_structured:
        _address(etree.SubElement(payee, _tag("PstlAdr")), order.address)
    account = etree.SubElement(etree.SubElement(transaction, _tag("CdtrAcct")), _tag("Id"))
    _text(account, "IBAN", order.payee_iban)
    if order.reference:
        _structured(etree.SubElement(transaction, _tag("RmtInf")), order.reference)
    elif sepa_text(order.remittance, length=REMITTANCE_MAX):
        _text(
            etree.SubElement(transaction, _tag("RmtInf")), "Ustrd", sepa_text(order.remittance, length=REMITTANCE_MAX)
        )


def _address(parent: etree._Element, address: Address) -> None:
    for name, words, length in (
        ("StrtNm", address.street, 70), ("BldgNb", address.building, 16), ("PstCd", address.post_code, 16),
        ("TwnNm", address.town, 35),
    ):  # fmt: skip
        if written := sepa_text(words, length=length):
            _text(parent, name, written)
    _text(parent, "Ctry", address.country.strip().upper())


def _structured(remittance: etree._Element, reference: str) -> None:
    creditor = etree.SubElement(etree.SubElement(remittance, _tag("Strd")), _tag("CdtrRefInf"))
    kind = etree.SubElement(etree.SubElement(creditor, _tag("Tp")), _tag("CdOrPrtry"))
    if _QRR.fullmatch(reference):
        _text(kind, "Prtry", "QRR")
    else:
        _text(kind, "Cd", "SCOR")
    _text(creditor, "Ref", reference)


def _text(parent: etree._Element, name: str, text: str) -> etree._Element:
    element = etree.SubElement(parent, _tag(name))
    element.text = text
    return element


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _currency(transfer: Transfer) -> str:
    return transfer.orders[0].currency


def _decimal(minor: int, currency: str) -> str:
    places = decimals_of(currency)
    return str(Decimal(minor).scaleb(-places).quantize(Decimal(1).scaleb(-places)))


@dataclass(frozen=True, slots=True, order=True)
class Line:
    """One transfer as a file says it; `amount` in minor units."""

    end_to_end_id: str
    iban: str
    amount: int
    currency: str


def lines_of_file(content: bytes) -> list[Line]:
    """Return the transfers of a file of ours."""
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    found = []
    for transaction in root.iter(_tag("CdtTrfTxInf")):
        amount = transaction.find(f"{_tag('Amt')}/{_tag('InstdAmt')}")
        iban = transaction.findtext(f"{_tag('CdtrAcct')}/{_tag('Id')}/{_tag('IBAN')}") or ""
        name = transaction.findtext(f"{_tag('PmtId')}/{_tag('EndToEndId')}") or ""
        if amount is not None:
            currency = str(amount.get("Ccy"))
            found.append(Line(name, iban, minor_units(Decimal(amount.text or "0"), currency), currency))
    return found
