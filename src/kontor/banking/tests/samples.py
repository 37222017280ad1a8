"""Where the conformance samples are, and statements small enough to read."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from kontor.banking.formats.camt.reader import read_camt
from kontor.banking.formats.mt940.reader import read_mt940
from kontor.banking.rules.statements import StatementEvent, StatementFoot, StatementHead, StatementLine

_CHECKOUT = Path(__file__).resolve().parents[4]
SAMPLES = Path(os.environ.get("KONTOR_SAMPLES", _CHECKOUT.parent / "shared" / "samples"))


def sample_files(folder: str, pattern: str) -> list[Path]:
    """Return the sample files under `folder`, an empty list where the samples are absent."""
    return sorted((SAMPLES / folder).rglob(pattern))


def needs_samples() -> None:
    """Skip the running test where the samples are absent."""
    if not SAMPLES.is_dir():
        pytest.skip(f"the samples are not at {SAMPLES}; set KONTOR_SAMPLES to run the conformance tests")


def camt(text: str | bytes) -> list[StatementEvent]:
    """Read camt from text."""
    return list(read_camt(io.BytesIO(text.encode() if isinstance(text, str) else text)))


def mt940(text: str | bytes) -> list[StatementEvent]:
    """Read MT940 from text."""
    return list(read_mt940(io.BytesIO(text.encode() if isinstance(text, str) else text)))


def lines_in(events: list[StatementEvent]) -> list[StatementLine]:
    """Return the lines among `events`."""
    return [event for event in events if isinstance(event, StatementLine)]


def head_in(events: list[StatementEvent]) -> StatementHead:
    """Return the only head."""
    (head,) = [event for event in events if isinstance(event, StatementHead)]
    return head


def foot_in(events: list[StatementEvent]) -> StatementFoot:
    """Return the only foot."""
    (foot,) = [event for event in events if isinstance(event, StatementFoot)]
    return foot


def an_entry(
    *,
    amount: str = "100.00",
    direction: str = "CRDT",
    reference: str = "REF-1",
    details: str = "",
    extra: str = "",
    currency: str = "EUR",
) -> str:
    """Return an Ntry of version 08."""
    return (
        f'<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{direction}</CdtDbtInd>{extra}'
        f"<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-11-02</Dt></BookgDt><ValDt><Dt>2026-11-03</Dt></ValDt>"
        f"<AcctSvcrRef>{reference}</AcctSvcrRef><NtryDtls>{details}</NtryDtls></Ntry>\n"
    )


def a_detail(*, text: str = "Rechnung 4711", name: str = "Erika Muster", amount: str = "", more: str = "") -> str:
    """Return a TxDtls of version 08 with a debtor."""
    return (
        f"<TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>{amount}<RltdPties><Dbtr><Pty><Nm>{name}</Nm></Pty>"
        "</Dbtr><DbtrAcct><Id><IBAN>DE02120300000000202051</IBAN></Id></DbtrAcct></RltdPties>"
        f"<RmtInf><Ustrd>{text}</Ustrd></RmtInf>{more}</TxDtls>"
    )


def a_statement(entries: str, *, opening: str = "0.00", closing: str | None = None, start: str = "") -> str:
    """Return a whole camt.053.001.08 around `entries`."""
    closing_balance = "" if closing is None else a_balance("CLBD", closing)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n{start}'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">\n<BkToCstmrStmt>'
        "<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-11-03T06:00:00+01:00</CreDtTm></GrpHdr>\n<Stmt><Id>S1</Id>"
        "<ElctrncSeqNb>7</ElctrncSeqNb><Acct><Id><IBAN>DE75512108001245126199</IBAN></Id><Ccy>EUR</Ccy></Acct>\n"
        f"{a_balance('OPBD', opening)}{closing_balance}\n{entries}</Stmt></BkToCstmrStmt></Document>\n"
    )


def a_balance(code: str, amount: str) -> str:
    """Return a balance in euros; a minus sign makes it a debit."""
    direction = "DBIT" if amount.startswith("-") else "CRDT"
    return (
        f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{amount.lstrip("-")}</Amt>'
        f"<CdtDbtInd>{direction}</CdtDbtInd><Dt><Dt>2026-11-02</Dt></Dt></Bal>"
    )
