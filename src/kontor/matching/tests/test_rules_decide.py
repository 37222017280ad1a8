"""Several items, several transactions, and what no run may do."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.matching_data import labelled
from kontor.matching.rules import keys
from kontor.matching.rules.candidates import full_rank, question_of, rank_question
from kontor.matching.rules.cascade import named_item
from kontor.matching.rules.decide import match, match_store
from kontor.matching.rules.desk import Desk, result_of
from kontor.matching.rules.store import build_store
from kontor.matching.rules.values import MatchResult, OpenItemRow, OwnOrder, TransactionRow
from kontor.matching.tests.match_builders import (
    DUE,
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

THREE = [
    an_item(1, document_number="RE-2026-000101", amount_open=10_011),
    an_item(2, document_number="RE-2026-000102", amount_open=20_023, discounts=(a_discount(400),)),
    an_item(3, document_number="RE-2026-000103", amount_open=3_007, is_credit_note=True),
]


def test_all_named_items_are_posted_together() -> None:
    proposal = best(a_transfer(text="RE-2026-000101, RE-2026-000102", amount=30_034), *THREE)

    assert items_of(proposal) == {1, 2}
    assert points(proposal)["subset_unique"] == 25
    assert proposal.decision == "automatic"


def test_a_discount_and_a_credit_note_are_part_of_the_sum() -> None:
    text = "RE-2026-000101 RE-2026-000102 abzgl. RE-2026-000103"

    proposal = best(a_transfer(text=text, amount=10_011 + 19_623 - 3_007), *THREE)

    assert [(share.item_id, share.amount, share.discount) for share in proposal.shares] == [
        (1, 10_011, 0), (2, 19_623, 400), (3, -3_007, 0),
    ]  # fmt: skip
    assert proposal.decision == "automatic"


def test_all_open_items_are_posted_without_a_number() -> None:
    proposal = best(a_transfer(text="alle offenen Rechnungen", amount=10_011 + 20_023 - 3_007), *THREE)

    assert items_of(proposal) == {1, 2, 3}
    assert "all_open" in proposal.notes
    assert proposal.decision == "automatic"


def test_a_set_that_many_others_equal_is_never_posted() -> None:
    items = [an_item(at, document_number=f"RE-2026-{at:06d}", amount_open=1_000 + at) for at in range(1, 15)]

    [result] = matched([a_transfer(text="Zahlung", amount=4_030)], items)

    assert result.decision == "proposed"
    assert len(result.proposals) == 3
    assert points(result.proposals[0])["subset_ambiguous"] == 10


def test_a_sum_that_may_be_chance_is_only_proposed() -> None:
    items = [an_item(at, document_number=f"RE-2026-{at:06d}", amount_open=1_000 + 7**at) for at in range(1, 6)]

    proposal = best(a_transfer(text="Zahlung", amount=2_000 + 7 + 343), *items)

    assert items_of(proposal) == {1, 3}
    assert "chance" in proposal.notes
    assert proposal.decision == "proposed"


def test_named_items_that_do_not_add_up_are_proposed_oldest_first() -> None:
    proposal = best(a_transfer(text="RE-2026-000101 RE-2026-000102", amount=25_000), *THREE[:2])

    assert [(share.item_id, share.amount) for share in proposal.shares] == [(1, 10_011), (2, 14_989)]
    assert proposal.decision == "proposed"


def test_two_transfers_for_one_item_are_proposed_together() -> None:
    item = an_item()
    parts = [a_transfer(1, text="Teil 1", amount=50_000),
             a_transfer(2, text="Rest", amount=69_000, booking_date=DUE + timedelta(14))]  # fmt: skip

    results = matched(parts, [item])

    assert [items_of(result.proposals[0]) for result in results] == [{1}, {1}]
    assert "together_with:2" in results[0].proposals[0].notes
    assert {result.decision for result in results} == {"proposed"}
    late = [parts[0], a_transfer(2, text="Rest", amount=69_000, booking_date=DUE + timedelta(15))]
    assert not any("together" in points(result.proposals[0]) for result in matched(late, [item]))


def test_the_better_of_two_claims_gets_the_item() -> None:
    claims = [a_transfer(1, text="danke"), a_transfer(2)]

    first, second = matched(claims, [an_item()])

    assert (first.decision, second.decision) == ("none", "automatic")


def test_of_equal_claims_the_earlier_booking_wins_and_the_other_says_so() -> None:
    claims = [a_transfer(1, booking_date=DUE + timedelta(1)), a_transfer(2)]

    first, second = matched(claims, [an_item()])

    assert second.decision == "automatic"
    assert first.notes == ("settled_by:1:2",)


def test_twelve_equal_fees_are_paid_by_twelve_transfers_oldest_first() -> None:
    fees = [an_item(at, document_number=f"RE-2026-{at:06d}", due_date=DUE + timedelta(at % 3), amount_open=4_900)
            for at in range(1, 13)]  # fmt: skip
    transfers = [a_transfer(at, text="Beitrag", amount=4_900) for at in range(1, 13)]

    results = matched(transfers, fees)

    assert {result.decision for result in results} == {"automatic"}
    paid = [result.proposals[0].shares[0].item_id for result in results]
    assert paid == [item.item_id for item in sorted(fees, key=lambda item: (item.due_date, item.document_number))]


def test_a_return_points_at_the_order_it_takes_back() -> None:
    order = OwnOrder("E2E-9", 1, 119_000)
    back = a_transfer(amount=-119_300, is_return=True, returns_of="E2E-9", text="Rueckgabe")

    [result] = matched([back], [], orders=(order,))

    assert result.returns_of == "E2E-9"
    assert result.proposals[0].kind == "return"
    assert result.proposals[0].shares[0].amount == -119_000
    assert result.proposals[0].remainder == 300
    assert result.decision == "proposed"


def test_a_payable_is_paid_by_a_debit() -> None:
    bill = an_item(side="payable", document_number="4711/26", party_id=2)
    parties = [a_party(2, name="Weber Bau", ibans=(OTHER_IBAN,))]

    proposal = best(a_transfer(text="4711/26", amount=-119_000, counterparty_iban=OTHER_IBAN), bill, parties=parties)

    assert proposal.decision == "automatic"


def test_a_movable_minimum_needs_no_new_run() -> None:
    [result] = matched([a_transfer(counterparty_iban="", counterparty_name="")], [an_item()])

    assert RULES.points_show <= result.proposals[0].score < RULES.points_automatic


def test_only_candidates_by_key_give_the_same_decisions() -> None:
    data = labelled(transactions=60, items=400, seed=3)
    wanted = keys.candidate_keys(data.transactions)
    parties = [
        party for party in data.parties
        if wanted.ibans & set(party.ibans) or keys.party_name_keys(party)[0] in wanted.names
        or party.customer_number in wanted.numbers
        or any(word in wanted.name_tokens for word in keys.party_name_keys(party)[0].split())
    ]  # fmt: skip
    known = {party.party_id for party in parties}
    items = [
        item for item in data.items
        if item.party_id in known or wanted.numbers & set(keys.item_columns(item)[0])
        or wanted.references & set(keys.item_columns(item)[1]) or wanted.amounts & {item.direction * item.amount_open}
    ]  # fmt: skip

    some = match(data.transactions, items, parties, ruleset=RULES)
    everything = match(data.transactions, data.items, data.parties, ruleset=RULES)

    assert len(items) < len(data.items)
    assert [_posted(result) for result in some] == [_posted(result) for result in everything]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_makes_no_difference(seed: int, rng: random.Random) -> None:
    data = labelled(transactions=40, items=60, seed=seed)
    transactions, items, parties = data.transactions[:], data.items[:], data.parties[:]
    for rows in (transactions, items, parties):
        rng.shuffle(rows)

    assert repr(match(transactions, items, parties, ruleset=RULES)) == repr(
        match(data.transactions, data.items, data.parties, ruleset=RULES)
    )


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_no_item_and_no_transaction_is_given_away_twice(seed: int) -> None:
    data = labelled(transactions=80, items=60, seed=seed)

    results = match(data.transactions, data.items, data.parties, ruleset=RULES)

    _check_allocations(results, data.items, data.transactions)


def test_automatic_decisions_on_labelled_data_are_right() -> None:
    data = labelled(transactions=1_500, items=3_000, seed=11)

    results = match(data.transactions, data.items, data.parties, ruleset=RULES)

    amounts = {item.item_id: (item.party_id, item.side, item.amount_open) for item in data.items}
    for result in results:
        if result.decision == "automatic":
            paid = sorted(amounts[share.item_id] for share in result.proposals[0].shares)
            assert paid == sorted(amounts[item_id] for item_id in data.truth[result.transaction_id])
    posted = sum(result.decision == "automatic" for result in results)
    assert posted >= 0.88 * sum(bool(paid) for paid in data.truth.values())


def _posted(result: MatchResult) -> tuple[str, tuple[object, ...]]:
    return result.decision, result.proposals[0].shares if result.decision == "automatic" else ()


def _check_allocations(
    results: list[MatchResult], items: list[OpenItemRow], transactions: list[TransactionRow]
) -> None:
    by_id = {item.item_id: item for item in items}
    amounts = {transaction.transaction_id: transaction.amount for transaction in transactions}
    taken: set[int] = set()
    for result in results:
        for proposal in result.proposals:
            cash = sum(share.amount for share in proposal.shares)
            assert cash + proposal.remainder == abs(amounts[result.transaction_id]) or cash < abs(
                amounts[result.transaction_id]
            )
            for share in proposal.shares:
                assert abs(share.amount) + share.discount + share.difference <= by_id[share.item_id].amount_open
        if result.decision == "automatic":
            shares = result.proposals[0].shares
            assert sum(share.amount for share in shares) == abs(amounts[result.transaction_id])
            for share in shares:
                assert share.item_id not in taken
                assert abs(share.amount) + share.discount + share.difference == by_id[share.item_id].amount_open
                taken.add(share.item_id)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_the_short_cut_says_what_the_full_ranking_says(seed: int) -> None:
    data = labelled(transactions=150, items=200, seed=seed)
    store = build_store(data.items, data.parties, ruleset=RULES)

    for transaction in data.transactions:
        whole = full_rank(transaction, store=store, ruleset=RULES)
        named = named_item(transaction, store=store, ruleset=RULES)
        desk = Desk([transaction], store=store, ruleset=RULES)
        claims = desk.rank()
        question = question_of(transaction, named, store=store, ruleset=RULES)
        assert rank_question(question, store=store, ruleset=RULES) == whole
        assert desk.sure_results() + desk.results({}) == [result_of(whole, None, {}, store, RULES)]
        assert [claim[3] for claim in claims] == [
            tuple(share[0] for share in best.shares) for best in whole.candidates[:1] if whole.decision == "automatic"
        ]


@pytest.mark.parametrize(
    "payment",
    [
        a_transfer(text="Rechnung RE-2026-000123"),
        a_transfer(text="Invoice Rechnungsnr.RE2026000123 of 2026"),
        a_transfer(text="Rg RE-2 026-000 123"),
        a_transfer(text="RE-2026-000123", counterparty_iban=""),
    ],
    ids=["as written", "behind a sign", "broken twice", "known by name alone"],
)
def test_a_named_item_among_others_of_the_same_amount_is_decided_without_a_full_ranking(
    payment: TransactionRow,
) -> None:
    items = [an_item(1), an_item(2, document_number="RE-2026-000124"), an_item(3, document_number="RE-2026-000125")]
    store = build_store(items, [a_party()], ruleset=RULES)
    desk = Desk([payment], store=store, ruleset=RULES)
    desk.rank()

    assert not desk.rankings
    [result] = desk.sure_results()
    assert result == result_of(full_rank(payment, store=store, ruleset=RULES), None, {}, store, RULES)
    first, *others = result[2]
    assert [share[0] for share in first[4]] == [1]
    assert [notes for *_, notes in others] == ([("oldest_of_equal:2",)] if payment.counterparty_iban else [])


def test_a_named_item_beside_one_of_a_later_month_is_decided_without_a_full_ranking() -> None:
    later = an_item(
        2, document_number="RE-2026-000124", document_date=DUE + timedelta(31), due_date=DUE + timedelta(61)
    )
    payment = a_transfer(text="Beitrag RE-2026-000123")
    store = build_store([an_item(1), later], [a_party()], ruleset=RULES)
    desk = Desk([payment], store=store, ruleset=RULES)
    desk.rank()

    [result] = desk.sure_results()
    assert result == result_of(full_rank(payment, store=store, ruleset=RULES), None, {}, store, RULES)
    assert ("paid_early", RULES.paid_early) in [mark[:2] for mark in result[2][1][5]]


def test_two_workers_give_the_same_results() -> None:
    data = labelled(transactions=4_000, items=6_000, seed=5)
    store = build_store(data.items, data.parties, ruleset=RULES)

    alone = match_store(data.transactions, store, ruleset=RULES)

    assert match_store(data.transactions, store, ruleset=RULES, workers=2) == alone


def test_three_workers_settle_claims_on_the_same_items_as_one() -> None:
    data = labelled(transactions=3_200, items=1_200, seed=6)
    again = [replace(row, transaction_id=row.transaction_id + 3_200) for row in data.transactions]
    asked = [*data.transactions, *again]
    store = build_store(data.items, data.parties, ruleset=RULES)

    alone = match_store(asked, store, ruleset=RULES)

    assert match_store(asked, store, ruleset=RULES, workers=3) == alone
    assert any(note.startswith("settled_by") for result in alone for note in result.notes)
