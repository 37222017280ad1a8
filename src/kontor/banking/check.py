"""What `check-books` proves of bank data: every movement once, every statement adds up (trust.md §4, I9)."""

from __future__ import annotations

from kontor.core.invariants import Rule, register
from kontor.core.refusal import gettext_noop

INVARIANTS = (
    Rule(
        code="bank_line_once",
        sentence=gettext_noop("A movement of a money account is there once."),
        object_type="banking.transaction",
        statement="""
SELECT max(t.id), concat_ws(' ', count(*), t.identity) FROM banking_banktransaction t
WHERE t.tenant_id = %(tenant)s GROUP BY t.money_account_id, t.identity HAVING count(*) > 1""",
    ),
    Rule(
        code="statement_adds_up",
        sentence=gettext_noop(
            "A statement that came whole runs from its opening to its closing balance by its movements."
        ),
        object_type="banking.statement",
        statement="""
SELECT s.id, concat_ws(' ', s.opening, coalesce(t.total, 0), s.closing) FROM banking_statement s LEFT JOIN (
  SELECT statement_id, sum(amount) AS total, count(*) AS lines FROM banking_banktransaction
  WHERE tenant_id = %(tenant)s AND status = 'booked' AND parent_id IS NULL GROUP BY 1) t ON t.statement_id = s.id
WHERE s.tenant_id = %(tenant)s AND s.kind = 'booked' AND s.balance_ok AND s.count = coalesce(t.lines, 0)
  AND s.opening + coalesce(t.total, 0) <> s.closing""",
    ),
    Rule(
        code="batch_not_assigned",
        sentence=gettext_noop("A batch payment whose details are there is assigned by its details only."),
        object_type="banking.transaction",
        statement="""
SELECT p.id, p.allocated::text FROM banking_banktransaction p
WHERE p.tenant_id = %(tenant)s AND p.allocated <> 0 AND EXISTS (
  SELECT 1 FROM banking_banktransaction c WHERE c.tenant_id = p.tenant_id AND c.parent_id = p.id)""",
    ),
)

register(INVARIANTS)
