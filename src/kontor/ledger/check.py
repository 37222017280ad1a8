"""What `check-books` proves of the ledger and of the audit record: trust.md §4, I1 to I4, I10 and I14."""

from __future__ import annotations

from kontor.core.invariants import Rule, register
from kontor.core.refusal import gettext_noop

INVARIANTS = (
    Rule(
        code="entry_balanced",
        sentence=gettext_noop("A posted entry balances and has at least two lines."),
        object_type="ledger.entry",
        statement="""
SELECT e.id, concat_ws(' ', coalesce(l.total, 0), coalesce(l.lines, 0)) FROM ledger_journalentry e LEFT JOIN (
  SELECT entry_id, sum(amount_base) AS total, count(*) AS lines FROM ledger_journalline
  WHERE tenant_id = %(tenant)s GROUP BY 1) l ON l.entry_id = e.id
WHERE e.tenant_id = %(tenant)s AND e.state = 'posted' AND (coalesce(l.total, 0) <> 0 OR coalesce(l.lines, 0) < 2)""",
    ),
    Rule(
        code="entry_as_recorded",
        sentence=gettext_noop("A posted entry is what the record says was posted."),
        object_type="ledger.entry",
        statement="""
SELECT e.id, CASE WHEN r.id IS NULL THEN 'not in the record' ELSE 'differs from the record' END
FROM ledger_journalentry e
JOIN LATERAL (SELECT jsonb_agg(ledger_line_facts(l) ORDER BY l.position) AS lines FROM ledger_journalline l
  WHERE l.tenant_id = e.tenant_id AND l.entry_id = e.id) now ON true
LEFT JOIN LATERAL (SELECT v.id, v.details FROM core_auditevent v WHERE v.tenant_id = e.tenant_id
  AND v.object_type = 'ledger.entry' AND v.object_id = e.id AND v.operation = 'INSERT' ORDER BY v.id DESC LIMIT 1) r ON true
WHERE e.tenant_id = %(tenant)s AND e.state = 'posted' AND (r.id IS NULL OR (r.details IS NOT NULL AND (
  r.details -> 'lines' IS DISTINCT FROM ledger_lines_like(r.details -> 'lines', now.lines)
  OR (r.details ->> 'state' = 'posted'
      AND jsonb_strip_nulls(r.details) <>
          jsonb_strip_nulls(ledger_entry_facts(e, ledger_lines_like(r.details -> 'lines', now.lines)))))))""",
    ),
    Rule(
        code="entry_not_gone",
        sentence=gettext_noop("No posted entry has disappeared."),
        object_type="ledger.entry",
        statement="""
SELECT v.object_id, v.details ->> 'sequence' FROM core_auditevent v
WHERE v.tenant_id = %(tenant)s AND v.object_type = 'ledger.entry' AND v.operation = 'INSERT'
  AND v.details ->> 'state' = 'posted' AND NOT EXISTS (
  SELECT 1 FROM ledger_journalentry e WHERE e.tenant_id = v.tenant_id AND e.id = v.object_id)""",
    ),
    Rule(
        code="line_as_entry",
        sentence=gettext_noop("A line has the date and the state of its entry."),
        object_type="ledger.entry",
        statement="""
SELECT DISTINCT e.id, e.entry_date::text FROM ledger_journalline l
JOIN ledger_journalentry e ON e.tenant_id = l.tenant_id AND e.id = l.entry_id
WHERE l.tenant_id = %(tenant)s AND (l.is_posted <> (e.state = 'posted') OR (l.is_posted AND l.entry_date <> e.entry_date))""",
    ),
    Rule(
        code="named_stands",
        sentence=gettext_noop("Whatever an entry or a line names is there."),
        object_type="ledger.entry",
        statement="""
SELECT l.entry_id, concat_ws(' ', 'line', l.id,
  CASE WHEN e.id IS NULL THEN 'entry ' || l.entry_id END, CASE WHEN a.id IS NULL THEN 'account ' || l.account_id END,
  CASE WHEN p.id IS NULL THEN 'party ' || l.party_id END, CASE WHEN j.id IS NULL THEN 'project ' || l.project_id END)
FROM ledger_journalline l
LEFT JOIN ledger_journalentry e ON e.tenant_id = l.tenant_id AND e.id = l.entry_id
LEFT JOIN ledger_account a ON a.tenant_id = l.tenant_id AND a.id = l.account_id
LEFT JOIN contacts_party p ON p.tenant_id = l.tenant_id AND p.id = l.party_id
LEFT JOIN projects_project j ON j.tenant_id = l.tenant_id AND j.id = l.project_id
WHERE l.tenant_id = %(tenant)s AND (e.id IS NULL OR a.id IS NULL OR (p.id IS NULL AND l.party_id IS NOT NULL)
  OR (j.id IS NULL AND l.project_id IS NOT NULL))
UNION ALL
SELECT e.id, concat_ws(' ', CASE WHEN p.id IS NULL THEN 'period ' || e.period_id END,
  CASE WHEN u.id IS NULL THEN 'person ' || e.recorded_by_id END)
FROM ledger_journalentry e
LEFT JOIN ledger_period p ON p.tenant_id = e.tenant_id AND p.id = e.period_id
LEFT JOIN organisations_user u ON u.id = e.recorded_by_id
WHERE e.tenant_id = %(tenant)s AND (p.id IS NULL OR (u.id IS NULL AND e.recorded_by_id IS NOT NULL))""",
    ),
    Rule(
        code="period_kept",
        sentence=gettext_noop("Nothing was posted into a period after it was closed."),
        object_type="ledger.entry",
        statement="""
SELECT e.id, concat_ws(' ', e.posted_at, p.state_at) FROM ledger_journalentry e
JOIN ledger_period p ON p.tenant_id = e.tenant_id AND p.id = e.period_id
WHERE e.tenant_id = %(tenant)s AND e.state = 'posted' AND (e.entry_date NOT BETWEEN p.first_day AND p.last_day
  OR (p.state <> 'open' AND e.posted_at > p.state_at))""",
    ),
    Rule(
        code="numbers_gapless",
        sentence=gettext_noop("The numbers of a series and year have no gap."),
        object_type="core.counter",
        statement="""
SELECT coalesce(c.id, 0), concat_ws(' ', n.series, n.year, n.found, n.last, c.next) FROM (
  SELECT series, year, count(*) AS found, max(sequence) AS last, min(sequence) AS first FROM ledger_journalentry
  WHERE tenant_id = %(tenant)s AND state = 'posted' GROUP BY 1, 2) n
LEFT JOIN core_counter c ON c.tenant_id = %(tenant)s AND c.series = n.series AND c.year = n.year
WHERE n.first <> 1 OR n.found <> n.last OR c.next IS DISTINCT FROM n.last + 1""",
    ),
    Rule(
        code="account_summary",
        sentence=gettext_noop("The monthly sums of an account are those of its lines."),
        object_type="ledger.account",
        statement="""
SELECT coalesce(s.account_id, l.account_id), concat_ws(' ', coalesce(s.month, l.month), s.debit, l.debit, s.credit, l.credit)
FROM (SELECT account_id, month, debit, credit FROM ledger_accountmonth WHERE tenant_id = %(tenant)s) s
FULL JOIN (SELECT account_id, date_trunc('month', entry_date)::date AS month, sum(greatest(amount_base, 0)) AS debit,
  sum(greatest(-amount_base, 0)) AS credit FROM ledger_journalline WHERE tenant_id = %(tenant)s AND is_posted GROUP BY 1, 2) l
  ON l.account_id = s.account_id AND l.month = s.month
WHERE (coalesce(s.debit, 0), coalesce(s.credit, 0)) <> (coalesce(l.debit, 0), coalesce(l.credit, 0))""",
    ),
    Rule(
        code="project_summary",
        sentence=gettext_noop("The monthly sums of a project are those of its lines."),
        object_type="projects.project",
        statement="""
SELECT coalesce(s.project_id, l.project_id), concat_ws(' ', coalesce(s.month, l.month), s.debit, l.debit, s.credit, l.credit)
FROM (SELECT project_id, kind, month, debit, credit FROM ledger_projectmonth WHERE tenant_id = %(tenant)s) s
FULL JOIN (SELECT x.project_id, a.kind, date_trunc('month', x.entry_date)::date AS month,
  sum(greatest(x.amount_base, 0)) AS debit, sum(greatest(-x.amount_base, 0)) AS credit FROM ledger_journalline x
  JOIN ledger_account a ON a.tenant_id = x.tenant_id AND a.id = x.account_id
  WHERE x.tenant_id = %(tenant)s AND x.is_posted AND x.project_id IS NOT NULL GROUP BY 1, 2, 3) l
  ON l.project_id = s.project_id AND l.kind = s.kind AND l.month = s.month
WHERE (coalesce(s.debit, 0), coalesce(s.credit, 0)) <> (coalesce(l.debit, 0), coalesce(l.credit, 0))""",
    ),
    Rule(
        code="audit_digest",
        sentence=gettext_noop("A record of the audit says what it said when it was written."),
        object_type="core.auditevent",
        statement="""
SELECT v.id, concat_ws(' ', v.object_type, v.object_id) FROM core_auditevent v
WHERE v.tenant_id = %(tenant)s AND v.salt IS NOT NULL
  AND v.digest <> sha256(v.salt || convert_to(v.details::text, 'UTF8'))""",
    ),
    Rule(
        code="audit_chain",
        sentence=gettext_noop("The audit chain is unbroken from its first link to its head."),
        object_type="core.auditlink",
        statement="""
WITH links AS (
  SELECT l.*, lag(l.hash, 1, sha256('')) OVER (ORDER BY l.number) AS before,
         row_number() OVER (ORDER BY l.number) AS place
  FROM core_auditlink l WHERE l.tenant_id = %(tenant)s AND l.number IS NOT NULL
)
SELECT id, 'number ' || number FROM links
WHERE number <> place OR previous_hash <> before OR events_hash <> audit_events_hash(tenant_id, id)
  OR hash <> audit_link_hash(previous_hash, number, at, actor_id, request_id, events_hash)
UNION ALL
SELECT h.id, concat_ws(' ', 'head', h.number, (SELECT max(number) FROM links)) FROM core_audithead h
WHERE h.tenant_id = %(tenant)s AND NOT EXISTS (
  SELECT 1 FROM links WHERE number = h.number AND hash = h.hash AND number = (SELECT max(number) FROM links))
UNION ALL
SELECT l.id, 'never closed' FROM core_auditlink l WHERE l.tenant_id = %(tenant)s AND l.number IS NULL
UNION ALL
SELECT v.id, 'without link' FROM core_auditevent v WHERE v.tenant_id = %(tenant)s AND NOT EXISTS (
  SELECT 1 FROM core_auditlink l WHERE l.tenant_id = v.tenant_id AND l.id = v.link_id)""",
    ),
    Rule(
        code="wall_stands",
        sentence=gettext_noop("Every table of the books is walled in by row-level security."),
        object_type="table",
        statement="""
SELECT c.oid::bigint, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
WHERE n.nspname = 'public' AND c.relkind = 'r' AND c.relname NOT IN ('organisations_tenantaccess', 'organisations_usagemeter')
  AND %(tenant)s > 0 AND (NOT c.relrowsecurity OR NOT c.relforcerowsecurity OR NOT EXISTS (
    SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND p.polwithcheck IS NOT NULL))""",
    ),
)

register(INVARIANTS)
