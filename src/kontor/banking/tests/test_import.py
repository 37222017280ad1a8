"""Importing statement files: each transaction once, nothing by halves, every file still there to look at."""

from __future__ import annotations

import argparse
import io
import json
import threading
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kontor.banking.actions.accounts import IbanTaken, open_money_account
from kontor.banking.actions.importing import import_statement
from kontor.banking.actions.outcomes import DetailsOfAllocatedBatch, Outcome, UnknownMoneyAccount, WrongMoneyAccount
from kontor.banking.actions.relevance import mark_relevance
from kontor.banking.commands import run_import
from kontor.banking.models import BankTransaction, MoneyAccount, Relevance, Statement, StatementImport
from kontor.banking.queries.transactions import (
    account_cards,
    counts_by_state,
    open_transactions,
    state_of,
    transactions,
)
from kontor.banking.rules.chain import OpeningDiffers, SequenceGap
from kontor.core.refusal import Refusal
from kontor.core.tenancy import tenant
from kontor.documents.store import open_file, store
from kontor.openitems.actions.allocating import post_to_account
from kontor.openitems.rules.steps import AccountShare
from kontor.organisations.models import Tenant
from tests.builders import a_member, a_tenant

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
IBAN = "DE89370400440532013000"
PAYER = "DE02120300000000202051"


@pytest.fixture
def books(database: None) -> int:
    found = a_tenant().id
    with tenant(found):
        open_money_account(code="main", name="Hauptkonto", iban=IBAN, currency="EUR")
    return found


def entry(amount: str, *, ref: str = "", text: str = "RE 1", name: str = "Nordlicht", day: str = "2026-03-10",
          status: str = "BOOK", details: str | None = None) -> str:  # fmt: skip
    sign = "DBIT" if amount.startswith("-") else "CRDT"
    party = "Cdtr" if sign == "DBIT" else "Dbtr"
    inner = details if details is not None else (
        f"<NtryDtls><TxDtls><RltdPties><{party}><Pty><Nm>{name}</Nm></Pty></{party}><{party}Acct><Id><IBAN>{PAYER}</IBAN></Id>"
        f"</{party}Acct></RltdPties><RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls></NtryDtls>"
    )  # fmt: skip
    reference = f"<AcctSvcrRef>{ref}</AcctSvcrRef>" if ref else ""
    return (
        f'<Ntry><Amt Ccy="EUR">{amount.lstrip("-")}</Amt><CdtDbtInd>{sign}</CdtDbtInd><Sts><Cd>{status}</Cd></Sts>'
        f"<BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt>{reference}{inner}</Ntry>"
    )


def statement(*entries: str, kind: str = "053", number: int = 1, opening: str = "0.00", closing: str | None = None,
              iban: str = IBAN, day: str = "2026-03-10") -> bytes:  # fmt: skip
    outer, inner = {
        "052": ("BkToCstmrAcctRpt", "Rpt"),
        "053": ("BkToCstmrStmt", "Stmt"),
        "054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn"),
    }[kind]

    def balance(code: str, amount: str) -> str:
        return (
            f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{amount.lstrip("-")}</Amt>'
            f"<CdtDbtInd>{'DBIT' if amount.startswith('-') else 'CRDT'}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>"
        )

    balances = balance("OPBD", opening) + balance("CLBD", closing) if closing is not None else ""
    return (
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.{kind}.001.08"><{outer}><GrpHdr><MsgId>m</MsgId>'
        f"<CreDtTm>{day}T20:00:00</CreDtTm></GrpHdr><{inner}><Id>s-{number}</Id><ElctrncSeqNb>{number}</ElctrncSeqNb>"
        f"<CreDtTm>{day}T20:00:00</CreDtTm><Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>EUR</Ccy></Acct>{balances}"
        f"{''.join(entries)}</{inner}></{outer}></Document>"
    ).encode()


