"""The head and the balances of a camt statement from its own leaves."""

from __future__ import annotations

from datetime import date, datetime

from kontor.banking.formats.amounts import NotAnAmount, iso_day, unsigned_amount
from kontor.banking.formats.camt.lines import FieldFault
from kontor.banking.rules.statements import Balance, Kind, StatementHead

type Leaves = list[tuple[str, str]]

_BALANCE = "/Bal/"
_DIRECTIONS = {"CRDT": 1, "DBIT": -1}


def head_of(leaves: Leaves, *, group: Leaves, message_format: str, kind: Kind) -> StatementHead:
    """Return the head from the leaves of the statement and those of the message (GrpHdr), in document order.

    Raises:
        FieldFault: no account, or a balance that cannot be read.
    """
    first, message = _firsts(leaves), _firsts(group)
    iban = _compact(first.get("/Acct/Id/IBAN"))
    other = first.get("/Acct/Id/Othr/Id") or first.get("/Acct/Id/PrtryAcct/Id") or first.get("/Acct/Id/BBAN")
    if not iban and not other:
        raise FieldFault("Acct/Id", None)
    page = next((first[path] for path in first if path.endswith("Pgntn/PgNb")), None) or message.get("/MsgPgntn/PgNb")
    last = next((first[path] for path in first if path.endswith("Pgntn/LastPgInd")), None) or message.get(
        "/MsgPgntn/LastPgInd"
    )
    return StatementHead(
        format=message_format,
        kind=kind,
        message_id=message.get("/MsgId"),
        statement_id=first.get("/Id"),
        number=first.get("/ElctrncSeqNb"),
        legal_number=first.get("/LglSeqNb"),
        page=int(page) if page and page.isascii() and page.isdigit() and len(page) < 10 else None,
        is_last_page=None if last is None else last in {"true", "1"},
        account_iban=iban,
        account_other=other,
        account_name=first.get("/Acct/Nm"),
        account_owner=first.get("/Acct/Ownr/Nm") or first.get("/Acct/Ownr/Pty/Nm"),
        account_bic=first.get("/Acct/Svcr/FinInstnId/BICFI") or first.get("/Acct/Svcr/FinInstnId/BIC"),
        currency=first.get("/Acct/Ccy"),
        from_date=_day_or_none(first.get("/FrToDt/FrDtTm") or first.get("/FrToDt/FrDt")),
        to_date=_day_or_none(first.get("/FrToDt/ToDtTm") or first.get("/FrToDt/ToDt")),
        created_at=_moment_or_none(first.get("/CreDtTm") or message.get("/CreDtTm")),
        balances=balances_of(leaves),
    )


def balances_of(leaves: Leaves) -> tuple[Balance, ...]:
    """Return the balances in document order.

    Raises:
        FieldFault: amount, direction or date cannot be read.
        UnknownCurrency: a currency of more than two decimals.
    """
    records: list[dict[str, str]] = []
    for path, text in leaves:
        if path == "/Bal":
            records.append({})
        elif path.startswith(_BALANCE) and records:
            records[-1].setdefault(path[len(_BALANCE) :], text)
    return tuple(_balance(record) for record in records)


def fallback_date(head: StatementHead) -> date | None:
    """Return the day an undated entry is read as: the last day the statement speaks of."""
    if head.to_date:
        return head.to_date
    stated = [balance.on for balance in head.balances if balance.on]
    if stated:
        return max(stated)
    return head.created_at.date() if head.created_at else None


def _firsts(leaves: Leaves) -> dict[str, str]:
    first: dict[str, str] = {}
    for path, text in leaves:
        if text:
            first.setdefault(path, text)
    return first


def _balance(record: dict[str, str]) -> Balance:
    currency, text = record.get("Amt@Ccy"), record.get("Amt")
    if not currency or not text:
        raise FieldFault("Bal/Amt", text)
    sign = _DIRECTIONS.get(record.get("CdtDbtInd", ""))
    if sign is None:
        raise FieldFault("Bal/CdtDbtInd", record.get("CdtDbtInd"))
    try:
        amount = sign * unsigned_amount(text, currency=currency)
    except NotAnAmount:
        raise FieldFault("Bal/Amt", text) from None
    kind = record.get("Tp/CdOrPrtry/Cd") or record.get("Tp/CdOrPrtry/Prtry") or record.get("Tp/Cd") or ""
    return Balance(
        kind, amount, currency, _day_or_none(record.get("Dt/Dt") or record.get("Dt/DtTm") or record.get("Dt"))
    )


def _compact(iban: str | None) -> str | None:
    return "".join(iban.split()).upper() if iban else None


def _day_or_none(text: str | None) -> date | None:
    try:
        return iso_day(text) if text else None
    except ValueError:
        return None


def _moment_or_none(text: str | None) -> datetime | None:
    # Banks write up to nine decimals of a second; Python reads the first six and ignores the rest.
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
