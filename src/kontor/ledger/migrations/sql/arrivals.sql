-- What arrives in the journal is checked, counted and recorded by a handful of statements, however many rows it has.
-- A row is looked up by `BETWEEN id AND id ORDER BY id`: statistics know nothing of a tenant that is new, so to the
-- planner every index that begins with the tenant costs the same, and only the order makes it take the right one.

-- The time comes with the row, taken under the key of the periods; a trigger per row that set it cost as much as this
-- whole function, which sees that it is no other time than that of the posting.
DROP TRIGGER stamp_entry ON ledger_journalentry;
DROP FUNCTION ledger_stamp_entry();

CREATE OR REPLACE FUNCTION ledger_entries_arrived() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE named record; bad record; here bigint := app_tenant();
BEGIN
  SELECT bool_and(e.tenant_id = here) AS is_here, array_agg(DISTINCT e.period_id) AS periods, bool_and(e.is_timely) AS is_timely,
         bool_and(e.recorded_by_id IS NULL OR EXISTS (SELECT 1 FROM organisations_user u WHERE u.id = e.recorded_by_id))
           AS is_by_people INTO named
    FROM (SELECT tenant_id, period_id, recorded_by_id,
                 bool_and(CASE state WHEN 'posted' THEN posted_at BETWEEN now() AND clock_timestamp()
                                     ELSE posted_at IS NULL END) AS is_timely
          FROM new_entries GROUP BY 1, 2, 3) e;
  IF named.periods IS NULL THEN RETURN NULL; END IF;
  IF named.is_here IS NOT TRUE THEN
    RAISE EXCEPTION 'these books are not open' USING ERRCODE = 'foreign_key_violation';
  END IF;
  IF NOT named.is_by_people THEN
    RAISE EXCEPTION 'nobody has the number that recorded an entry' USING ERRCODE = 'foreign_key_violation';
  END IF;
  IF named.is_timely IS NOT TRUE THEN
    RAISE EXCEPTION 'an entry is posted at the time of its posting' USING ERRCODE = 'check_violation', DETAIL = 'entry_untimely';
  END IF;
  PERFORM 1 FROM ledger_period p WHERE p.tenant_id = here AND p.id = ANY(named.periods) ORDER BY p.id FOR KEY SHARE;
  SELECT e.entry_date, p.id IS NULL OR e.entry_date NOT BETWEEN p.first_day AND p.last_day AS is_outside INTO bad
    FROM (SELECT DISTINCT period_id, entry_date, state FROM new_entries) e
    LEFT JOIN ledger_period p ON p.tenant_id = here AND p.id = e.period_id
    WHERE p.id IS NULL OR e.entry_date NOT BETWEEN p.first_day AND p.last_day
       OR (e.state = 'posted' AND p.state <> 'open')
    LIMIT 1;
  IF bad.is_outside THEN
    RAISE EXCEPTION 'the entry date % lies outside of the period', bad.entry_date
      USING ERRCODE = 'check_violation', DETAIL = 'entry_outside_period';
  ELSIF FOUND THEN
    RAISE EXCEPTION 'the period of % is closed', bad.entry_date
      USING ERRCODE = 'restrict_violation', DETAIL = 'period_closed';
  END IF;
  IF EXISTS (SELECT 1 FROM new_entries e LEFT JOIN LATERAL (
               SELECT l.id FROM ledger_journalline l
               WHERE l.tenant_id = here AND l.entry_id BETWEEN e.id AND e.id
               ORDER BY l.entry_id, l.position LIMIT 1) l ON true
             WHERE e.state = 'posted' AND l.id IS NULL) THEN
    RAISE EXCEPTION 'a posted entry came without lines'
      USING ERRCODE = 'check_violation', DETAIL = 'entry_unbalanced';
  END IF;
  RETURN NULL;
END $$;

-- The record of an entry as jsonb writes it: keys by length, then by letters; what is not known is left out. Written at
-- once as text it is hashed as it stands and read into jsonb a single time, at half the cost of building jsonb bottom up
-- and writing that as text. That both ways tell the same is proved by check-books: the digest is that of the stored
-- text, and the facts are those of ledger_entry_facts.
CREATE FUNCTION ledger_entry_record(entry ledger_journalentry, lines text) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT concat('{"id": ', entry.id, ', "kind": ', to_json(entry.kind), ', "year": ' || entry.year,
    ', "lines": ', lines, ', "state": ', to_json(entry.state), ', "series": ', to_json(entry.series),
    ', "sequence": ' || entry.sequence, ', "vat_date": ' || to_json(entry.vat_date), ', "period_id": ', entry.period_id,
    ', "source_id": ' || entry.source_id, ', "entry_date": ', to_json(entry.entry_date),
    ', "service_to": ' || to_json(entry.service_to), ', "recorded_at": ', to_json(entry.recorded_at),
    ', "reverses_id": ' || entry.reverses_id, ', "source_type": ', to_json(entry.source_type),
    ', "is_automatic": ', to_json(entry.is_automatic), ', "service_from": ' || to_json(entry.service_from),
    ', "document_date": ', to_json(entry.document_date), ', "recorded_by_id": ' || entry.recorded_by_id,
    ', "document_number": ', to_json(entry.document_number), '}')