def bring(
    data: bytes, *, name: str = "auszug.xml", account: MoneyAccount | None = None, create: bool = False
) -> Outcome:
    file = store(data, name=name, owner_type="banking.import", at=AT, by=None)
    return import_statement(file, partial(open_file, file), at=AT, account=account, create_account=create)


def texts() -> list[str]:
    return [row.remittance for row in transactions().order_by("position", "id")]


def test_a_statement_becomes_transactions_with_everything_the_bank_says(books: int) -> None:
    with tenant(books):
        outcome = bring(
            statement(
                entry("119.00", ref="A1"), entry("-20.00", ref="A2", text="Miete"), opening="1.00", closing="100.00"
            )
        )

        assert (outcome.new, outcome.known, outcome.balance_ok, outcome.format) == (2, 0, True, "camt.053.001.08")
        first = BankTransaction.objects.get(bank_reference="A1")
        assert (first.amount, first.currency, first.counterparty_name, first.counterparty_iban) == (
            11_900,
            "EUR",
            "Nordlicht",
            PAYER,
        )
        assert first.booking_date == date(2026, 3, 10)
        assert account_cards()[0].balance == 10_000


def test_the_same_file_twice_takes_each_transaction_once(books: int) -> None:
    data = statement(entry("119.00", ref="A1"), entry("5.00", text="ohne Referenz"))
    with tenant(books):
        bring(data)
    with tenant(books):
        again = bring(data)

        assert (again.new, again.known) == (0, 2)
        assert BankTransaction.objects.count() == 2
        assert Statement.objects.count() == 1
        assert StatementImport.objects.count() == 2


def test_two_equal_real_transactions_of_a_day_stay_two(books: int) -> None:
    pair = entry("18.50", text="Freizeit") + entry("18.50", text="Freizeit")
    with tenant(books):
        assert bring(statement(pair)).new == 2
    with tenant(books):
        overlapping = bring(statement(pair + entry("18.50", text="Freizeit"), number=2))

        assert (overlapping.new, overlapping.known) == (1, 2)


def test_overlapping_statements_add_only_what_is_new(books: int) -> None:
    with tenant(books):
        bring(statement(entry("1.00", ref="A1"), entry("2.00", ref="A2")))
        later = bring(statement(entry("2.00", ref="A2"), entry("3.00", ref="A3"), number=2))

        assert (later.new, later.known) == (1, 1)


def test_two_people_at_once_import_each_transaction_once(books: int) -> None:
    data = statement(*(entry(f"{n}.00", ref=f"R{n}") for n in range(1, 40)))
    new: list[int] = []

    def clerk() -> None:
        with tenant(books):
            new.append(bring(data).new)
        connections.close_all()

    _together([clerk] * 4)

    with tenant(books):
        assert BankTransaction.objects.count() == 39
    assert sorted(new) == [0, 0, 0, 39]


def _together(tasks: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=task) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_deleted_transaction_never_comes_back(books: int) -> None:
    data = statement(entry("1.00", ref="A1"))
    with tenant(books):
        bring(data)
        BankTransaction.objects.filter(bank_reference="A1").update(is_deleted=True)
    with tenant(books):
        assert bring(data).new == 0
        assert texts() == []


def test_an_announced_transaction_gives_way_to_the_booked_one(books: int) -> None:
    with tenant(books):
        bring(statement(entry("9.00", text="Vorschau", status="PDNG"), kind="052"))
        assert [state_of(row) for row in transactions()] == ["pending"]
        assert not open_transactions().exists()

        bring(statement(entry("9.00", ref="B1", text="gebucht"), opening="0.00", closing="9.00"))

        assert texts() == ["gebucht"]


