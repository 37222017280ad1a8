"""Write large bank statements for measurements: camt.053 in versions 02 and 08, and MT940; always the same bytes."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from kontor.core.money import major_units

SEED = 20_260_101
OPENING = 1_000_000_00
IBAN = "DE02120300000000202051"
_FIRST = ("Anna", "Jörg", "Käthe", "Luís", "Miriam", "Olaf", "Renate", "Søren", "Tobias", "Ümit")
_LAST = ("Bauer", "Dürr", "Groß & Söhne", "Huber", "Kraft", "Möller", "Schäfer", "Thoma", "Weiß", "Zimmermann")


@dataclass(frozen=True, slots=True)
class Payment:
    """One transaction of the generated account; `amount` in cents, credit positive."""

    amount: int
    name: str
    iban: str
    end_to_end_id: str | None
    mandate_id: str | None
    texts: tuple[str, ...]
    purpose: str | None
    return_reason: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One booking: a single payment, or a batch of them."""

    number: int
    booked_on: date
    payments: tuple[Payment, ...]

    @property
    def amount(self) -> int:
        """The signed sum of the payments."""
        return sum(payment.amount for payment in self.payments)


def entries(count: int) -> Iterator[Entry]:
    """Yield `count` entries over a year: one in 50 is a batch of 2 to 6, one in five has several remittance lines."""
    dice = random.Random(SEED)  # repeatable data, nothing secret
    for number in range(count):
        booked_on = date(2026, 1, 1) + timedelta(days=number * 300 // count)
        size = dice.randint(2, 6) if number % 50 == 7 else 1
        is_credit = dice.random() < 0.7
        yield Entry(
            number=number,
            booked_on=booked_on,
            payments=tuple(_payment(dice, number, index, is_credit=is_credit) for index in range(size)),
        )


def _payment(dice: random.Random, number: int, index: int, *, is_credit: bool) -> Payment:
    cents = dice.randint(100, 500_000)
    texts = [f"Rechnung RE-2026-{dice.randint(1, 99_999):05d} vom 03.02.2026 Kunde {dice.randint(10_000, 99_999)}"]
    if dice.random() < 0.2:
        texts += [f"Mitglied {dice.randint(1, 9_999)}", "Vielen Dank für die Zusammenarbeit"][: dice.randint(1, 2)]
    is_return = not is_credit and dice.random() < 0.02
    return Payment(
        amount=cents if is_credit else -cents,
        name=f"{dice.choice(_FIRST)} {dice.choice(_LAST)}",
        iban=f"DE{dice.randint(10, 98)}{dice.randint(10**17, 10**18 - 1)}",
        end_to_end_id=f"E2E-{number:08d}-{index}" if dice.random() < 0.6 else None,
        mandate_id=f"M-{dice.randint(1, 5_000):06d}" if not is_credit and dice.random() < 0.5 else None,
        texts=tuple(texts),
        purpose="SALA" if dice.random() < 0.05 else None,
        return_reason="AC04" if is_return else None,
    )


def write_camt(path: Path, *, count: int, version: int) -> None:
    """Write a camt.053.001 file of `count` entries in `version` 2 or 8, valid against its schema."""
    total = sum(entry.amount for entry in entries(count))
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(_camt_head(version, closing=OPENING + total))
        for entry in entries(count):
            file.write(_camt_entry(entry, version))
        file.write("</Stmt></BkToCstmrStmt></Document>\n")


def _camt_head(version: int, *, closing: int) -> str:
    bic = "BICFI" if version >= 4 else "BIC"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version:02d}">\n<BkToCstmrStmt>'
        "<GrpHdr><MsgId>BENCH-1</MsgId><CreDtTm>2026-11-01T06:00:00+01:00</CreDtTm></GrpHdr>\n"
        "<Stmt><Id>BENCH-1-1</Id><ElctrncSeqNb>1</ElctrncSeqNb><CreDtTm>2026-11-01T06:00:00+01:00</CreDtTm>"
        f"<Acct><Id><IBAN>{IBAN}</IBAN></Id><Ccy>EUR</Ccy><Svcr><FinInstnId><{bic}>BYLADEM1001</{bic}>"
        "</FinInstnId></Svcr></Acct>\n"
        + _balance("OPBD", OPENING, "2025-12-31")
        + _balance("CLBD", closing, "2026-10-31")
    )


def _balance(code: str, amount: int, on: str) -> str:
    return (
        f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{_plain(amount)}</Amt>'
        f"<CdtDbtInd>{_direction(amount)}</CdtDbtInd><Dt><Dt>{on}</Dt></Dt></Bal>\n"
    )


def _camt_entry(entry: Entry, version: int) -> str:
    status = "<Sts><Cd>BOOK</Cd></Sts>" if version >= 8 else "<Sts>BOOK</Sts>"
    batch = ""
    if len(entry.payments) > 1:
        batch = (
            f"<Btch><MsgId>MSG-{entry.number}</MsgId><PmtInfId>PI-{entry.number}</PmtInfId>"
            f"<NbOfTxs>{len(entry.payments)}</NbOfTxs></Btch>"
        )
    details = "".join(_camt_detail(payment, version) for payment in entry.payments)
    code = "RCDT" if entry.amount >= 0 else "ICDT"
    return (
        f'<Ntry>\n  <NtryRef>{entry.number + 1}</NtryRef>\n  <Amt Ccy="EUR">{_plain(entry.amount)}</Amt>\n'
        f"  <CdtDbtInd>{_direction(entry.amount)}</CdtDbtInd>\n  {status}\n"
        f"  <BookgDt><Dt>{entry.booked_on}</Dt></BookgDt>\n  <ValDt><Dt>{entry.booked_on}</Dt></ValDt>\n"
        f"  <AcctSvcrRef>2026{entry.number:012d}</AcctSvcrRef>\n"
        f"  <BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>{code}</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn>"
        "<Prtry><Cd>NTRF+166+00931</Cd><Issr>DK</Issr></Prtry></BkTxCd>\n"
        f"  <NtryDtls>{batch}{details}</NtryDtls>\n  <AddtlNtryInf>SEPA-Überweisung</AddtlNtryInf>\n</Ntry>\n"
    )


