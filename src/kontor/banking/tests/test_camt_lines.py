"""What a camt file says becomes exactly the lines of the statement."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from kontor.banking.rules.statements import Batch, Charge, Kind, LineStatus, ReferenceType
from kontor.banking.tests.samples import a_detail, a_statement, an_entry, camt, foot_in, head_in, lines_in


def test_a_credit_is_read_with_payer_text_and_days() -> None:
    events = camt(a_statement(an_entry(details=a_detail()), closing="100.00"))

    (line,) = lines_in(events)
    assert (line.amount, line.currency, line.status) == (10000, "EUR", LineStatus.BOOKED)
    assert (line.booking_date, line.value_date) == (date(2026, 11, 2), date(2026, 11, 3))
    assert (line.counterparty_name, line.counterparty_iban) == ("Erika Muster", "DE02120300000000202051")
    assert (line.remittance, line.end_to_end_id, line.bank_reference) == ("Rechnung 4711", None, "REF-1")


def test_head_and_foot_tell_account_number_and_balances() -> None:
    events = camt(a_statement(an_entry(details=a_detail()), opening="5.00", closing="105.00"))

    head, foot = head_in(events), foot_in(events)
    assert (head.format, head.kind, head.number) == ("camt.053.001.08", Kind.BOOKED, "7")
    assert (head.account_iban, head.currency, head.message_id) == ("DE75512108001245126199", "EUR", "M1")
    assert head.closing is not None
    assert head.closing.amount == 10500
    assert (foot.count, foot.sums, foot.problems) == (1, (("EUR", 10000),), ())


def test_lines_that_miss_the_closing_balance_are_named() -> None:
    foot = foot_in(camt(a_statement(an_entry(), opening="5.00", closing="106.00")))

    assert "105.00" in str(foot.problems[0])
    assert "106.00" in str(foot.problems[0])


def _batch(*amounts: str, total: str = "100.00") -> str:
    details = "".join(
        a_detail(name=f"Payer {n}", amount=f'<Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd>')
        for n, amount in enumerate(amounts)
    )
    batch = f"<Btch><MsgId>MB</MsgId><PmtInfId>PB</PmtInfId><NbOfTxs>{len(amounts) or 3}</NbOfTxs></Btch>"
    return an_entry(amount=total, details=batch + details)


def test_a_batch_is_split_into_its_transactions() -> None:
    lines = lines_in(camt(a_statement(_batch("60.00", "30.00", "10.00"))))

    assert [(line.amount, line.leaf_index, line.leaf_count) for line in lines] == [
        (6000, 0, 3),
        (3000, 1, 3),
        (1000, 2, 3),
    ]
    assert [line.counterparty_name for line in lines] == ["Payer 0", "Payer 1", "Payer 2"]
    assert lines[0].batch == Batch("MB", "PB", 3, None, is_batch_booking=True)


def test_a_batch_that_does_not_add_up_stays_one_line_and_is_named() -> None:
    events = camt(a_statement(_batch("60.00", "30.00"), closing="100.00"))

    (line,) = lines_in(events)
    assert line.amount == 10000
    assert "2 transactions" in str(foot_in(events).problems[0])


def test_a_batch_without_transactions_waits_for_its_details() -> None:
    (line,) = lines_in(camt(a_statement(_batch())))

    assert line.has_pending_details
    assert line.amount == 10000


def test_several_texts_are_joined_and_kept() -> None:
    detail = a_detail(text="Rechnung 1</Ustrd><Ustrd>Rechnung 2")

    (line,) = lines_in(camt(a_statement(an_entry(details=detail))))

    assert line.remittance == "Rechnung 1 Rechnung 2"
    assert line.remittance_lines == ("Rechnung 1", "Rechnung 2")


def test_a_text_broken_at_140_characters_runs_on() -> None:
    first = "RE-2026-" + "0" * 132

    (line,) = lines_in(camt(a_statement(an_entry(details=a_detail(text=f"{first}</Ustrd><Ustrd>17 Danke")))))

    assert line.remittance == f"{first}17 Danke"


def test_a_structured_swiss_reference_is_recognised() -> None:
    strd = (
        "x</Ustrd><Strd><CdtrRefInf><Tp><CdOrPrtry><Prtry>QRR</Prtry></CdOrPrtry></Tp>"
        "<Ref>210000000003139471430009017</Ref></CdtrRefInf></Strd><Ustrd>y"
    )

    (line,) = lines_in(camt(a_statement(an_entry(details=a_detail(text=strd)))))

    assert (line.structured_reference, line.structured_type) == ("210000000003139471430009017", ReferenceType.QRR)


def test_a_returned_debit_names_the_debtor_and_the_reason() -> None:
    detail = a_detail(more="<RtrInf><Rsn><Cd>AC04</Cd></Rsn><AddtlInf>Konto geschlossen</AddtlInf></RtrInf>")

    (line,) = lines_in(camt(a_statement(an_entry(direction="DBIT", details=detail))))

    assert (line.amount, line.counterparty_name) == (-10000, "Erika Muster")
    assert (line.return_reason, line.return_text) == ("AC04", "Konto geschlossen")


def test_foreign_currency_and_charges_are_kept() -> None:
    detail = a_detail(
        amount='<Amt Ccy="EUR">100.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><AmtDtls><InstdAmt><Amt Ccy="USD">108.50</Amt>'
        '</InstdAmt><CntrValAmt><Amt Ccy="EUR">100.00</Amt><CcyXchg><SrcCcy>USD</SrcCcy><XchgRate>1.085</XchgRate>'
        "</CcyXchg></CntrValAmt></AmtDtls>",
        more='<Chrgs><TtlChrgsAndTaxAmt Ccy="EUR">1.50</TtlChrgsAndTaxAmt><Rcrd><Amt Ccy="EUR">1.50</Amt>'
        "<CdtDbtInd>DBIT</CdtDbtInd><ChrgInclInd>true</ChrgInclInd><Br>SHAR</Br></Rcrd></Chrgs>",
    )

    (line,) = lines_in(camt(a_statement(an_entry(details=detail))))

    assert (line.original_amount, line.original_currency, line.exchange_rate) == (10850, "USD", Decimal("1.085"))
    assert line.charges == (Charge(150, "EUR", is_included=True, bearer="SHAR"),)


def test_the_charges_of_a_batch_are_kept_once() -> None:
    charge = '<Chrgs><Rcrd><Amt Ccy="EUR">7.20</Amt><CdtDbtInd>DBIT</CdtDbtInd><Br>SLEV</Br></Rcrd></Chrgs>'
    batch = _batch("60.00", "40.00").replace("<NtryDtls>", f"{charge}<NtryDtls>")

    lines = lines_in(camt(a_statement(batch)))

    assert [line.charges for line in lines] == [(Charge(720, "EUR", is_included=False, bearer="SLEV"),), ()]


def test_a_line_of_zero_is_information() -> None:
    (line,) = lines_in(camt(a_statement(an_entry(amount="0"))))

    assert (line.amount, line.status) == (0, LineStatus.INFORMATION)


def test_surplus_zeros_behind_the_cents_are_fine() -> None:
    (line,) = lines_in(camt(a_statement(an_entry(amount="8.85000"))))

    assert line.amount == 885


@pytest.mark.parametrize("prefix", ["", "c:", "n0."])
def test_any_prefix_and_version_give_the_same_lines(prefix: str) -> None:
    plain = a_statement(an_entry(details=a_detail()) * 3)
    for version in range(1, 15):
        text = plain.replace("camt.053.001.08", f"camt.053.001.{version:02d}")
        if prefix.endswith(":"):
            text = text.replace("xmlns=", "xmlns:c=").replace("<", "<c:").replace("<c:/", "</c:").replace("<c:?", "<?")
        assert lines_in(camt(text)) == lines_in(camt(plain)), version


def test_a_file_without_namespace_is_read() -> None:
    text = a_statement(an_entry()).replace(' xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"', "")

    assert head_in(camt(text)).format == "camt.053"


def test_latin_1_files_are_read() -> None:
    text = a_statement(an_entry(details=a_detail(name="Jörg Groß")) * 2).replace("UTF-8", "ISO-8859-1")

    assert {line.counterparty_name for line in lines_in(camt(text.encode("latin-1")))} == {"Jörg Groß"}
