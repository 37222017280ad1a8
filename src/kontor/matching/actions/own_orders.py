"""Posting what was decided when the money was ordered: our own orders, found again in the statement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django_subatomic import db

from kontor.core.refusal import Refusal
from kontor.matching.actions.confirming import STEPS_MAX, post_results
from kontor.matching.actions.running import RunOutcome
from kontor.matching.queries.orders import whole_lists
from kontor.matching.queries.taken_back import taken_back
from kontor.matching.rules.values import MatchResult, TransactionRow
from kontor.openitems.actions.allocating import Step, bulk_allocate
from kontor.openitems.rules.steps import Share
from kontor.payments.actions.returning import take_order_back
from kontor.payments.actions.settling import pay_list
from kontor.payments.queries.lists import name_of, orders_on_their_way
from kontor.payments.queries.returns import sent_orders_with
from kontor.payments.rules.orders import is_own_id


def settle_sent_orders(outcome: RunOutcome, *, at: datetime) -> int:
    """Post the certain payments of a run that are orders of our own payment lists; returns how many.

    Whoever exported the list has decided them already; all others wait for a person. The rest of more than 1,000
    waits for the next run.
    """
    ours = [result for result in outcome.results if is_sent_order(result)][:STEPS_MAX]
    rows = _not_taken_back(outcome.transactions)
    key = f"orders-{outcome.run.id}"
    done = post_results(ours, run_key=key, key=key, at=at) if ours else []
    count = sum(1 for each in done if each.refusal is None)
    posted = {each.transaction_id for each in done}
    count += _settle_late_discounts([row for row in rows if row.transaction_id not in posted], key, at=at)
    for transaction_id, batch_id in whole_lists(each for each in rows if each.transaction_id not in posted):
        try:
            with db.savepoint():
                pay_list(transaction_id, batch_id, run_key=key, is_automatic=True, at=at, by=None)
        except Refusal:
            continue
        count += 1
    return count


def _settle_late_discounts(transactions: Sequence[TransactionRow], run_key: str, *, at: datetime) -> int:
    """Post orders that took a discount in time and that the bank carried out too late for it, as they were ordered."""
    named = {row.end_to_end_id: row for row in transactions if row.amount < 0 and is_own_id(row.end_to_end_id)}
    steps = []
    for order in orders_on_their_way(named) if named else ():
        row = named[order.end_to_end_id]
        if order.discount and row.amount == -order.amount and order.item.amount_open == order.amount + order.discount:
            share = Share(item_id=order.item_id, cash=order.amount, discount=order.discount)
            steps.append(
                Step(transaction_id=row.transaction_id, shares=(share,), evidence={"list": name_of(order.batch)})
            )
    steps = steps[:STEPS_MAX]
    done = (
        bulk_allocate(steps, run_key=run_key, is_automatic=True, key=f"{run_key}-late", at=at, by=None) if steps else []
    )
    return sum(1 for each in done if each.refusal is None)


def take_returned_orders(outcome: RunOutcome, *, at: datetime) -> int:
    """Take those orders of our lists back whose whole amount the bank gave back; returns how many (P-13).

    The end-to-end id is ours alone and the amount that of the order, so nothing else can be meant. A return less a fee
    is left to a person, as is what cannot be posted. Call it after `settle_sent_orders`: an order may leave and come
    back in one statement.
    """
    back = _not_taken_back([row for row in outcome.transactions if row.is_return and row.amount > 0 and row.returns_of])
    orders = sent_orders_with({row.returns_of for row in back})
    count = 0
    for row in back:
        order = orders.get(row.returns_of)
        if order is None or order.amount != row.amount:
            continue
        try:
            with db.savepoint():
                take_order_back(row.transaction_id, is_automatic=True, at=at, by=None)
        except Refusal:
            continue
        count += 1
    return count


def _not_taken_back(transactions: Sequence[TransactionRow]) -> list[TransactionRow]:
    """Leave out what somebody has undone before: a person decides it (the payments of our orders name our ids)."""
    ours = [row.transaction_id for row in transactions if row.returns_of or row.amount < 0]
    left = taken_back(ours)
    return [row for row in transactions if row.transaction_id not in left]


def is_sent_order(result: MatchResult) -> bool:
    """Tell whether the certain payment is an order of our own payment lists."""
    if result.decision != "automatic" or not result.proposals:
        return False
    best = result.proposals[0]
    return best.kind == "payment" and any(mark.rule == "own_order" for mark in best.evidence)
