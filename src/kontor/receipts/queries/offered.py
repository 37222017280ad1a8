"""Everything that the workbench's filter bar and form offer for choice, in one statement."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.db import connection

from kontor.core.tenancy import current_tenant_id
from kontor.ledger.queries.names import PROJECTS_MAX

PEOPLE_MAX = 500

type Pair = tuple[str, str]

# Submitters are found by leaps over the index, not by reading every receipt of the books.
_OFFERED = """
WITH RECURSIVE submitters AS (
  (SELECT d.submitter_id FROM receipts_incomingdocument d WHERE d.tenant_id = %(tenant)s ORDER BY d.submitter_id LIMIT 1)
  UNION ALL
  SELECT (SELECT d.submitter_id FROM receipts_incomingdocument d
          WHERE d.tenant_id = %(tenant)s AND d.submitter_id > s.submitter_id ORDER BY d.submitter_id LIMIT 1)
  FROM submitters s WHERE s.submitter_id IS NOT NULL
)
SELECT
  (SELECT jsonb_agg(jsonb_build_array(c.id::text, c.name) ORDER BY c.name)
   FROM receipts_category c WHERE c.tenant_id = %(tenant)s),
  (SELECT jsonb_agg(jsonb_build_array(p.id::text, p.code || ' ' || p.name) ORDER BY p.code)
   FROM (SELECT q.id, q.code, q.name FROM projects_project q WHERE q.tenant_id = %(tenant)s AND q.is_active
         ORDER BY q.code LIMIT %(projects)s) p),
  (SELECT jsonb_agg(jsonb_build_array(u.id::text, u.name) ORDER BY u.name)
   FROM (SELECT v.id, v.name FROM organisations_user v WHERE v.id IN (SELECT s.submitter_id FROM submitters s)
         AND EXISTS (SELECT FROM receipts_incomingdocument d WHERE d.tenant_id = %(tenant)s AND d.submitter_id = v.id
                     AND d.sequence IS NOT NULL)
         ORDER BY v.name LIMIT %(people)s) u),
  (SELECT jsonb_agg(jsonb_build_array(u.id::text, u.name) ORDER BY u.name)
   FROM (SELECT v.id, v.name FROM organisations_user v WHERE v.id IN (
           SELECT x.user_id FROM approvals_decision x JOIN approvals_approvalrequest r
           ON r.tenant_id = x.tenant_id AND r.id = x.request_id
           WHERE x.tenant_id = %(tenant)s AND r.subject_type = 'receipts.document')
         ORDER BY v.name LIMIT %(people)s) u),
  (SELECT jsonb_agg(jsonb_build_array(m.id::text, m.name) ORDER BY m.position, m.id)
   FROM receipts_paymentmeans m WHERE m.tenant_id = %(tenant)s AND (m.is_active OR m.id = %(means)s)),
  (SELECT jsonb_agg(jsonb_build_array(r.id::text, r.name) ORDER BY r.position, r.id)
   FROM receipts_refundroute r WHERE r.tenant_id = %(tenant)s AND (r.is_active OR r.id = %(refund)s)),
  (SELECT jsonb_agg(jsonb_build_array(r.id::text, r.name) ORDER BY r.position, r.id)
   FROM receipts_repaymentroute r WHERE r.tenant_id = %(tenant)s AND (r.is_active OR r.id = %(repayment)s)),
  (SELECT jsonb_agg(jsonb_build_array(a.id::text, a.purpose, coalesce(i.amount_open, a.amount), a.currency) ORDER BY a.id)
   FROM receipts_advance a LEFT JOIN openitems_openitem i ON i.tenant_id = a.tenant_id AND i.id = a.item_id
   WHERE a.tenant_id = %(tenant)s
   AND (a.user_id = %(submitter)s AND i.amount_open > 0 AND NOT a.is_declined OR a.id = %(advance)s))
"""


@dataclass(frozen=True, slots=True)
class Held:
    """What a receipt holds already, which stays on offer even when it is no longer in use; ids, None for nothing."""

    submitter_id: int | None = None
    means_id: int | None = None
    refund_route_id: int | None = None
    repayment_route_id: int | None = None
    advance_id: int | None = None


@dataclass(frozen=True, slots=True)
class Offered:
    """(id, name) of what may be chosen; advances with what is left of them, in minor units of their currency."""

    categories: list[Pair]
    projects: list[Pair]
    submitters: list[Pair]
    reviewers: list[Pair]
    means: list[Pair]
    refund_routes: list[Pair]
    repayment_routes: list[Pair]
    advances: list[tuple[str, str, int, str]]


def offered(held: Held) -> Offered:
    """Return what the filter bar offers, and the form of a receipt that holds these; one statement."""
    values: dict[str, Any] = {
        "tenant": current_tenant_id(), "projects": PROJECTS_MAX, "people": PEOPLE_MAX, "submitter": held.submitter_id,
        "means": held.means_id, "refund": held.refund_route_id, "repayment": held.repayment_route_id,
        "advance": held.advance_id,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_OFFERED, values)
        found = cursor.fetchone()
    return Offered(*([tuple(each) for each in json.loads(part)] if part else [] for part in found))
