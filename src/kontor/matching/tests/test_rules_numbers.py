"""Numbers, references and names in bank text."""

import pytest

from kontor.matching.rules import keys, text
from kontor.matching.tests.match_builders import (
    QR_REFERENCE,
    RF_REFERENCE,
    a_party,
    a_transfer,
    an_item,
    best,
    items_of,
    matched,
    points,
)


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("Rechnung RE-2026-000123 danke", "number_full"),
        ("RE2026000123", "number_full"),
        ("re 2026 000123", "number_full"),
        ("RechnungRE2026000123vielen Dank", "number_full"),
        ("RE-2026-00 0123", "number_full"),
        ("?20Zahlung RE-2026-00?210123", "number_full"),
        ("SVWZ+RE-2026-000123 EREF+NOTPROVIDED", "number_full"),
        ("RE-2026-123", "number_squeezed"),
        ("Rg 2026-000123", "number_digits"),
        ("Rechnung 123", "number_digits"),
    ],
)
def test_a_number_is_found_however_it_is_written(written: str, rule: str) -> None:
    proposal = best(a_transfer(text=written), an_item())

    assert rule in points(proposal)


@pytest.mark.parametrize(
    "written", ["RE-2026-0001234", "RE-2026-1234", "91234", "Rechnung vom 12.03.2026 ueber 1.190,00"]
)
def test_a_number_is_never_found_inside_another(written: str) -> None:
    proposal = best(a_transfer(text=written), an_item())

    assert not {"number_full", "number_squeezed", "number_digits"} & points(proposal).keys()


def test_the_span_marks_the_characters_of_the_original_text() -> None:
    transaction = a_transfer(text="Grüße, ?20Re. RE-2026-00?210123 für März")
    proposal = best(transaction, an_item())

    [number] = [evidence for evidence in proposal.evidence if evidence.rule == "number_full"]
    assert transaction.text[number.start : number.end] == "RE-2026-00?210123"


def test_a_key_that_too_many_items_share_names_none_by_itself() -> None:
    items = [an_item(at, party_id=2, document_number=f"{year}/77", amount_open=500 + at)
             for at, year in enumerate(range(1900, 1930), start=1)]  # fmt: skip

    [result] = matched([a_transfer(text="Rechnung 77", amount=99_999)], items, [a_party(), a_party(2, ibans=())])

    assert not result.proposals


def test_a_shared_key_still_names_the_payers_own_item() -> None:
    others = [an_item(at, party_id=2, document_number=f"{1900 + at}/77") for at in range(2, 32)]
    own = an_item(1, document_number="1900/77")

    proposal = best(a_transfer(text="Rechnung 77"), own, *others, parties=[a_party(), a_party(2, ibans=())])

    assert items_of(proposal) == {1}
    assert points(proposal)["number_digits"] > 0


@pytest.mark.parametrize("reference", [QR_REFERENCE, RF_REFERENCE])
@pytest.mark.parametrize("place", ["field", "text", "spaced"])
def test_a_structured_reference_is_found_in_its_field_and_anywhere_in_the_text(reference: str, place: str) -> None:
    spaced = " ".join(reference[at : at + 4] for at in range(0, len(reference), 4))
    shown = {"field": "", "text": f"Zahlung {reference}", "spaced": f"Ref {spaced}"}[place]
    field = reference if place == "field" else ""
    transaction = a_transfer(text=shown, structured_reference=field, counterparty_iban="", counterparty_name="X")

    [result] = matched([transaction], [an_item(references=(reference,))])

    assert result.decision == "automatic"
    assert points(result.proposals[0])["structured_reference"] == 100


def test_a_reference_with_a_wrong_check_digit_is_no_reference() -> None:
    assert text.is_qr_reference(QR_REFERENCE)
    assert not text.is_qr_reference(QR_REFERENCE[:-1] + "8")
    assert text.is_creditor_reference(RF_REFERENCE)
    assert not text.is_creditor_reference("RF19539007547034")


def test_a_list_may_shorten_the_numbers_after_the_first() -> None:
    items = [an_item(at, document_number=f"RE-2026-00012{at}", amount_open=10_000 + at) for at in (1, 2, 3)]

    proposal = best(a_transfer(text="RE-2026-000121, 000122 und 000123", amount=30_006), *items)

    assert items_of(proposal) == {1, 2, 3}
    assert proposal.decision == "automatic"


def test_an_order_number_counts_little() -> None:
    proposal = best(a_transfer(text="Bestellung AB-7788"), an_item(references=("AB-7788",)))

    assert points(proposal)["order_number"] == 15


@pytest.mark.parametrize(
    ("name", "other"),
    [("Müller Druck GmbH", "MUELLER DRUCK"), ("Groß, Jörg", "Joerg Gross"), ("Dr. Anna Weiß", "ANNA WEISS")],
)
def test_a_name_is_the_same_in_every_spelling(name: str, other: str) -> None:
    assert text.name_tokens(name) == text.name_tokens(other)


@pytest.mark.parametrize(
    ("number", "other", "near"),
    [("2026000123", "2026000132", True), ("2026000123", "202600123", True), ("2026000123", "2026000124", True),
     ("2026000123", "2026000999", False), ("123", "124", False), ("2026000123", "2026000123", False)],
)  # fmt: skip
def test_one_typing_error_is_near(number: str, other: str, *, near: bool) -> None:
    assert text.is_near(number, other) is near


@pytest.mark.parametrize(
    "written", ["RE-2026-000123", "re 2026 123", "RechnungRE2026000123x", "2026-000123", "Rg. 123"]
)
def test_precomputed_keys_of_item_and_text_meet(written: str) -> None:
    found = keys.candidate_keys([a_transfer(text=written)])

    assert found.numbers & set(keys.item_columns(an_item())[0])
