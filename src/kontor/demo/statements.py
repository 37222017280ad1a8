"""Writing the demo's statements as a bank sends them: camt.053.001.08."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from xml.sax.saxutils import escape

from kontor.demo.story import Movement, Wallet


def statement_file(
    wallet: Wallet, movements: Sequence[Movement], *, opening: int, number: int, first: date, last: date
) -> bytes:
    """Return one statement over `first` to `last`; amounts in cents, EUR."""
    closing = opening + sum(movement.amount for movement in movements)
    entries = "".join(_entry(movement, index) for index, movement in enumerate(movements, start=1))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>'
        f"<GrpHdr><MsgId>{wallet.code}-{last:%Y%m%d}</MsgId><CreDtTm>{last}T20:00:00+01:00</CreDtTm></GrpHdr>"
        f"<Stmt><Id>{wallet.code}-{number}</Id><ElctrncSeqNb>{number}</ElctrncSeqNb>"
        f"<CreDtTm>{last}T20:00:00+01:00</CreDtTm>"
        f"<FrToDt><FrDtTm>{first}T00:00:00+01:00</FrDtTm><ToDtTm>{last}T23:59:59+01:00</ToDtTm></FrToDt>"
        f"<Acct><Id><IBAN>{wallet.iban}</IBAN></Id><Ccy>EUR</Ccy></Acct>"
        f"{_balance('OPBD', opening, first)}{_balance('CLBD', closing, last)}{entries}</Stmt></BkToCstmrStmt></Document>\n"
    ).encode()


def _balance(code: str, amount: int, on: date) -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{_amount(amount)}"
        f"<CdtDbtInd>{_sign(amount)}</CdtDbtInd><Dt><Dt>{on}</Dt></Dt></Bal>"
    )


def _entry(movement: Movement, index: int) -> str:
    party = "Dbtr" if movement.amount > 0 else "Cdtr"
    account = f"<{party}Acct><Id><IBAN>{movement.iban}</IBAN></Id></{party}Acct>" if movement.iban else ""
    name = f"<RltdPties><{party}><Pty><Nm>{escape(movement.name)}</Nm></Pty></{party}>{account}</RltdPties>"
    back = "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>" if movement.returns else ""
    code = "166" if movement.amount > 0 else "177"
    lines = "".join(
        f"<Ustrd>{escape(movement.text[at : at + 140])}</Ustrd>" for at in range(0, len(movement.text), 140)
    )
    return (
        f"<Ntry><NtryRef>{index}</NtryRef>{_amount(movement.amount)}<CdtDbtInd>{_sign(movement.amount)}</CdtDbtInd>"
        f"<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{movement.on}</Dt></BookgDt><ValDt><Dt>{movement.on}</Dt></ValDt>"
        f"<AcctSvcrRef>{movement.reference}</AcctSvcrRef>"
        f"<BkTxCd><Prtry><Cd>NTRF+{code}+00000</Cd><Issr>DK</Issr></Prtry></BkTxCd>"
        f"<NtryDtls><TxDtls><Refs><EndToEndId>{movement.end_to_end}</EndToEndId></Refs>{_amount(movement.amount)}"
        f"<CdtDbtInd>{_sign(movement.amount)}</CdtDbtInd>{name}<RmtInf>{lines}</RmtInf>{back}</TxDtls></NtryDtls></Ntry>"
    )


def _amount(amount: int) -> str:
    return f'<Amt Ccy="EUR">{abs(amount) // 100}.{abs(amount) % 100:02d}</Amt>'


def _sign(amount: int) -> str:
    return "CRDT" if amount >= 0 else "DBIT"
