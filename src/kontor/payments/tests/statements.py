"""Statements as a bank writes them, for the tests of this room: real camt.053 bytes."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from io import BytesIO
from xml.sax.saxutils import escape

from kontor.banking.actions.importing import import_statement
from kontor.banking.models import BankTransaction, MoneyAccount
from kontor.documents.store import store
from kontor.matching.actions.own_orders import settle_sent_orders, take_returned_orders
from kontor.matching.actions.running import run_match
from kontor.payments.tests.treasury import Treasury
from tests.builders import NOW

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An entry of a statement: cents with their sign; a `reason` makes it a return, `batch` a collective booking."""

    cents: int
    end_to_end: str = ""
    name: str = "Mira Okonkwo"
    iban: str = ""
    text: str = ""
    reason: str = ""
    batch: str = ""
    orders: int = 0


def camt(treasury: Treasury, *lines: Line, day: str = "2026-11-24") -> bytes:
    """Return a camt.053.001.08 from an opening balance of 10,000.00."""
    account = MoneyAccount.objects.get(id=treasury.bank_id)
    number = next(_numbers)
    entries = "".join(_entry(line, day=day, currency=account.currency) for line in lines)
    closing = 10_000_00 + sum(line.cents for line in lines)

    def balance(code: str, cents: int) -> str:
        return (
            f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="{account.currency}">{cents / 100:.2f}</Amt>'
            f"<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>"
        )

    return (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr>'
        f"<MsgId>{number}</MsgId><CreDtTm>{day}T20:00:00</CreDtTm></GrpHdr><Stmt><Id>{number}</Id>"
        f"<ElctrncSeqNb>{number}</ElctrncSeqNb><Acct><Id><IBAN>{account.iban}</IBAN></Id><Ccy>{account.currency}</Ccy>"
        f"</Acct>{balance('OPBD', 10_000_00)}{balance('CLBD', closing)}{entries}</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def _entry(line: Line, *, day: str, currency: str) -> str:
    side, other = ("CRDT", "Dbtr") if line.cents > 0 else ("DBIT", "Cdtr")
    amount = f'<Amt Ccy="{currency}">{abs(line.cents) / 100:.2f}</Amt><CdtDbtInd>{side}</CdtDbtInd>'
    iban = f"<{other}Acct><Id><IBAN>{line.iban}</IBAN></Id></{other}Acct>" if line.iban else ""
    domain = (
        "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd><SubFmlyCd>RRTN</SubFmlyCd></Fmly></Domn></BkTxCd>"
        if line.reason
        else ""
    )
    returned = f"<RtrInf><Rsn><Cd>{line.reason}</Cd></Rsn></RtrInf>" if line.reason else ""
    refs = f"<Refs><EndToEndId>{line.end_to_end}</EndToEndId></Refs>" if line.end_to_end else ""
    words = f"<RmtInf><Ustrd>{escape(line.text)}</Ustrd></RmtInf>" if line.text else ""
    batch = f"<Btch><PmtInfId>{line.batch}</PmtInfId><NbOfTxs>{line.orders}</NbOfTxs></Btch>" if line.batch else ""
    detail = (
        f"<TxDtls>{refs}<RltdPties><{other}><Pty><Nm>{line.name}</Nm></Pty></{other}>{iban}</RltdPties>{words}"
        f"{returned}</TxDtls>"
    )
    return (
        f"<Ntry>{amount}<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt>"
        f"<AcctSvcrRef>R{next(_numbers)}</AcctSvcrRef>{domain}<NtryDtls>{batch}{'' if line.batch else detail}</NtryDtls>"
        "</Ntry>"
    )


def imported(treasury: Treasury, *lines: Line, day: str = "2026-11-24") -> list[BankTransaction]:
    """Import a statement; return its transactions in order."""
    content = camt(treasury, *lines, day=day)
    file = store(content, name="auszug.xml", owner_type="banking.import", at=NOW, by=treasury.clerk)
    before = set(BankTransaction.objects.values_list("id", flat=True))
    outcome = import_statement(file, lambda: BytesIO(content), at=NOW)
    assert outcome.refusal is None, outcome.refusal
    assert outcome.new == len(lines)
    return list(BankTransaction.objects.exclude(id__in=before).order_by("id"))


def taken_in(treasury: Treasury, *lines: Line, day: str = "2026-11-24") -> list[BankTransaction]:
    """Import a statement and match it, as the page does; return its transactions in order."""
    found = imported(treasury, *lines, day=day)
    run = run_match(at=NOW)
    settle_sent_orders(run, at=NOW)
    take_returned_orders(run, at=NOW)
    return list(BankTransaction.objects.filter(id__in=[row.id for row in found]).order_by("id"))
