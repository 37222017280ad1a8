"""MT940 of real banks is read as another product's expected values say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from kontor.banking.formats.unreadable import UnreadableStatement
from kontor.banking.rules.statements import StatementFoot, StatementLine
from kontor.banking.tests.samples import lines_in, mt940, needs_samples, sample_files
from kontor.core.money import major_units

yaml = pytest.importorskip("yaml", reason="PyYAML reads the expected values")
pytestmark = pytest.mark.conformance

# Fragments without account or currency: a statement must name both, so they are refused.
_FRAGMENTS = {
    "amount_formats",
    "empty_86",
    "empty_entry_date",
    "empty_line",
    "empty_non_swift",
    "invalid_statement",
    "missing_crlf_at_end",
    "sparkassen",
}
_FILES = [path for path in sample_files("mt940", "*.sta") if path.with_suffix(".yml").exists()]


def _plain(loader: Any, suffix: str, node: Any) -> Any:
    """Build what the YAML names without running anything: dates from their bytes, objects as mappings."""
    if isinstance(node, yaml.MappingNode):
        # Each transaction points back at the list that holds it.
        pairs = [(key, value) for key, value in node.value if value not in loader.recursive_objects]
        return {loader.construct_object(key): loader.construct_object(value, deep=True) for key, value in pairs}
    values = loader.construct_sequence(node, deep=True) if isinstance(node, yaml.SequenceNode) else [node.value]
    if suffix.endswith("models.Date") and isinstance(values[0], bytes):
        return date(int.from_bytes(values[0][:2], "big"), values[0][2], values[0][3])
    return values[0] if len(values) == 1 else values


class _Loader(yaml.SafeLoader):  # type: ignore[misc,name-defined]
    """A safe loader that knows the tags of the sample files."""


_Loader.add_multi_constructor("tag:yaml.org,2002:python/", _plain)


def _expected(path: Path) -> Iterator[dict[str, Any]]:
    for transaction in yaml.load(path.with_suffix(".yml").read_text(), Loader=_Loader)["transactions"]:
        yield transaction["data"]


def _letters(text: str | None) -> str:
    return "".join(sign for sign in text or "" if sign.isalnum())


@pytest.mark.parametrize("path", [path for path in _FILES if path.stem not in _FRAGMENTS], ids=lambda path: path.stem)
def test_bookings_are_read_as_expected(path: Path) -> None:
    lines = lines_in(mt940(path.read_bytes()))
    expected = [data for data in _expected(path) if "amount" in data]

    assert len(lines) == len(expected)
    for line, wanted in zip(lines, expected, strict=True):
        _agrees(line, wanted)


def _agrees(line: StatementLine, wanted: dict[str, Any]) -> None:
    _booking_agrees(line, wanted)
    _details_agree(line, wanted)


def _booking_agrees(line: StatementLine, wanted: dict[str, Any]) -> None:
    amount = Decimal(wanted["amount"]["amount"])
    # The other product reads "RC", a credit taken back, as a credit; the balances of the same file deny that.
    if wanted["status"] == "RC":
        amount = -abs(amount)
    if wanted["status"] == "RD":
        amount = abs(amount)
    assert major_units(line.amount, line.currency) == amount
    assert line.value_date == wanted["date"]
    if wanted.get("entry_date"):
        assert line.booking_date == wanted["guessed_entry_date"]
    if wanted.get("bank_reference") and line.servicer_reference:
        assert line.servicer_reference == wanted["bank_reference"].strip()


def _details_agree(line: StatementLine, wanted: dict[str, Any]) -> None:
    if wanted.get("transaction_code"):
        assert line.gvc == wanted["transaction_code"]
    if wanted.get("posting_text"):
        assert line.booking_text == wanted["posting_text"]
    if wanted.get("applicant_name"):
        assert _letters(line.counterparty_name) == _letters(wanted["applicant_name"])
    # Field ?38 holds the IBAN where ?31 holds an old number; the other product only knows ?31.
    if wanted.get("applicant_iban") and "IBAN" not in (line.counterparty_account_other or ""):
        assert (line.counterparty_iban or line.counterparty_account_other) == wanted["applicant_iban"]
    if wanted.get("applicant_bin"):
        assert line.counterparty_bic == wanted["applicant_bin"]
    if wanted.get("purpose"):
        assert _letters(wanted["purpose"])[:20] in _letters(line.remittance)


@pytest.mark.parametrize("path", [path for path in _FILES if path.stem in _FRAGMENTS], ids=lambda path: path.stem)
def test_fragments_without_account_are_refused(path: Path) -> None:
    with pytest.raises(UnreadableStatement):
        mt940(path.read_bytes())


def test_a_real_month_adds_up() -> None:
    needs_samples()
    (path,) = sample_files("mt940", "sepa_mt9401.sta")

    feet = [event for event in mt940(path.read_bytes()) if isinstance(event, StatementFoot)]

    assert feet
    assert [str(problem) for foot in feet for problem in foot.problems] == []