def test_a_file_for_an_unknown_account_waits_for_an_answer(books: int) -> None:
    other = "DE75512108001245126199"
    with tenant(books):
        held = bring(statement(entry("1.00", ref="X1"), iban=other))

        assert isinstance(held.refusal, UnknownMoneyAccount)
        assert held.record.state == "held"
        assert not BankTransaction.objects.exists()
        with open_file(held.record.file) as kept:
            assert other.encode() in kept.read()

        assert bring(statement(entry("1.00", ref="X1"), iban=other), create=True).new == 1
        assert MoneyAccount.objects.get(iban=other).account.is_money


def test_the_command_line_says_which_option_answers_for_an_unknown_account(
    books: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "statement.xml"
    path.write_bytes(statement(entry("1.00", ref="X1"), iban="DE75512108001245126199"))
    code = Tenant.objects.get(id=books).code

    status = run_import(argparse.Namespace(files=[path], tenant=code, account=None, create_account=False, json=True))

    [answer] = json.loads(capsys.readouterr().out)["files"]
    assert (status, answer["new"]) == (1, 0)
    assert "--account CODE" in answer["problems"][0]
    assert "--create-account" in answer["problems"][0]


def test_two_commands_that_open_the_same_account_at_once_both_succeed(
    books: int, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "statement.xml"
    path.write_bytes(statement(entry("1.00", ref="X1"), iban="DE75512108001245126199"))
    code = Tenant.objects.get(id=books).code
    words = argparse.Namespace(files=[path], tenant=code, account=None, create_account=True, json=True)
    attempts: list[str] = []

    def too_late(*args: Any, **named: Any) -> Outcome:
        """Import as the other one did meanwhile, and then fail as this one does."""
        attempts.append("first" if not attempts else "again")
        outcome = import_statement(*args, **named)
        if attempts == ["first"]:
            MoneyAccount.objects.create(
                code=MoneyAccount.objects.get(iban="DE75512108001245126199").code, name="x", kind="bank",
                currency="EUR", account=MoneyAccount.objects.latest("id").account,
            )  # fmt: skip
        return outcome

    monkeypatch.setattr("kontor.banking.commands.import_statement", too_late)

    assert run_import(words) == 0
    assert json.loads(capsys.readouterr().out)["new"] == 1
    assert attempts == ["first", "again"]


def test_a_statement_is_not_taken_into_another_account(books: int) -> None:
    with tenant(books):
        chosen = MoneyAccount.objects.get(code="main")
        refused = bring(statement(entry("1.00"), iban="DE75512108001245126199"), account=chosen)

        assert isinstance(refused.refusal, WrongMoneyAccount)


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7 nothing",
        b"<html><body>Sitzung abgelaufen</body></html>",
        b"<Document><CstmrCdtTrfInitn/></Document>",
        b'<!DOCTYPE x [<!ENTITY a "b">]><Document>&a;</Document>',
        statement(entry("1.00", ref="A1"))[:-40],
        statement(entry("1.00", ref="A1"), entry("zwei", ref="A2")),
        b"",
    ],
)
def test_a_bad_file_is_refused_with_a_sentence_and_nothing_of_it_is_taken(books: int, data: bytes) -> None:
    with tenant(books):
        outcome = bring(data)

        assert isinstance(outcome.refusal, Refusal)
        assert len(str(outcome.refusal)) > 20
        assert outcome.record.state == "refused"
        assert not BankTransaction.objects.exists()
        assert StatementImport.objects.get().file.size == len(data)


def test_a_zip_of_statements_is_taken_in_one_go(books: int) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("1.xml", statement(entry("1.00", ref="A1")))
        archive.writestr("2.xml", statement(entry("2.00", ref="A2"), number=2))

    with tenant(books):
        outcome = bring(packed.getvalue(), name="auszuege.zip")

        assert (outcome.statements, outcome.new) == (2, 2)


def test_a_gap_between_statements_is_named(books: int) -> None:
    with tenant(books):
        bring(statement(entry("10.00", ref="A1"), number=1, opening="0.00", closing="10.00", day="2026-03-10"))
        outcome = bring(
            statement(entry("5.00", ref="A9"), number=4, opening="70.00", closing="75.00", day="2026-03-12")
        )

        assert {type(problem) for problem in outcome.problems} == {SequenceGap, OpeningDiffers}
        assert outcome.is_taken


