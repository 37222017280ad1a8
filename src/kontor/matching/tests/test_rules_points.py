"""Every point and every penalty, in one small story each."""

from datetime import date, timedelta

import pytest

from kontor.matching.rules.decide import match
from kontor.matching.rules.values import LearnedPair, OwnOrder
from kontor.matching.tests.match_builders import (
    DUE,
    IBAN,
    OTHER_IBAN,
    RULES,
    a_discount,
    a_party,
    a_transfer,
    an_item,
    best,
    items_of,
    matched,
    points,
)


def test_number_payer_and_amount_are_posted_unattended() -> None:
    [result] = matched([a_transfer()], [an_item()])

    assert result.decision == "automatic"
    assert points(result.proposals[0]) == {"number_full": 45, "party_iban": 30, "amount_open": 25, "due_window": 5}
    assert result.proposals[0].score == 105
    assert result.proposals[0].remainder == 0


def test_number_and_amount_alone_are_ticked_but_not_posted() -> None:
    proposal = best(a_transfer(counterparty_iban="", counterparty_name="", booking_date=DUE + timedelta(60)), an_item())

    assert proposal.score == 70
    assert proposal.decision == "proposed"
    assert proposal.lead >= RULES.lead_ticked


@pytest.mark.parametrize(
    ("changes", "rule", "counted"),
    [
        ({"counterparty_iban": ""}, "party_name", 15),
        ({"counterparty_iban": "", "counterparty_name": "Druckerei am Markt"}, "party_alias", 20),
        ({"counterparty_iban": "", "counterparty_name": "MUELER DRUCK"}, "party_trigram", 10),
        ({"counterparty_iban": "", "counterparty_name": "PP", "text": "PayPal buchhaltung@mueller.example"}, "party_email", 18),
        ({"text": "Kunde K10023"}, "customer_number", 20),
        ({"amount": 116_620}, "amount_discount", 25),
        ({"amount": 116_620, "booking_date": DUE + timedelta(2)}, "amount_discount_grace", 15),
        ({"amount": 116_520}, "amount_tolerance", 10),
        ({"currency": "CHF"}, "other_currency", -40),
        ({"amount": -119_000}, "wrong_direction", -100),
        ({"text": "RE-2026-000999"}, "other_number", -30),
        ({"text": "RE-2026-000132"}, "number_mistyped", 20),
    ],
)  # fmt: skip
def test_each_sign_has_its_points(changes: dict[str, object], rule: str, counted: int) -> None:
    party = a_party(aliases=("Druckerei am Markt",), emails=("Buchhaltung@mueller.example",))
    item = an_item(discounts=(a_discount(grace=3),), tolerance_under=100)
    low = RULES.__class__(points_stored=-1_000)

    [result] = matched([a_transfer(**changes)], [item], [party], rules=low)

    assert points(result.proposals[0])[rule] == counted


def test_another_partys_transfer_counts_against_the_item() -> None:
    parties = [a_party(), a_party(2, name="Weber Bau", ibans=(OTHER_IBAN,))]

    proposal = best(a_transfer(counterparty_iban=OTHER_IBAN), an_item(), parties=parties)

    assert points(proposal)["other_party"] == -40
    assert proposal.decision == "proposed"


def test_a_payment_long_before_the_document_counts_against_it() -> None:
    early = best(a_transfer(booking_date=DUE - timedelta(41)), an_item())
    just = best(a_transfer(booking_date=DUE - timedelta(40)), an_item())

    assert points(early)["paid_early"] == -5
    assert "paid_early" not in points(just)


@pytest.mark.parametrize(
    ("state", "rule", "counted"), [("is_blocked", "blocked", -15), ("is_in_payment", "in_payment", -20)]
)
def test_a_blocked_or_ordered_item_is_never_posted_unattended(state: str, rule: str, counted: int) -> None:
    proposal = best(a_transfer(text="RE-2026-000123 Kunde K10023"), an_item(**{state: True}))

    assert points(proposal)[rule] == counted
    assert proposal.score >= RULES.points_automatic
    assert proposal.decision == "proposed"


@pytest.mark.parametrize(("day", "counted"), [(-11, False), (-10, True), (45, True), (46, False)])
def test_the_due_window_has_sharp_edges(day: int, *, counted: bool) -> None:
    proposal = best(a_transfer(booking_date=DUE + timedelta(day)), an_item())

    assert ("due_window" in points(proposal)) is counted


def test_a_mandate_with_its_creditor_id_is_strong() -> None:
    transaction = a_transfer(text="Einzug", mandate_id="M-1", creditor_id="DE98ZZZ09999999999", counterparty_iban="")
    items = [an_item(1, mandate_id="M-1"), an_item(2, mandate_id="M-1", amount_open=5_000)]

    assert points(best(transaction, *items))["mandate_debit"] == 80
    assert items_of(best(transaction, *items)) == {1}
    assert "mandate_debit" not in points(best(a_transfer(mandate_id="M-1", text="Einzug"), *items))


def test_our_own_order_is_recognised_by_its_end_to_end_id() -> None:
    order = OwnOrder("E2E-77", 1, 119_000)
    transaction = a_transfer(amount=-119_000, text="", end_to_end_id="E2E-77", counterparty_iban="")

    [result] = matched([transaction], [an_item(side="payable")], orders=(order,))

    assert points(result.proposals[0])["own_order"] == 100
    assert result.decision == "automatic"


