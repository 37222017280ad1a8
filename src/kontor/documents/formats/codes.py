"""QR codes on a page that say what to pay: the Swiss QR-bill and the EPC code."""

from __future__ import annotations

from decimal import Decimal

import zxingcpp
from PIL import Image

from kontor.core.money import half_up
from kontor.documents.formats.epc_qr import EpcTransfer, parse_epc
from kontor.documents.formats.pictures import scaled
from kontor.documents.formats.swiss_qr import SwissBill, parse_swiss_bill
from kontor.documents.rules.geometry import Box, enclosing
from kontor.documents.rules.reading.values import Proposals, Proposed, ReadVat

_SIDE_MAX = 1_800
_SURE = 98


def propose_from_codes(page: Image.Image, *, number: int) -> Proposals | None:
    """Return what the first payment code on a page says; None if it bears none."""
    grey = scaled(page, side_max=_SIDE_MAX).convert("L")
    for code in zxingcpp.read_barcodes(grey, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)):
        box = _box(code.position, *grey.size)
        bill, transfer = parse_swiss_bill(code.text), parse_epc(code.text)
        if bill is not None:
            return _from_bill(bill, number, box)
        if transfer is not None:
            return _from_transfer(transfer, number, box)
    return None


def _box(position: zxingcpp.Position, width: int, height: int) -> Box:
    points = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    return enclosing(Box(point.x / width, point.y / height, point.x / width, point.y / height) for point in points)


def _from_bill(bill: SwissBill, page: int, box: Box) -> Proposals:
    def sure[T](value: T | None) -> Proposed[T] | None:
        return Proposed(value, "qr", page, box, _SURE) if value else None

    return Proposals(
        amount=sure(bill.amount),
        currency=sure(bill.currency),
        date=sure(bill.on),
        supplier=sure(bill.creditor),
        number=sure(bill.number),
        iban=sure(bill.iban),
        reference=sure(bill.reference or bill.message),
        vat=tuple(
            Proposed(_share(rate, net, bill.amount if len(bill.vat) == 1 else None), "qr", page, box, _SURE)
            for rate, net in bill.vat
        ),
    )


def _share(rate: Decimal, net: int | None, gross: int | None) -> ReadVat:
    if net is not None:
        return ReadVat(rate, net, half_up(net * rate / 100))
    if gross is None:
        return ReadVat(rate, None, None)
    vat = half_up(gross * rate / (100 + rate))
    return ReadVat(rate, gross - vat, vat)


def _from_transfer(transfer: EpcTransfer, page: int, box: Box) -> Proposals:
    def sure[T](value: T | None) -> Proposed[T] | None:
        return Proposed(value, "qr", page, box, _SURE) if value else None

    return Proposals(
        amount=sure(transfer.amount),
        currency=sure("EUR"),
        supplier=sure(transfer.name),
        iban=sure(transfer.iban),
        reference=sure(transfer.reference or transfer.text),
    )
