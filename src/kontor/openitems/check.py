"""What `check-books` proves of open items: trust.md §4, I5 and I6.

Each invariant is one statement over one tenant's rows, `%(tenant)s`, that returns a row (object id, facts) per violation.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from kontor.core.invariants import Rule, Violation, register
from kontor.core.refusal import gettext_noop
from kontor.core.tenancy import current_tenant_id

INVARIANTS = (
    Rule(
        code="item_open",
        sentence=gettext_noop("An item's open amount is its amount less its allocations."),
        object_type="openitems.item",
        statement="""
SELECT i.id, concat_ws(' ', i.amount_open, i.amount - coalesce(a.amount, 0), i.base_open, i.amount_base - coalesce(a.base, 0))
FROM openitems_openitem i LEFT JOIN (
  SELECT item_id, sum(amount) AS amount, sum(amount_base) AS base, sum(difference) AS difference FROM openitems_allocation
  WHERE tenant_id = %(tenant)s AND item_id IS NOT NULL GROUP BY 1) a ON a.item_id = i.id
WHERE i.tenant_id = %(tenant)s AND (i.amount_open <> i.amount - coalesce(a.amount, 0)
  OR i.base_open <> i.amount_base - coalesce(a.base, 0) OR i.differences <> coalesce(a.difference, 0)
  OR (i.amount_open = 0 AND i.base_open <> 0))""",
    ),
    Rule(
        code="item_line",
        sentence=gettext_noop("An item is the image of one line on a control account."),
        object_type="openitems.item",
        statement="""
SELECT i.id, concat_ws(' ', l.amount, i.amount, l.amount_base, i.amount_base) FROM openitems_openitem i
LEFT JOIN ledger_journalline l ON l.tenant_id = i.tenant_id AND l.id = i.journal_line_id
LEFT JOIN ledger_account a ON a.tenant_id = l.tenant_id AND a.id = l.account_id
WHERE i.tenant_id = %(tenant)s AND (l.id IS NULL OR a.control <> i.kind || 's' OR NOT l.is_posted
  OR l.party_id IS DISTINCT FROM i.party_id OR l.currency <> i.currency
  OR abs(l.amount) <> i.amount OR abs(l.amount_base) <> i.amount_base
  OR (i.side = 'debit') <> (l.amount > 0))""",
    ),
    Rule(
        code="control_account",
        sentence=gettext_noop("The open items of a party add up to its balance on the control account."),
        object_type="ledger.account",
        statement="""
SELECT account_id, concat_ws(' ', 'party', party_id, 'ledger', sum(ledger), 'items', sum(items)) FROM (
  SELECT l.account_id, l.party_id, sum(l.amount_base) AS ledger, 0 AS items FROM ledger_journalline l
    JOIN ledger_account a ON a.tenant_id = l.tenant_id AND a.id = l.account_id
    WHERE l.tenant_id = %(tenant)s AND l.is_posted AND a.control <> '' GROUP BY 1, 2
  UNION ALL
  SELECT l.account_id, i.party_id, 0, sum(CASE i.side WHEN 'debit' THEN i.base_open ELSE -i.base_open END)
    FROM openitems_openitem i JOIN ledger_journalline l ON l.tenant_id = i.tenant_id AND l.id = i.journal_line_id
    WHERE i.tenant_id = %(tenant)s GROUP BY 1, 2) sides
GROUP BY account_id, party_id HAVING sum(ledger) <> sum(items)""",
    ),
    Rule(
        code="transaction_allocated",
        sentence=gettext_noop(
            "The assigned part of a bank transaction is the sum of its allocations, never more than it holds."
        ),
        object_type="banking.transaction",
        statement="""
SELECT t.id, concat_ws(' ', t.allocated, coalesce(a.cash, 0), t.amount) FROM banking_banktransaction t LEFT JOIN (
  SELECT transaction_id, sum(cash) AS cash FROM openitems_allocation
  WHERE tenant_id = %(tenant)s AND transaction_id IS NOT NULL GROUP BY 1) a ON a.transaction_id = t.id
WHERE t.tenant_id = %(tenant)s AND (t.allocated <> coalesce(a.cash, 0)
  OR t.allocated NOT BETWEEN least(t.amount, 0) AND greatest(t.amount, 0))""",
    ),
    Rule(
        code="allocation_entry",
        sentence=gettext_noop("An entry moves control accounts by exactly its new items and allocations."),
        object_type="ledger.entry",
        statement="""
SELECT entry_id, concat_ws(' ', 'account', account_id, 'party', party_id, sum(amount), sum(base)) FROM (
  SELECT l.entry_id, l.account_id, l.party_id, l.currency, l.amount, l.amount_base AS base FROM ledger_journalline l
    JOIN ledger_account a ON a.tenant_id = l.tenant_id AND a.id = l.account_id
    WHERE l.tenant_id = %(tenant)s AND l.is_posted AND a.control <> ''
  UNION ALL
  SELECT x.entry_id, l.account_id, i.party_id, i.currency,
         CASE i.side WHEN 'debit' THEN x.amount ELSE -x.amount END,
         CASE i.side WHEN 'debit' THEN x.amount_base ELSE -x.amount_base END
    FROM openitems_allocation x JOIN openitems_openitem i ON i.tenant_id = x.tenant_id AND i.id = x.item_id
    JOIN ledger_journalline l ON l.tenant_id = i.tenant_id AND l.id = i.journal_line_id WHERE x.tenant_id = %(tenant)s
  UNION ALL
  SELECT l.entry_id, l.account_id, i.party_id, i.currency,
         CASE i.side WHEN 'debit' THEN -i.amount ELSE i.amount END,
         CASE i.side WHEN 'debit' THEN -i.amount_base ELSE i.amount_base END
    FROM openitems_openitem i JOIN ledger_journalline l ON l.tenant_id = i.tenant_id AND l.id = i.journal_line_id
    WHERE i.tenant_id = %(tenant)s) movements