def test_a_learned_pair_counts() -> None:
    learned = [LearnedPair(IBAN, "BEITRAG #", 1)]

    [result] = match([a_transfer(text="Beitrag 2026")], [an_item()], [a_party()], ruleset=RULES, learned=learned)

    assert points(result.proposals[0])["learned_pair"] == 10


def test_the_oldest_of_equal_items_is_taken() -> None:
    items = [an_item(at, document_number=f"RE-2026-{at:06d}", due_date=DUE + timedelta(at), amount_open=4_900)
             for at in (3, 1, 2)]  # fmt: skip

    proposal = best(a_transfer(text="Mitgliedsbeitrag", amount=4_900), *items)

    assert items_of(proposal) == {1}
    assert points(proposal)["oldest_of_equal"] == 3
    assert "oldest_of_equal:3" in proposal.notes


@pytest.mark.parametrize(
    "words", ["Spende", "Weihnachtsspende 2026", "DONATION", "un don pour vous", "Bankgebühr", "frais"]
)
def test_a_donation_or_fee_with_an_open_amount_is_never_posted_unattended(words: str) -> None:
    proposal = best(a_transfer(text=words), an_item())

    assert proposal.decision == "proposed"
    assert proposal.score == 30 + 25 + 5 - 40


def test_a_donation_word_beside_a_document_number_does_no_harm() -> None:
    assert best(a_transfer(text="Spendenquittung RE-2026-000123"), an_item()).decision == "automatic"


def test_a_certain_payers_only_fitting_item_is_posted() -> None:
    proposal = best(
        a_transfer(text="danke"), an_item(), an_item(2, amount_open=4_711, document_number="RE-2026-000200")
    )

    assert points(proposal)["sole_payer_amount"] == 30
    assert proposal.decision == "automatic"


def test_a_payers_name_alone_is_not_enough_to_post() -> None:
    proposal = best(a_transfer(text="danke", counterparty_iban=""), an_item())

    assert "sole_payer_amount" not in points(proposal)
    assert proposal.decision == "proposed"


def test_an_amount_no_other_item_has_stands_in_for_the_unknown_account_beside_the_number() -> None:
    misspelt = a_transfer(counterparty_iban=OTHER_IBAN, counterparty_name="Mueler Druck GmbH")
    other = an_item(2, document_number="RE-2026-000200")

    sole = best(misspelt, an_item())
    shared = best(misspelt, an_item(), other)
    known = best(a_transfer(), an_item())

    assert points(sole)["sole_amount"] == 10
    assert sole.decision == "automatic"
    assert "sole_amount" not in points(shared)
    assert shared.decision == "proposed"
    assert "sole_amount" not in points(known)


def test_a_sole_amount_counts_nothing_for_a_stranger() -> None:
    proposal = best(a_transfer(counterparty_iban="", counterparty_name="Petra Vogel"), an_item())

    assert "sole_amount" not in points(proposal)
    assert proposal.decision == "proposed"


def test_a_sole_amount_counts_nothing_where_another_document_is_named() -> None:
    both = a_transfer(text="RE-2026-000123 RE-2026-000200", counterparty_iban="")
    other = an_item(2, amount_open=47_113, document_number="RE-2026-000200")

    assert "sole_amount" not in points(best(both, an_item(), other))


def test_a_shared_account_makes_no_payer_certain() -> None:
    parties = [a_party(), a_party(2, name="Anna Müller")]

    proposal = best(a_transfer(text="danke"), an_item(), parties=parties)

    assert proposal.decision == "proposed"


def test_an_amount_that_is_unique_in_the_tenant_is_only_proposed() -> None:
    stranger = a_transfer(text="Zahlung", counterparty_iban="", counterparty_name="Unbekannt", amount=47_113)
    item = an_item(amount_open=47_113)

    proposal = best(stranger, item)

    assert "amount_only" in proposal.notes
    assert proposal.decision == "proposed"
    assert not matched([stranger], [item, an_item(2, amount_open=47_113, document_number="RE-9")])[0].proposals
    late = a_transfer(text="Zahlung", counterparty_iban="", counterparty_name="Unbekannt", amount=47_113,
                      booking_date=date(2027, 1, 1))  # fmt: skip
    assert not matched([late], [item])[0].proposals


def test_a_partial_payment_with_the_number_is_proposed_with_its_cash_part() -> None:
    proposal = best(a_transfer(text="Anzahlung RE-2026-000123 K10023", amount=50_000), an_item())

    assert [(share.amount, share.discount, share.difference) for share in proposal.shares] == [(50_000, 0, 0)]
    assert proposal.score >= RULES.points_automatic
    assert proposal.decision == "proposed"


def test_an_overpayment_outside_the_tolerance_leaves_a_remainder() -> None:
    proposal = best(a_transfer(amount=120_000), an_item())

    assert proposal.remainder == 1_000
    assert proposal.decision == "proposed"


def test_a_tolerated_difference_is_written_off() -> None:
    proposal = best(a_transfer(amount=118_900), an_item(tolerance_under=100))

    assert proposal.shares[0].difference == 100
    assert proposal.decision == "automatic"


def test_a_paid_back_credit_note_is_the_right_direction() -> None:
    credit = an_item(document_number="GS-2026-000007", is_credit_note=True)

    proposal = best(a_transfer(text="GS-2026-000007", amount=-119_000), credit)

    assert "wrong_direction" not in points(proposal)
    assert proposal.decision == "automatic"
