"""The readers agree with the expected values of public sample files."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kontor.banking.formats.unreadable import UnreadableStatement
from kontor.banking.rules.statements import LineStatus, ReferenceType, StatementLine
from kontor.banking.tests.samples import camt, head_in, lines_in, needs_samples, sample_files

pytestmark = pytest.mark.conformance

# Parsed JSON of another product: its shape is checked by reading it.
type Expected = dict[str, Any]
_EXPECTED = [path for path in sample_files("camt/genkgo", "*.json") if path.with_suffix(".xml").exists()]
_STATUS = {"BOOK": LineStatus.BOOKED, "PDNG": LineStatus.PENDING, "INFO": LineStatus.INFORMATION}


def _entries(lines: list[StatementLine]) -> list[list[StatementLine]]:
    entries: list[list[StatementLine]] = []
    for line in lines:
        if line.leaf_index == 0:
            entries.append([])
        entries[-1].append(line)
    return entries


@pytest.mark.parametrize("path", _EXPECTED, ids=lambda path: path.stem)
def test_entries_are_read_as_expected(path: Path) -> None:
    expected = json.loads(path.read_text())["getEntries"]

    entries = _entries(lines_in(camt(path.with_suffix(".xml").read_bytes())))

    assert len(entries) >= len(expected)
    # The other product writes a word where it has met the same object before.
    known = [(at, wanted) for at, wanted in enumerate(expected) if isinstance(wanted, dict)]
    for at, wanted in known:
        _agrees(entries[at + len(entries) - len(expected)], wanted)


def _agrees(lines: list[StatementLine], wanted: Expected) -> None:
    first = lines[0]
    amount = wanted["getAmount"]
    assert sum(line.amount for line in lines) == int(amount["getAmount"])
    assert first.currency == amount["getCurrency"]["getCode"]
    assert first.entry_servicer_reference == (wanted["getAccountServicerReference"] or None)
    assert first.entry_reference == (wanted["getReference"] or None)
    assert first.booking_text == (wanted["getAdditionalInfo"] or None)
    assert first.is_reversal == bool(wanted["getReversalIndicator"])
    if wanted["getStatus"] in _STATUS and first.amount:
        assert first.status is _STATUS[wanted["getStatus"]]
    if wanted["getBookingDate"]:
        # The other product moves the moment to UTC; ours keeps the day that the bank wrote.
        assert abs((first.booking_date - date.fromisoformat(wanted["getBookingDate"]["0"][:10])).days) <= 1
    if (
        len(lines) == 1
        and len(wanted["getTransactionDetails"]) == 1
        and isinstance(wanted["getTransactionDetail"], dict)
    ):
        _detail_agrees(first, wanted["getTransactionDetail"])


def _detail_agrees(line: StatementLine, wanted: Expected) -> None:
    reference = wanted["getReference"] or {}
    assert line.end_to_end_id == (reference.get("getEndToEndId") or None)
    assert line.mandate_id == (reference.get("getMandateId") or None)
    assert line.transaction_id == (reference.get("getTransactionId") or None)
    remittance = wanted["getRemittanceInformation"] or {}
    quoted = remittance.get("getCreditorReferenceInformation")
    if isinstance(quoted, dict) and quoted["getRef"]:
        assert line.structured_reference == quoted["getRef"].replace(" ", "").upper()
    for block in remittance.get("getUnstructuredBlocks", []):
        if isinstance(block, dict):
            assert block["getMessage"] in line.remittance_lines
    parties = [party for party in wanted["getRelatedParties"] if isinstance(party, dict)]
    names = {
        party["getRelatedPartyType"]["getName"] for party in parties if isinstance(party["getRelatedPartyType"], dict)
    }
    assert line.counterparty_name is None or line.counterparty_name in names


@pytest.mark.parametrize("path", _EXPECTED, ids=lambda path: path.stem)
def test_account_and_balances_are_read_as_expected(path: Path) -> None:
    entries = [one for one in json.loads(path.read_text())["getEntries"] if isinstance(one, dict)]
    record = next((one["getRecord"] for one in entries if isinstance(one["getRecord"], dict)), None)
    if record is None or "multi" in path.stem:
        pytest.skip("the expected values do not name the first record")

    head = head_in(camt(path.with_suffix(".xml").read_bytes())[:1])

    assert (head.account_iban or head.account_other) == record["getAccount"]["getIdentification"]
    assert head.number == (record["getElectronicSequenceNumber"] or None)
    wanted = [
        (int(one["getAmount"]["getAmount"]), one["getAmount"]["getCurrency"]["getCode"])
        for one in record.get("getBalances", [])
    ]
    assert [(balance.amount, balance.currency) for balance in head.balances] == wanted


@pytest.mark.parametrize(
    "name",
    [
        "genkgo/camt053.v2.wrong.xml",
        "dvbern/camt_054_Beispiel_NotificationMissing.xml",
        "dvbern/pain001ExampleOutput.xml",
        "dvbern/pain008Reference.xml",
    ],
)
def test_files_that_are_no_statements_are_refused(name: str) -> None:
    needs_samples()
    (path,) = sample_files("camt", Path(name).name)

    with pytest.raises(UnreadableStatement, match=r"[.]$"):
        camt(path.read_bytes())


def test_a_swiss_collective_credit_is_split() -> None:
    needs_samples()
    (path,) = sample_files("camt/dvbern", "camt.054-ES_P_*.xml")

    lines = lines_in(camt(path.read_bytes()))

    assert len(lines) == 8
    assert sum(line.amount for line in lines) == 62_000
    assert (lines[0].counterparty_name, lines[0].servicer_reference) == ("Rutschmann Pia", "160527CH00T2UENT")
    assert lines[0].remittance == "MUSTER MITTEILUNG"


@pytest.mark.parametrize("path", sample_files("camt/dvbern", "2005*.xml"), ids=lambda path: path.stem[:60])
def test_swiss_references_are_recognised(path: Path) -> None:
    types = {line.structured_type for line in lines_in(camt(path.read_bytes()))}

    assert types <= {ReferenceType.QRR, ReferenceType.SCOR, ReferenceType.ISR, ReferenceType.OTHER, None}
    assert types - {None}