def test_a_closing_balance_that_does_not_follow_is_named(books: int) -> None:
    with tenant(books):
        outcome = bring(statement(entry("10.00", ref="A1"), opening="0.00", closing="11.00"))

        assert not outcome.balance_ok
        assert len(outcome.problems) == 1


def detail(amount: str, text: str) -> str:
    return f'<TxDtls><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls>'


def batch_entry(*details: str) -> str:
    inner = f"<NtryDtls><Btch><NbOfTxs>2</NbOfTxs></Btch>{''.join(details)}</NtryDtls>"
    return entry("30.00", ref="SAMMEL-1", details=inner)


def test_a_collective_booking_is_split_into_its_transactions(books: int) -> None:
    with tenant(books):
        outcome = bring(statement(batch_entry(detail("10.00", "eins"), detail("20.00", "zwei"))))

        assert outcome.new == 2
        assert texts() == ["eins", "zwei"]


def test_details_that_come_later_replace_the_collective_booking(books: int) -> None:
    with tenant(books):
        bring(statement(batch_entry()))
        assert [row.amount for row in open_transactions()] == [3_000]

        bring(statement(batch_entry(detail("10.00", "eins"), detail("20.00", "zwei")), kind="054"))

        assert sorted(row.amount for row in open_transactions()) == [1_000, 2_000]
        assert BankTransaction.objects.count() == 3


def test_details_of_a_collective_booking_that_is_assigned_are_held_back(books: int) -> None:
    with tenant(books):
        bring(statement(batch_entry()))
        whole = BankTransaction.objects.get()
    with tenant(books):
        post_to_account(whole.id, [AccountShare(account="8200", amount=3_000)], at=AT, by=None)
    with tenant(books):
        held = bring(statement(batch_entry(detail("10.00", "eins"), detail("20.00", "zwei")), kind="054"))

        assert isinstance(held.refusal, DetailsOfAllocatedBatch)
        assert BankTransaction.objects.count() == 1


def test_every_transaction_has_exactly_one_of_the_colour_states(books: int) -> None:
    with tenant(books):
        bring(statement(entry("1.00", ref="A1"), entry("2.00", ref="A2")))
        mark_relevance([BankTransaction.objects.get(bank_reference="A2").id], relevance=Relevance.NOT_RELEVANT)

        counts = counts_by_state(None)
        assert (counts["all"], counts["unassigned"], counts["not_relevant"], counts["assigned"]) == (2, 1, 1, 0)


def test_one_iban_and_currency_has_one_money_account(books: int) -> None:
    with tenant(books), pytest.raises(IbanTaken):
        open_money_account(code="again", name="Noch eins", iban=IBAN, currency="EUR")


def test_dropping_a_file_on_the_page_imports_it(books: int) -> None:
    here = Tenant.objects.get(id=books)
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(a_member(here))
    file = io.BytesIO(statement(entry("119.00", ref="A1")))
    file.name = "auszug.xml"

    response = client.post(f"/t/{here.code}/bank/import", {"files": [file]})

    assert response.status_code == 302
    page = client.get(f"/t/{here.code}/bank/").content.decode()
    assert "Nordlicht" in page
    assert "119,00" in page


def test_the_page_asks_as_many_queries_for_sixty_transactions_as_for_five(books: int) -> None:
    here = Tenant.objects.get(id=books)
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(a_member(here))

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            client.get(f"/t/{here.code}/bank/")
        return len(seen)

    with tenant(books):
        bring(statement(*(entry(f"{n}.00", ref=f"A{n}") for n in range(1, 6))))
    queries()
    few = queries()
    with tenant(books):
        bring(statement(*(entry(f"{n}.00", ref=f"A{n}") for n in range(6, 61)), number=2))

    assert queries() == few
