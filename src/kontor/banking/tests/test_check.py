"""`check-books` over bank data: a changed amount and a doubled movement are found, an untouched file is not."""

from __future__ import annotations

from functools import partial

import psycopg
import pytest

from kontor.banking import check
from kontor.banking.actions.importing import import_statement
from kontor.banking.models import Statement
from kontor.core.tenancy import tenant
from kontor.documents.store import open_file, store
from tests.builders import NOW, a_tenant

_ENTRY = (
    '<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-03-10</Dt>'
    "</BookgDt><ValDt><Dt>2026-03-10</Dt></ValDt><AcctSvcrRef>{ref}</AcctSvcrRef></Ntry>"
)
_BALANCE = (
    '<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
    "<Dt><Dt>2026-03-10</Dt></Dt></Bal>"
)
_STATEMENT = (
    '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr><MsgId>m</MsgId>'
    "<CreDtTm>2026-03-10T20:00:00</CreDtTm></GrpHdr><Stmt><Id>s-1</Id><CreDtTm>2026-03-10T20:00:00</CreDtTm><Acct><Id>"
    "<IBAN>DE89370400440532013000</IBAN></Id><Ccy>EUR</Ccy></Acct>{inside}</Stmt></BkToCstmrStmt></Document>"
)


@pytest.fixture
def books(database: None) -> int:
    """Books with one statement: 10 + 1 + 2 = 13."""
    made = a_tenant().id
    inside = (
        _BALANCE.format(code="OPBD", amount="10.00") + _BALANCE.format(code="CLBD", amount="13.00")
        + _ENTRY.format(amount="1.00", ref="A1") + _ENTRY.format(amount="2.00", ref="A2")
    )  # fmt: skip
    with tenant(made):
        file = store(_STATEMENT.format(inside=inside).encode(), name="a.xml", owner_type="test", at=NOW, by=None)
        outcome = import_statement(file, partial(open_file, file), at=NOW, account=None, create_account=True)
        assert (outcome.new, outcome.balance_ok) == (2, True)
    return made


def _found(books: int, superuser: psycopg.Connection) -> set[str]:
    return {
        rule.code
        for rule in check.INVARIANTS
        if superuser.execute(rule.statement.encode(), {"tenant": books}).fetchall()
    }


def test_an_untouched_statement_adds_up(books: int, superuser_connection: psycopg.Connection) -> None:
    assert _found(books, superuser_connection) == set()


def test_a_statement_whose_balances_are_in_two_currencies_is_no_violation(
    database: None, superuser_connection: psycopg.Connection
) -> None:
    made = a_tenant().id
    closing = _BALANCE.format(code="CLBD", amount="27.00").replace("EUR", "SEK")
    inside = _BALANCE.format(code="OPBD", amount="18.15") + closing + _ENTRY.format(amount="8.85", ref="A1")

    with tenant(made):
        file = store(_STATEMENT.format(inside=inside).encode(), name="a.xml", owner_type="test", at=NOW, by=None)
        outcome = import_statement(file, partial(open_file, file), at=NOW, account=None, create_account=True)
        kept = Statement.objects.get()

    assert (outcome.new, kept.balance_ok) == (1, None)
    assert _found(made, superuser_connection) == set()


@pytest.mark.parametrize(
    ("tampering", "code"),
    [
        (
            "UPDATE banking_banktransaction SET amount = 101 WHERE amount = 100 AND tenant_id = {books}",
            "statement_adds_up",
        ),
        ("UPDATE banking_statement SET closing = closing + 1 WHERE tenant_id = {books}", "statement_adds_up"),
        (
            "ALTER TABLE banking_banktransaction DROP CONSTRAINT transaction_once; UPDATE banking_banktransaction SET identity = 'x' WHERE tenant_id = {books}",
            "bank_line_once",
        ),
        (
            (
                "UPDATE banking_banktransaction p SET allocated = amount WHERE tenant_id = {books} AND amount = 100; "
                "UPDATE banking_banktransaction c SET parent_id = p.id FROM banking_banktransaction p "
                "WHERE p.tenant_id = {books} AND c.tenant_id = {books} AND p.amount = 100 AND c.amount = 200"
            ),
            "batch_not_assigned",
        ),
    ],
)
def test_tampering_is_found(books: int, superuser_connection: psycopg.Connection, tampering: str, code: str) -> None:
    with superuser_connection.transaction(force_rollback=True):
        superuser_connection.execute("SET LOCAL session_replication_role = replica")
        superuser_connection.execute(tampering.format(books=books).encode())

        assert code in _found(books, superuser_connection)
