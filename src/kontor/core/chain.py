"""The proof of the record: is what its chain of links says of the last changes still so?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from kontor.core.tenancy import current_tenant_id


@dataclass(frozen=True, slots=True)
class ChainStatus:
    """The head of the tenant's audit chain, and what looking at its last links showed."""

    number: int
    hash: str
    at: datetime | None
    checked: int
    broken: int


def chain_status(*, links_max: int = 500, events_max: int = 1_000_000_000) -> ChainStatus:
    """Return the chain's head and prove its last links anew: events, own hash, link to the one before.

    As many of the last `links_max` are proved as have `events_max` events together, the head in any case.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CHAIN, {"tenant": current_tenant_id(), "links": links_max, "events": events_max})
        number, head, at, checked, broken = cursor.fetchone()
    return ChainStatus(number or 0, bytes(head).hex() if head else "", at, checked, broken)


# The events' hash as `audit_events_hash` makes it, here link by link in the order of the index: one call of a function
# costs as much as the whole statement. Each step stands for itself, so that no link is counted twice and no plan
# depends on how many rows the planner expects, which it cannot know.
_CHAIN = """
WITH last AS MATERIALIZED (
  SELECT l.*, lag(l.hash) OVER (ORDER BY l.number) AS before, row_number() OVER (ORDER BY l.number DESC) AS place
  FROM (
    SELECT id, number, at, actor_id, request_id, events_hash, previous_hash, hash FROM core_auditlink
    WHERE tenant_id = %(tenant)s AND number IS NOT NULL ORDER BY number DESC LIMIT %(links)s::bigint + 1
  ) l
), sized AS MATERIALIZED (
  SELECT last.*, (
    SELECT count(*) FROM (
      SELECT FROM core_auditevent e WHERE e.tenant_id = %(tenant)s AND e.link_id = last.id
      LIMIT %(events)s::bigint + 1
    ) few
  ) AS size FROM last WHERE place <= %(links)s
), proved AS MATERIALIZED (
  SELECT * FROM (SELECT sized.*, sum(size) OVER (ORDER BY place) AS together FROM sized) s
  WHERE place = 1 OR together <= %(events)s
)
SELECT max(p.number), (array_agg(p.hash ORDER BY p.place))[1], max(p.at), count(*),
       count(*) FILTER (
         WHERE p.hash <> audit_link_hash(p.previous_hash, p.number, p.at, p.actor_id, p.request_id, p.events_hash)
         OR p.events_hash <> coalesce(told.hash, sha256('')) OR p.previous_hash <> p.before)
FROM proved p LEFT JOIN LATERAL (
  SELECT sha256(string_agg(
    e.digest || convert_to(concat_ws('|', e.verb, e.operation, e.object_type, e.object_id), 'UTF8'), ''::bytea
    ORDER BY e.id)) AS hash
  FROM core_auditevent e WHERE e.tenant_id = %(tenant)s AND e.link_id = p.id
) told ON true
"""