$$;

-- json_build_array writes what jsonb writes, but for the facts of ledger_line_facts.
CREATE FUNCTION ledger_line_record(line ledger_journalline) RETURNS json LANGUAGE sql STABLE AS $$
  SELECT json_build_array(line.position, line.account_id, line.party_id, line.project_id, line.sphere, line.tax_code,
                          line.tax_base, line.tax_amount, line.currency, line.amount, line.amount_base, line.text)
$$;

-- All lines of a posted entry arrive in one statement, counted from 1: whoever adds some later meets its line 1.
CREATE OR REPLACE FUNCTION ledger_lines_arrived() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE named record; bad record; here bigint := app_tenant(); held bigint; this_link bigint; this_verb text;
  secret bytea := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
BEGIN
  SELECT bool_and(n.tenant_id = here) AS is_here, bool_or(n.is_posted) AS has_posted, bool_and(n.is_posted) AS all_posted,
         array_agg(DISTINCT n.account_id) AS accounts,
         array_agg(DISTINCT n.party_id) FILTER (WHERE n.party_id IS NOT NULL) AS parties,
         array_agg(DISTINCT n.project_id) FILTER (WHERE n.project_id IS NOT NULL) AS projects INTO named
    FROM (SELECT DISTINCT tenant_id, is_posted, account_id, party_id, project_id FROM new_lines) n;
  IF named.accounts IS NULL THEN RETURN NULL; END IF;
  IF named.is_here IS NOT TRUE THEN
    RAISE EXCEPTION 'these books are not open' USING ERRCODE = 'foreign_key_violation';
  END IF;
  IF NOT named.all_posted THEN -- nobody posts or deletes the draft meanwhile
    PERFORM 1 FROM ledger_journalentry e WHERE e.tenant_id = here AND e.id = ANY
      (ARRAY(SELECT DISTINCT l.entry_id FROM new_lines l WHERE NOT l.is_posted)) ORDER BY e.id FOR SHARE;
  END IF;
  PERFORM 1 FROM ledger_account a WHERE a.tenant_id = here AND a.id = ANY(named.accounts) ORDER BY a.id FOR KEY SHARE;
  GET DIAGNOSTICS held = ROW_COUNT;
  IF held <> cardinality(named.accounts) THEN
    RAISE EXCEPTION 'a line names an account that is not there' USING ERRCODE = 'foreign_key_violation';
  END IF;
  IF named.parties IS NOT NULL THEN
    PERFORM 1 FROM contacts_party p WHERE p.tenant_id = here AND p.id = ANY(named.parties) ORDER BY p.id FOR KEY SHARE;
    GET DIAGNOSTICS held = ROW_COUNT;
    IF held <> cardinality(named.parties) THEN
      RAISE EXCEPTION 'a line names a party that is not there' USING ERRCODE = 'foreign_key_violation';
    END IF;
  END IF;
  IF named.projects IS NOT NULL THEN
    PERFORM 1 FROM projects_project p WHERE p.tenant_id = here AND p.id = ANY(named.projects)
      ORDER BY p.id FOR KEY SHARE;
    GET DIAGNOSTICS held = ROW_COUNT;
    IF held <> cardinality(named.projects) THEN
      RAISE EXCEPTION 'a line names a project that is not there' USING ERRCODE = 'foreign_key_violation';
    END IF;
  END IF;
  -- Salts come of a secret that nobody keeps: as good as one drawn for each event, and drawn once.
  this_link := audit_link();
  this_verb := coalesce(nullif(current_setting('app.verb', true), ''), 'ledger.entry.insert');
  WITH arrived AS MATERIALIZED (
    SELECT n.*, e.id, e.state, e.entry_date, ledger_entry_record(e, n.record) AS facts
    FROM (SELECT l.entry_id, sum(l.amount_base) AS total, count(*) AS lines,
                 bool_and(l.is_posted) AS posted, bool_or(l.is_posted) AS any_posted,
                 min(l.entry_date) AS first_day, max(l.entry_date) AS last_day,
                 min(l.position) <> 1 OR max(l.position) <> count(*) AS is_more,
                 json_agg(ledger_line_record(l) ORDER BY l.position)::text AS record
          FROM new_lines l GROUP BY 1) n
    LEFT JOIN LATERAL (SELECT h.* FROM ledger_journalentry h
                       WHERE h.tenant_id = here AND h.id BETWEEN n.entry_id AND n.entry_id
                       ORDER BY h.id LIMIT 1) e ON true
  ), recorded AS (
    INSERT INTO core_auditevent (tenant_id, link_id, verb, operation, object_type, object_id, details, salt, digest)
    SELECT here, this_link, this_verb, TG_OP, 'ledger.entry', id, facts::jsonb, salt,
           sha256(salt || convert_to(facts, 'UTF8'))
    FROM (SELECT id, facts, substr(sha256(secret || int8send(id)), 1, 16) AS salt FROM arrived
          WHERE id IS NOT NULL ORDER BY entry_id OFFSET 0) written
  )
  SELECT n.entry_id, n.total, n.lines, n.state, n.state = 'posted' AND n.is_more AS is_more INTO bad FROM arrived n
    WHERE n.state IS NULL OR n.posted IS DISTINCT FROM (n.state = 'posted') OR n.any_posted <> n.posted
       OR n.first_day <> n.entry_date OR n.last_day <> n.entry_date
       OR (n.state = 'posted' AND (n.total <> 0 OR n.lines < 2 OR n.is_more))
    LIMIT 1;
  IF FOUND THEN
    IF bad.state IS NULL THEN
      RAISE EXCEPTION 'there is no entry %', bad.entry_id USING ERRCODE = 'foreign_key_violation';
    ELSIF bad.is_more THEN
      RAISE EXCEPTION 'posted entry % takes no further lines', bad.entry_id
        USING ERRCODE = 'restrict_violation', DETAIL = 'entry_immutable';
    END IF;
    RAISE EXCEPTION 'entry % does not balance: % over % lines', bad.entry_id, bad.total, bad.lines
      USING ERRCODE = 'check_violation', DETAIL = 'entry_unbalanced';
  END IF;
  IF NOT named.has_posted THEN RETURN NULL; END IF;
  INSERT INTO ledger_accountmonth (tenant_id, account_id, month, debit, credit)
    SELECT here, account_id, date_trunc('month', entry_date)::date, sum(debit), sum(credit)
    FROM (SELECT account_id, entry_date, sum(greatest(amount_base, 0)) AS debit,
                 sum(greatest(-amount_base, 0)) AS credit
          FROM new_lines WHERE is_posted GROUP BY 1, 2) days GROUP BY 2, 3 ORDER BY 2, 3
    ON CONFLICT (tenant_id, account_id, month) DO UPDATE
      SET debit = ledger_accountmonth.debit + excluded.debit, credit = ledger_accountmonth.credit + excluded.credit;
  IF named.projects IS NOT NULL THEN
    INSERT INTO ledger_projectmonth (tenant_id, project_id, kind, month, debit, credit)
      SELECT here, l.project_id, a.kind, date_trunc('month', l.entry_date)::date, sum(l.debit), sum(l.credit)
      FROM (SELECT project_id, account_id, entry_date, sum(greatest(amount_base, 0)) AS debit,
                   sum(greatest(-amount_base, 0)) AS credit
            FROM new_lines WHERE is_posted AND project_id IS NOT NULL GROUP BY 1, 2, 3) l
      JOIN ledger_account a ON a.tenant_id = here AND a.id = l.account_id
      GROUP BY 2, 3, 4 ORDER BY 2, 3, 4
      ON CONFLICT (tenant_id, project_id, kind, month) DO UPDATE
        SET debit = ledger_projectmonth.debit + excluded.debit, credit = ledger_projectmonth.credit + excluded.credit;
  END IF;
  RETURN NULL;
END $$;

-- Implied by another key, or kept by the checks above and the guards of names_kept.sql.
ALTER TABLE ledger_journalentry
  DROP CONSTRAINT ledger_journalentry_tenant, DROP CONSTRAINT ledger_journalentry_period_id_fk;
ALTER TABLE ledger_journalline
  DROP CONSTRAINT ledger_journalline_tenant, DROP CONSTRAINT ledger_journalline_entry_id_fk,
  DROP CONSTRAINT ledger_journalline_account_id_fk, DROP CONSTRAINT ledger_journalline_party_id_fk,
  DROP CONSTRAINT ledger_journalline_project_id_fk;