def _camt_detail(payment: Payment, version: int) -> str:
    name = payment.name.replace("&", "&amp;")
    party = f"<Pty><Nm>{name}</Nm></Pty>" if version >= 8 else f"<Nm>{name}</Nm>"
    own = "<Pty><Nm>Kontor Beispiel GmbH</Nm></Pty>" if version >= 8 else "<Nm>Kontor Beispiel GmbH</Nm>"
    debtor, creditor = (party, own) if payment.amount >= 0 else (own, party)
    if payment.return_reason:
        debtor, creditor = creditor, debtor
    theirs = f"<Id><IBAN>{payment.iban}</IBAN></Id>"
    ours = f"<Id><IBAN>{IBAN}</IBAN></Id>"
    is_theirs_debtor = debtor == party
    bic = "BICFI" if version >= 4 else "BIC"
    role = "DbtrAgt" if is_theirs_debtor else "CdtrAgt"
    amount = f'<Amt Ccy="EUR">{_plain(payment.amount)}</Amt>'
    amounts = (
        f"{amount}<CdtDbtInd>{_direction(payment.amount)}</CdtDbtInd>"
        if version >= 3
        else f"<AmtDtls><TxAmt>{amount}</TxAmt></AmtDtls>"
    )
    mandate = f"<MndtId>{payment.mandate_id}</MndtId>" if payment.mandate_id else ""
    purpose = f"<Purp><Cd>{payment.purpose}</Cd></Purp>" if payment.purpose else ""
    returned = f"<RtrInf><Rsn><Cd>{payment.return_reason}</Cd></Rsn></RtrInf>" if payment.return_reason else ""
    texts = "".join(f"<Ustrd>{text}</Ustrd>" for text in payment.texts)
    return (
        f"<TxDtls>\n    <Refs><EndToEndId>{payment.end_to_end_id or 'NOTPROVIDED'}</EndToEndId>{mandate}</Refs>\n"
        f"    {amounts}\n    <RltdPties><Dbtr>{debtor}</Dbtr><DbtrAcct>{theirs if is_theirs_debtor else ours}</DbtrAcct>"
        f"<Cdtr>{creditor}</Cdtr><CdtrAcct>{ours if is_theirs_debtor else theirs}</CdtrAcct></RltdPties>\n"
        f"    <RltdAgts><{role}><FinInstnId><{bic}>MARKDEF1100</{bic}></FinInstnId></{role}></RltdAgts>\n"
        f"    {purpose}<RmtInf>{texts}</RmtInf>{returned}\n  </TxDtls>"
    )


def write_mt940(path: Path, *, count: int) -> None:
    """Write an MT940 file of `count` bookings (batches as one booking), a statement for each day."""
    balance = OPENING
    with path.open("w", encoding="cp1252", newline="\r\n") as file:
        day: date | None = None
        number = 0
        for entry in entries(count):
            if entry.booked_on != day:
                if day is not None:
                    file.write(f":62F:{_mark(balance)}{day:%y%m%d}EUR{_comma(balance)}\n-\n")
                day, number = entry.booked_on, number + 1
                file.write(f":20:STARTUMS\n:25:12030000/0000202051\n:28C:{number:05d}/001\n")
                file.write(f":60F:{_mark(balance)}{day:%y%m%d}EUR{_comma(balance)}\n")
            file.write(_mt940_entry(entry))
            balance += entry.amount
        if day is not None:
            file.write(f":62F:{_mark(balance)}{day:%y%m%d}EUR{_comma(balance)}\n-\n")


def _mt940_entry(entry: Entry) -> str:
    payment = entry.payments[0]
    end_to_end = f"EREF+{payment.end_to_end_id} " if payment.end_to_end_id else ""
    mandate = f"MREF+{payment.mandate_id} " if payment.mandate_id else ""
    text = f"{end_to_end}{mandate}SVWZ+{' '.join(payment.texts)}"
    pieces = [text[start : start + 27] for start in range(0, len(text), 27)][:10]
    sub_fields = "".join(f"?2{index}{piece}" for index, piece in enumerate(pieces))
    field = f"166?00SEPA-UEBERWEISUNG?10931{sub_fields}?30MARKDEF1100?31{payment.iban}?32{payment.name}"
    lines = [field[start : start + 65] for start in range(0, len(field), 65)]
    return (
        f":61:{entry.booked_on:%y%m%d}{entry.booked_on:%m%d}{_mark(entry.amount)}R{_comma(entry.amount)}"
        f"NTRFNONREF//{entry.number:016d}\n:86:" + "\n".join(lines) + "\n"
    )


def _mark(amount: int) -> str:
    return "C" if amount >= 0 else "D"


def _direction(amount: int) -> str:
    return "CRDT" if amount >= 0 else "DBIT"


def _plain(amount: int) -> str:
    return str(major_units(abs(amount), "EUR"))


def _comma(amount: int) -> str:
    return _plain(amount).replace(".", ",")
