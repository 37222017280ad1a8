"""Loading only the open items that these transactions may pay: found by equality, decided as over all items."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from django.db import connection

from kontor.core.tenancy import current_tenant_id
from kontor.matching.queries.loading import items_of_parties, matchable_parties, open_items_by_id
from kontor.matching.rules.lookups import Reading, Wanted, range_lookups, read, wanted
from kontor.matching.rules.party_index import index_parties
from kontor.matching.rules.ruleset import Ruleset
from kontor.matching.rules.store import Store, store_of
from kontor.matching.rules.values import OwnOrder, TransactionRow

_RANGES = """
SELECT k.key FROM unnest(%s::text[]) AS k(key)
WHERE EXISTS (SELECT FROM openitems_itemkey x WHERE x.tenant_id = %s AND x.key = k.key COLLATE "C")
"""
_BY_KEY = """
SELECT k.key, x.item_id FROM unnest(%s::text[]) AS k(key)
CROSS JOIN LATERAL (
  SELECT item_id FROM openitems_itemkey WHERE tenant_id = %s AND key = k.key COLLATE "C" LIMIT %s
) x
"""
_BY_AMOUNT = """
SELECT x.id FROM unnest(%s::text[], %s::bigint[]) AS a(side, amount)
CROSS JOIN LATERAL (
  SELECT id FROM openitems_openitem
  WHERE tenant_id = %s AND amount_open = a.amount AND amount_open > 0 AND side = a.side LIMIT 2
) x
"""
_OWNERS = "SELECT DISTINCT party_id FROM openitems_openitem WHERE tenant_id = %s AND id = ANY(%s)"


def candidate_store(transactions: Sequence[TransactionRow], *, ruleset: Ruleset, orders: Collection[OwnOrder]) -> Store:
    """Return a store over all parties and those open items that may matter to the transactions.

    The decisions are the same as over all items: every number and amount is loaded as often as the ruleset's bounds
    can tell apart, and of every party that may be meant all its open items.
    """
    parties = index_parties(matchable_parties(), ruleset=ruleset)
    readings = read(transactions)
    ranges = _existing(range_lookups(readings))
    found = wanted(readings, ranges=ranges, parties=parties, ruleset=ruleset)
    item_ids, party_ids = _by_key(found, ruleset)
    item_ids |= _by_amount(readings)
    item_ids.update(order.item_id for order in orders)
    items = items_of_parties(party_ids)
    items += open_items_by_id(item_ids - {item.item_id for item in items})
    return store_of(items, parties, ruleset=ruleset, orders=orders)


def _existing(lookups: Iterable[str]) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(_RANGES, [sorted(lookups), current_tenant_id()])
        return {row[0] for row in cursor.fetchall()}


def _by_key(found: Sequence[Wanted], ruleset: Ruleset) -> tuple[set[int], set[int]]:
    """Return the items that the lookups name, and the parties all of whose items are wanted."""
    numbers = set[str]().union(*[each.numbers for each in found])
    references = set[str]().union(*[each.references for each in found])
    parties = set[int]().union(*[each.parties for each in found])
    asking = set[str]().union(*[each.numbers for each in found if each.asks_owners])
    most = ruleset.key_items_max
    with connection.cursor() as cursor:
        cursor.execute(_BY_KEY, [sorted(numbers), current_tenant_id(), most + 1])
        named: dict[str, list[int]] = {}
        for key, item_id in cursor.fetchall():
            named.setdefault(key, []).append(item_id)
        cursor.execute(_BY_KEY, [sorted(references), current_tenant_id(), None])
        ids = {row[1] for row in cursor.fetchall()}
        ids.update(item_id for items in named.values() for item_id in items)
        owned = {item_id for key in asking & named.keys() if len(named[key]) <= most for item_id in named[key]}
        cursor.execute(_OWNERS, [current_tenant_id(), sorted(owned)])
        parties.update(row[0] for row in cursor.fetchall())
    return ids, parties


def _by_amount(readings: Sequence[Reading]) -> set[int]:
    """Return one item of each amount, and a second where there is one, so that only a sole item counts as sole."""
    signed = sorted({reading.transaction.amount for reading in readings})
    sides = ["debit" if amount > 0 else "credit" for amount in signed]
    with connection.cursor() as cursor:
        cursor.execute(_BY_AMOUNT, [sides, [abs(amount) for amount in signed], current_tenant_id()])
        return {row[0] for row in cursor.fetchall()}
