"""A transaction read twice is the same one; two equal ones are two."""

from __future__ import annotations

from datetime import date

from kontor.banking.rules.identity import IdentityKind, identities
from kontor.banking.rules.statements import StatementLine

LINE = StatementLine(date(2026, 11, 2), date(2026, 11, 2), 1200, "EUR", remittance="Beitrag 2026", end_to_end_id="E1")


def test_the_bank_reference_decides_whatever_the_text_says() -> None:
    first = LINE._replace(servicer_reference="R1")

    (old,) = identities([first])
    (new,) = identities([first._replace(remittance="Beitrag 2026 ergänzt")])

    assert old == new
    assert old.kind is IdentityKind.REFERENCE


def test_leaves_of_one_entry_are_told_apart() -> None:
    leaves = [LINE._replace(servicer_reference="R1", leaf_index=index, leaf_count=3) for index in range(3)]

    assert len(set(identities(leaves))) == 3


def test_equal_rows_without_reference_are_counted() -> None:
    found = identities([LINE, LINE, LINE._replace(amount=1300), LINE])

    assert [one.occurrence for one in found] == [0, 1, 0, 2]
    assert found[0].key == found[3].key


def test_an_overlapping_statement_finds_its_rows_again() -> None:
    short = identities([LINE, LINE])
    long = identities([LINE._replace(amount=-5), LINE, LINE, LINE])

    assert set(short) <= set(long)
    assert len(set(long)) == 4


def test_a_reference_that_the_bank_repeats_identifies_nothing() -> None:
    twins = [
        LINE._replace(servicer_reference="SAMMLER"),
        LINE._replace(servicer_reference="SAMMLER", remittance="anders"),
    ]

    found = identities(twins)

    assert {one.kind for one in found} == {IdentityKind.CONTENT}
    assert len(set(found)) == 2


def test_a_reference_used_again_another_day_is_another_transaction() -> None:
    first = LINE._replace(servicer_reference="1")

    assert identities([first]) != identities([first._replace(booking_date=date(2026, 11, 3))])


def test_line_breaks_and_blanks_in_the_text_do_not_matter() -> None:
    assert identities([LINE]) == identities([LINE._replace(remittance="Bei trag\n2026")])


def test_the_number_of_the_entry_in_the_statement_is_no_identity() -> None:
    assert identities([LINE._replace(entry_reference="1")]) == identities([LINE._replace(entry_reference="2")])