GROUP BY entry_id, account_id, party_id, currency HAVING sum(amount) <> 0 OR sum(base) <> 0""",
    ),
    Rule(
        code="allocation_money",
        sentence=gettext_noop("The money of an entry's allocations is its line on the money account."),
        object_type="ledger.entry",
        statement="""
SELECT x.entry_id, concat_ws(' ', sum(x.cash), sum(x.cash_base), min(l.amount), min(l.base)) FROM (
  SELECT entry_id, transaction_id, sum(cash) AS cash, sum(cash_base) AS cash_base FROM openitems_allocation
  WHERE tenant_id = %(tenant)s AND transaction_id IS NOT NULL GROUP BY 1, 2) x
JOIN banking_banktransaction t ON t.tenant_id = %(tenant)s AND t.id = x.transaction_id
JOIN banking_moneyaccount m ON m.tenant_id = %(tenant)s AND m.id = t.money_account_id
LEFT JOIN (SELECT entry_id, account_id, sum(amount) AS amount, sum(amount_base) AS base FROM ledger_journalline
  WHERE tenant_id = %(tenant)s AND is_posted GROUP BY 1, 2) l ON l.entry_id = x.entry_id AND l.account_id = m.account_id
GROUP BY x.entry_id, m.account_id
HAVING sum(x.cash) <> coalesce(min(l.amount), 0) OR sum(x.cash_base) <> coalesce(min(l.base), 0)""",
    ),
    Rule(
        code="undue_tax",
        sentence=gettext_noop(
            "Undue tax that has moved is the sum of the allocations' and never more than the document held."
        ),
        object_type="openitems.item",
        statement="""
SELECT i.id, concat_ws(' ', i.undue_moved::text, coalesce(m.moved, '{}')::text) FROM openitems_openitem i LEFT JOIN (
  SELECT item_id, array_agg(part ORDER BY k) AS moved FROM (
    SELECT x.item_id, u.k, sum(u.part)::bigint AS part FROM openitems_allocation x, unnest(x.moved) WITH ORDINALITY u(part, k)
    WHERE x.tenant_id = %(tenant)s AND x.item_id IS NOT NULL GROUP BY 1, 2) parts GROUP BY 1) m ON m.item_id = i.id
WHERE i.tenant_id = %(tenant)s AND (
  i.undue_moved <> coalesce(m.moved, array_fill(0::bigint, ARRAY[jsonb_array_length(i.tax_split)]))
  OR (i.amount_open = 0 AND EXISTS (
    SELECT 1 FROM jsonb_array_elements(i.tax_split) WITH ORDINALITY s(share, k)
    WHERE (s.share ->> 'undue')::bigint <> i.undue_moved[s.k])))""",
    ),
    Rule(
        code="allocation_mirror",
        sentence=gettext_noop("An undo mirrors the allocation that it reverses."),
        object_type="openitems.allocation",
        statement="""
SELECT n.id, concat_ws(' ', n.amount, o.amount) FROM openitems_allocation n
JOIN openitems_allocation o ON o.tenant_id = n.tenant_id AND o.id = n.reverses_id
WHERE n.tenant_id = %(tenant)s AND (n.item_id, n.account_id, n.amount, n.amount_base, n.cash, n.discount, n.difference)
  IS DISTINCT FROM (o.item_id, o.account_id, -o.amount, -o.amount_base, -o.cash, -o.discount, -o.difference)""",
    ),
    Rule(
        code="allocation_stands",
        sentence=gettext_noop("The entry of an allocation is reversed only together with the allocation."),
        object_type="ledger.entry",
        statement="""
SELECT e.reverses_id, 'reversed by ' || e.id FROM ledger_journalentry e
WHERE e.tenant_id = %(tenant)s AND e.reverses_id IS NOT NULL AND EXISTS (
  SELECT 1 FROM openitems_allocation x WHERE x.tenant_id = e.tenant_id AND x.entry_id = e.reverses_id)
AND NOT EXISTS (SELECT 1 FROM openitems_allocation y WHERE y.tenant_id = e.tenant_id AND y.entry_id = e.id)""",
    ),
)


def violations() -> Iterator[Violation]:
    """Yield every violation of this room in the open tenant."""
    here = current_tenant_id()
    with connection.cursor() as cursor:
        for invariant in INVARIANTS:
            # Whole tables are compared: without fresh statistics the planner would take nested loops for a handful of rows.
            cursor.execute("SELECT set_config('enable_nestloop', 'off', true)")
            cursor.execute(invariant.statement, {"tenant": here})
            rows = cursor.fetchall()
            cursor.execute("SELECT set_config('enable_nestloop', 'on', true)")
            for object_id, facts in rows:
                yield Violation(
                    code=invariant.code, sentence=invariant.sentence, object_type=invariant.object_type,
                    object_id=object_id, facts=facts,
                )  # fmt: skip


register(INVARIANTS)
