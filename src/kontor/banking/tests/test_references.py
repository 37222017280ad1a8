"""Structured references are found by their check digits, never by their look."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kontor.banking.rules.references import find_references, is_qrr, is_scor, qrr, scor
from kontor.banking.rules.statements import ReferenceType
from kontor.banking.tests.samples import SAMPLES, needs_samples

QRR = "210000000003139471430009017"


def test_a_qr_reference_is_found_in_text_with_blanks() -> None:
    assert find_references("Zahlung 21 00000 00003 13947 14300 09017 danke") == ((ReferenceType.QRR, QRR),)


def test_a_creditor_reference_is_found_before_other_words() -> None:
    assert find_references("rf18 5390 0754 7034 Danke") == ((ReferenceType.SCOR, "RF18539007547034"),)


def test_one_wrong_digit_is_no_reference() -> None:
    assert find_references("210000000003139471430009018 und RF19539007547034") == ()


def test_a_reference_inside_a_longer_number_is_none() -> None:
    assert find_references(f"1{QRR} {QRR}5") == ()


@given(st.text(alphabet="0123456789", min_size=1, max_size=26).filter(lambda base: base.strip("0") != ""))
def test_every_made_qr_reference_is_valid_and_no_neighbour_is(base: str) -> None:
    made = qrr(base)

    assert is_qrr(made)
    assert not is_qrr(made[:-1] + str((int(made[-1]) + 1) % 10))


@given(st.text(alphabet="ABCXYZ0123456789", min_size=1, max_size=21))
def test_every_made_creditor_reference_is_valid(base: str) -> None:
    assert is_scor(scor(base))


@pytest.mark.conformance
def test_golden_references_are_made_and_recognised() -> None:
    needs_samples()
    golden = json.loads((SAMPLES / "golden" / "references.json").read_text())

    assert [qrr(one["base"]) for one in golden["qrr"]] == [one["full"] for one in golden["qrr"]]
    assert [scor(one["base"]) for one in golden["scor"]] == [one["full"] for one in golden["scor"]]
