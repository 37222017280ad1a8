"""The main story: open items and a bank's file become matched, posted, provable books, by the command line's own doors."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from kontor.core.invariants import proven_inside, violations
from kontor.core.tenancy import tenant
from kontor.ledger.models import AccountMonth
from kontor.openitems.models import OpenItem
from kontor.organisations.models import Tenant
from tests.builders import a_tenant
from tests.harness.cluster import worker_addresses

PAYER = "DE02120300000000202051"
BANK = "DE89370400440532013000"
ITEMS = f"""kind,party_number,party_name,party_iban,document_number,reference,document_date,due_date,currency,amount,discount_percent,discount_until
receivable,10100,Hofmann Möbelbau GmbH,{PAYER},RE-2026-0398,,2026-03-01,2026-03-29,EUR,1190.00,,
receivable,10100,Hofmann Möbelbau GmbH,{PAYER},RE-2026-0412,,2026-03-02,2026-03-30,EUR,892.50,2,2026-03-20
receivable,10200,Yogagruppe List,,RE-2026-0500,,2026-03-03,2026-03-31,EUR,178.50,,
"""


@pytest.fixture
def books(database: None) -> Tenant:
    return a_tenant(first_year=2026)


def kontor(*words: str) -> tuple[int, dict[str, object]]:
    """Run a verb on the test's database, as from a shell, and return its status and its one JSON object."""
    addresses = worker_addresses()
    environment = {
        "PATH": "/usr/bin:/bin", "PYTHONPATH": "src", "DATABASE_URL": addresses.app, "KONTOR_OWNER_URL": addresses.owner,
        "KONTOR_OPS_URL": addresses.ops, "DJANGO_SETTINGS_MODULE": "kontor.site.settings",
        "KONTOR_DATA": _data_folder(),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "kontor", *words, "--json"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.count("\n") == 1, done.stdout + done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return done.returncode, found


def _data_folder() -> str:
    return str(settings.DATA.root)


def a_statement() -> str:
    def entry(number: int, amount: str, name: str, text: str) -> str:
        return (
            f'<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-03-10</Dt>'
            f"</BookgDt><ValDt><Dt>2026-03-10</Dt></ValDt><AcctSvcrRef>REF{number}</AcctSvcrRef><NtryDtls><TxDtls><RltdPties><Dbtr>"
            f"<Pty><Nm>{name}</Nm></Pty></Dbtr><DbtrAcct><Id><IBAN>{PAYER}</IBAN></Id></DbtrAcct></RltdPties><RmtInf><Ustrd>{text}"
            "</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
        )

    def balance(code: str, amount: str) -> str:
        return (
            f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
            "<Dt><Dt>2026-03-10</Dt></Dt></Bal>"
        )

    entries = entry(1, "2064.65", "Hofmann Möbelbau GmbH", "RE-2026-0398 und RE-2026-0412 abzgl. Skonto") + entry(
        2, "100.00", "Unbekannt", "Spende Dach"
    )
    return (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr><MsgId>1</MsgId>'
        "<CreDtTm>2026-03-10T20:00:00</CreDtTm></GrpHdr><Stmt><Id>1</Id><ElctrncSeqNb>1</ElctrncSeqNb><Acct><Id>"
        f"<IBAN>{BANK}</IBAN></Id><Ccy>EUR</Ccy></Acct>{balance('OPBD', '0.00')}{balance('CLBD', '2164.65')}{entries}"
        "</Stmt></BkToCstmrStmt></Document>"
    )


@pytest.mark.smoke
@pytest.mark.slow
def test_items_and_a_statement_become_posted_and_provable_books(books: Tenant, tmp_path: Path) -> None:
    items, statement, decisions = tmp_path / "items.csv", tmp_path / "statement.xml", tmp_path / "out.jsonl"
    items.write_text(ITEMS)
    statement.write_text(a_statement())

    status, imported = kontor("import-items", str(items), "--tenant", books.code)
    assert (status, imported["new"]) == (0, 3)
    status, again = kontor("import-items", str(items), "--tenant", books.code)
    assert (status, again["new"]) == (0, 0)

    status, taken = kontor("import-statement", str(statement), "--tenant", books.code, "--create-account")
    assert (status, taken["new"], taken["known"]) == (0, 2, 0)
    assert taken["files"][0]["balance_ok"] is True  # type: ignore[index]

    status, run = kontor("match", "--tenant", books.code, "--auto", "--out", str(decisions))
    assert (status, run["transactions"], run["automatic"]) == (0, 2, 1)
    lines = {line["reference"]: line for line in map(json.loads, decisions.read_text().splitlines())}
    assert sorted(lines["REF1"]["documents"]) == ["RE-2026-0398", "RE-2026-0412"]
    assert sorted(lines["REF1"]["allocated"]) == ["1190.00", "874.65"]
    assert lines["REF2"]["decision"] != "automatic"

    status, proof = kontor("check-books", "--tenant", books.code)
    assert (status, proof["ok"]) == (0, True)
    with tenant(books.id):
        open_amounts = dict(OpenItem.objects.values_list("document_number", "amount_open"))
        assert open_amounts == {"RE-2026-0398": 0, "RE-2026-0412": 0, "RE-2026-0500": 17_850}
        bank = AccountMonth.objects.get(account__is_money=True, month=date(2026, 3, 1))
        assert (bank.debit, bank.credit) == (206_465, 0)
        with connection.cursor() as cursor:
            assert list(violations(books.id, cursor=cursor)) == []
        assert list(proven_inside()) == []


@pytest.mark.slow
def test_a_file_with_a_bad_row_is_refused_whole_and_names_each_bad_row(books: Tenant, tmp_path: Path) -> None:
    items = tmp_path / "items.csv"
    items.write_text(ITEMS.replace("1190.00", "elf").replace("2026-03-31", "31.02.2026"))

    status, refused = kontor("import-items", str(items), "--tenant", books.code)

    assert status == 1
    assert len(refused["problems"]) == 2  # type: ignore[arg-type]
    with tenant(books.id):
        assert not OpenItem.objects.exists()
