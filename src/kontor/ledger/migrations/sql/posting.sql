-- What the journal promises even when Python is killed, wrong or bypassed: trust.md §4, I1 to I4.

CREATE FUNCTION ledger_period_key(tenant bigint) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT hashtextextended('period:' || tenant, 0) $$;

ALTER TABLE ledger_period ADD CONSTRAINT period_no_overlap
  EXCLUDE USING gist (tenant_id WITH =, daterange(first_day, last_day, '[]') WITH &&);
ALTER TABLE ledger_fiscalyear ADD CONSTRAINT fiscalyear_no_overlap
  EXCLUDE USING gist (tenant_id WITH =, daterange(first_day, last_day, '[]') WITH &&);

-- Posters hold the key shared, whoever closes takes it alone: FOR SHARE on the row let entries slip in behind the close.
-- The time is given under the key, and what arrived is checked by one statement each: a trigger per row costs more.
CREATE FUNCTION ledger_hold_periods() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(ledger_period_key(app_tenant()));
  RETURN NULL;
END $$;
CREATE TRIGGER hold_periods BEFORE INSERT ON ledger_journalentry
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_hold_periods();

CREATE FUNCTION ledger_stamp_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.posted_at := clock_timestamp();
  RETURN NEW;
END $$;
CREATE TRIGGER stamp_entry BEFORE INSERT ON ledger_journalentry
  FOR EACH ROW WHEN (NEW.state = 'posted') EXECUTE FUNCTION ledger_stamp_entry();

-- A posted entry arrives with its lines, in one statement: here it must have some, and they answer for their sum.
CREATE FUNCTION ledger_entries_arrived() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE bad record;
BEGIN
  SELECT e.entry_date, p.id IS NULL OR e.entry_date NOT BETWEEN p.first_day AND p.last_day AS is_outside INTO bad
    FROM (SELECT DISTINCT tenant_id, period_id, entry_date, state FROM new_entries) e
    LEFT JOIN ledger_period p ON p.tenant_id = e.tenant_id AND p.id = e.period_id
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
  SELECT e.id INTO bad FROM new_entries e WHERE e.state = 'posted' AND
    (SELECT l.id FROM ledger_journalline l WHERE l.tenant_id = e.tenant_id AND l.entry_id = e.id LIMIT 1) IS NULL LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'entry % came without lines', bad.id USING ERRCODE = 'check_violation', DETAIL = 'entry_unbalanced';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER entries_arrived AFTER INSERT ON ledger_journalentry REFERENCING NEW TABLE AS new_entries
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_entries_arrived();

CREATE FUNCTION ledger_entry_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE span record;
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.state <> 'draft' THEN
      RAISE EXCEPTION 'posted entry % stays', OLD.id USING ERRCODE = 'restrict_violation', DETAIL = 'entry_immutable';
    ELSIF EXISTS (SELECT 1 FROM ledger_journalline l WHERE l.tenant_id = OLD.tenant_id AND l.entry_id = OLD.id) THEN
      RAISE EXCEPTION 'entry % still has lines', OLD.id USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN OLD;
  END IF;
  IF (NEW.tenant_id, NEW.id) <> (OLD.tenant_id, OLD.id) THEN
    RAISE EXCEPTION 'entry % keeps its key', OLD.id USING ERRCODE = 'foreign_key_violation';
  END IF;
  PERFORM pg_advisory_xact_lock_shared(ledger_period_key(NEW.tenant_id));
  SELECT state, first_day, last_day INTO span FROM ledger_period
    WHERE tenant_id = NEW.tenant_id AND id = NEW.period_id;
  IF NOT FOUND OR NEW.entry_date NOT BETWEEN span.first_day AND span.last_day THEN
    RAISE EXCEPTION 'the entry date % lies outside of the period', NEW.entry_date
      USING ERRCODE = 'check_violation', DETAIL = 'entry_outside_period';
  END IF;
  IF OLD.state = 'posted' THEN
    IF span.state = 'committed' OR (to_jsonb(NEW) - 'text') IS DISTINCT FROM (to_jsonb(OLD) - 'text') THEN
      RAISE EXCEPTION 'posted entry % is immutable', OLD.id
        USING ERRCODE = 'restrict_violation', DETAIL = 'entry_immutable';
    END IF;
    RETURN NEW;
  END IF;
  IF NEW.state = 'posted' THEN
    IF span.state <> 'open' THEN
      RAISE EXCEPTION 'the period of % is closed', NEW.entry_date
        USING ERRCODE = 'restrict_violation', DETAIL = 'period_closed';
    END IF;
    NEW.posted_at := clock_timestamp();
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER entry_guard BEFORE UPDATE OR DELETE ON ledger_journalentry
  FOR EACH ROW EXECUTE FUNCTION ledger_entry_guard();

-- What the record keeps of an entry; named one by one, since taking three fields out of to_jsonb(entry) costs four times.
CREATE FUNCTION ledger_entry_facts(entry ledger_journalentry, lines jsonb) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'id', entry.id, 'state', entry.state, 'series', entry.series, 'year', entry.year, 'sequence', entry.sequence,
    'period_id', entry.period_id, 'entry_date', entry.entry_date, 'document_date', entry.document_date,
    'document_number', entry.document_number, 'service_from', entry.service_from, 'service_to', entry.service_to,
    'vat_date', entry.vat_date, 'kind', entry.kind, 'source_type', entry.source_type, 'source_id', entry.source_id,
    'is_automatic', entry.is_automatic, 'reverses_id', entry.reverses_id, 'recorded_at', entry.recorded_at,
    'recorded_by_id', entry.recorded_by_id, 'lines', lines)
$$;

CREATE FUNCTION ledger_line_facts(line ledger_journalline) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_array(line.position, line.account_id, line.party_id, line.project_id, line.sphere, line.tax_code,
                           line.tax_base, line.tax_amount, line.currency, line.amount, line.amount_base)
$$;

-- All lines of a posted entry arrive in one statement, counted from 1: whoever adds some later meets its line 1.
CREATE FUNCTION ledger_lines_arrived() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE bad record; this_link bigint;
BEGIN
  IF NOT EXISTS (SELECT 1 FROM new_lines) THEN RETURN NULL; END IF;
  IF EXISTS (SELECT 1 FROM new_lines WHERE NOT is_posted) THEN -- nobody posts or deletes the draft meanwhile
    PERFORM 1 FROM ledger_journalentry e WHERE e.tenant_id = app_tenant() AND e.id = ANY
      (ARRAY(SELECT DISTINCT l.entry_id FROM new_lines l WHERE NOT l.is_posted ORDER BY 1)) ORDER BY e.id FOR SHARE;
    PERFORM 1 FROM ledger_account a WHERE a.tenant_id = app_tenant() AND a.id = ANY
      (ARRAY(SELECT DISTINCT l.account_id FROM new_lines l WHERE NOT l.is_posted)) ORDER BY a.id FOR KEY SHARE;
  END IF;
  SELECT n.entry_id, n.total, n.lines, e.state, e.state = 'posted' AND n.is_more AS is_more INTO bad
    FROM (SELECT l.tenant_id, l.entry_id, sum(l.amount_base) AS total, count(*) AS lines,
                 bool_and(l.is_posted) AS posted, bool_or(l.is_posted) AS any_posted,
                 min(l.entry_date) AS first_day, max(l.entry_date) AS last_day,
                 min(l.position) <> 1 OR max(l.position) <> count(*) AS is_more
          FROM new_lines l GROUP BY 1, 2) n
    LEFT JOIN LATERAL (SELECT h.state, h.entry_date FROM ledger_journalentry h
                       WHERE h.tenant_id = n.tenant_id AND h.id = n.entry_id LIMIT 1) e ON true
    WHERE e.state IS NULL OR n.posted IS DISTINCT FROM (e.state = 'posted') OR n.any_posted <> n.posted
       OR n.first_day <> e.entry_date OR n.last_day <> e.entry_date
       OR (e.state = 'posted' AND (n.total <> 0 OR n.lines < 2 OR n.is_more))
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
  SELECT l.account_id INTO bad FROM (SELECT DISTINCT tenant_id, account_id FROM new_lines) l
    WHERE NOT EXISTS (SELECT 1 FROM ledger_account a WHERE a.tenant_id = l.tenant_id AND a.id = l.account_id);
  IF FOUND THEN
    RAISE EXCEPTION 'there is no account %', bad.account_id USING ERRCODE = 'foreign_key_violation';
  END IF;
  INSERT INTO ledger_accountmonth (tenant_id, account_id, month, debit, credit)
    SELECT tenant_id, account_id, date_trunc('month', entry_date)::date, sum(debit), sum(credit)
    FROM (SELECT tenant_id, account_id, entry_date, sum(greatest(amount_base, 0)) AS debit,
                 sum(greatest(-amount_base, 0)) AS credit
          FROM new_lines WHERE is_posted GROUP BY 1, 2, 3) days GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    ON CONFLICT (tenant_id, account_id, month) DO UPDATE
      SET debit = ledger_accountmonth.debit + excluded.debit, credit = ledger_accountmonth.credit + excluded.credit;
  INSERT INTO ledger_projectmonth (tenant_id, project_id, kind, month, debit, credit)
    SELECT l.tenant_id, l.project_id, a.kind, date_trunc('month', l.entry_date)::date, sum(l.debit), sum(l.credit)
    FROM (SELECT tenant_id, project_id, account_id, entry_date, sum(greatest(amount_base, 0)) AS debit,
                 sum(greatest(-amount_base, 0)) AS credit
          FROM new_lines WHERE is_posted AND project_id IS NOT NULL GROUP BY 1, 2, 3, 4) l
    JOIN ledger_account a ON a.tenant_id = l.tenant_id AND a.id = l.account_id
    GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
    ON CONFLICT (tenant_id, project_id, kind, month) DO UPDATE
      SET debit = ledger_projectmonth.debit + excluded.debit, credit = ledger_projectmonth.credit + excluded.credit;
  this_link := audit_link();
  INSERT INTO core_auditevent (tenant_id, link_id, verb, operation, object_type, object_id, details, salt, digest)
    SELECT tenant, this_link, coalesce(nullif(current_setting('app.verb', true), ''), 'ledger.entry.insert'), TG_OP,
           'ledger.entry', object, facts, salt, sha256(salt || convert_to(facts::text, 'UTF8'))
    FROM (SELECT e.tenant_id AS tenant, e.id AS object, ledger_entry_facts(e, n.lines) AS facts,
                 uuid_send(gen_random_uuid()) AS salt
          FROM (SELECT l.tenant_id, l.entry_id, jsonb_agg(ledger_line_facts(l) ORDER BY l.position) AS lines
                FROM new_lines l GROUP BY 1, 2) n
          CROSS JOIN LATERAL (SELECT h.* FROM ledger_journalentry h
                              WHERE h.tenant_id = n.tenant_id AND h.id = n.entry_id LIMIT 1) e ORDER BY n.entry_id) written;
  RETURN NULL;
END $$;
CREATE TRIGGER lines_arrived AFTER INSERT ON ledger_journalline REFERENCING NEW TABLE AS new_lines
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_lines_arrived();

CREATE FUNCTION ledger_line_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.is_posted THEN
    RAISE EXCEPTION 'a posted line stays' USING ERRCODE = 'restrict_violation', DETAIL = 'entry_immutable';
  END IF;
  RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER line_guard BEFORE UPDATE OR DELETE ON ledger_journalline
  FOR EACH ROW EXECUTE FUNCTION ledger_line_guard();

-- A draft becomes posted: its lines are checked, marked and counted.
CREATE FUNCTION ledger_draft_posted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE total numeric; lines bigint; is_counted boolean;
BEGIN
  SELECT coalesce(sum(amount_base), 0), count(*), min(position) = 1 AND max(position) = count(*)
    INTO total, lines, is_counted FROM ledger_journalline
    WHERE tenant_id = NEW.tenant_id AND entry_id = NEW.id;
  IF total <> 0 OR lines < 2 OR NOT is_counted THEN
    RAISE EXCEPTION 'entry % does not balance: % over % lines', NEW.id, total, lines
      USING ERRCODE = 'check_violation', DETAIL = 'entry_unbalanced';
  END IF;
  UPDATE ledger_journalline SET is_posted = true, entry_date = NEW.entry_date
    WHERE tenant_id = NEW.tenant_id AND entry_id = NEW.id;
  INSERT INTO ledger_accountmonth (tenant_id, account_id, month, debit, credit)
    SELECT tenant_id, account_id, date_trunc('month', NEW.entry_date)::date,
           sum(greatest(amount_base, 0)), sum(greatest(-amount_base, 0))
    FROM ledger_journalline WHERE tenant_id = NEW.tenant_id AND entry_id = NEW.id GROUP BY 1, 2, 3 ORDER BY 2, 3
    ON CONFLICT (tenant_id, account_id, month) DO UPDATE
      SET debit = ledger_accountmonth.debit + excluded.debit, credit = ledger_accountmonth.credit + excluded.credit;
  INSERT INTO ledger_projectmonth (tenant_id, project_id, kind, month, debit, credit)
    SELECT l.tenant_id, l.project_id, a.kind, date_trunc('month', NEW.entry_date)::date,
           sum(greatest(l.amount_base, 0)), sum(greatest(-l.amount_base, 0))
    FROM ledger_journalline l JOIN ledger_account a ON a.tenant_id = l.tenant_id AND a.id = l.account_id
    WHERE l.tenant_id = NEW.tenant_id AND l.entry_id = NEW.id AND l.project_id IS NOT NULL
    GROUP BY 1, 2, 3, 4 ORDER BY 2, 3, 4
    ON CONFLICT (tenant_id, project_id, kind, month) DO UPDATE
      SET debit = ledger_projectmonth.debit + excluded.debit, credit = ledger_projectmonth.credit + excluded.credit;
  RETURN NULL;
END $$;
CREATE TRIGGER draft_posted AFTER UPDATE ON ledger_journalentry FOR EACH ROW
  WHEN (OLD.state = 'draft' AND NEW.state = 'posted') EXECUTE FUNCTION ledger_draft_posted();

CREATE FUNCTION ledger_period_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    PERFORM pg_advisory_xact_lock(ledger_period_key(OLD.tenant_id));
    IF EXISTS (SELECT 1 FROM ledger_journalentry e WHERE e.tenant_id = OLD.tenant_id AND e.period_id = OLD.id) THEN
      RAISE EXCEPTION 'period % has entries', OLD.id USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN OLD;
  ELSIF (NEW.tenant_id, NEW.id) <> (OLD.tenant_id, OLD.id) THEN
    RAISE EXCEPTION 'period % keeps its key', OLD.id USING ERRCODE = 'foreign_key_violation';
  ELSIF OLD.state = NEW.state THEN
    RETURN NEW;
  END IF;
  IF OLD.state = 'committed' OR (OLD.state = 'open' AND NEW.state = 'committed') THEN
    RAISE EXCEPTION 'a period goes from % to % by no known step', OLD.state, NEW.state
      USING ERRCODE = 'restrict_violation', DETAIL = 'period_step';
  END IF;
  PERFORM pg_advisory_xact_lock(ledger_period_key(NEW.tenant_id));
  NEW.state_at := clock_timestamp();
  RETURN NEW;
END $$;
CREATE TRIGGER period_guard BEFORE UPDATE OR DELETE ON ledger_period FOR EACH ROW EXECUTE FUNCTION ledger_period_guard();

-- An account with lines stays. New posted lines hold it by its monthly sums, drafts by a lock: ledger_lines_arrived.
CREATE FUNCTION ledger_account_kept() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM ledger_journalline l WHERE l.tenant_id = OLD.tenant_id AND l.account_id = OLD.id) THEN
    RAISE EXCEPTION 'account % has lines', OLD.id USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER account_kept AFTER DELETE ON ledger_account FOR EACH ROW EXECUTE FUNCTION ledger_account_kept();
CREATE TRIGGER account_key_kept AFTER UPDATE ON ledger_account FOR EACH ROW
  WHEN ((OLD.tenant_id, OLD.id) IS DISTINCT FROM (NEW.tenant_id, NEW.id)) EXECUTE FUNCTION ledger_account_kept();

-- Indexes that begin like another one, or that hold mostly nothing.
DROP INDEX ledger_journalline_entry_id_ix, ledger_journalline_account_id_ix, ledger_journalline_party_id_ix,
  ledger_journalline_project_id_ix, ledger_journalentry_reverses_id_ix, ledger_journalentry_period_id_ix;
CREATE INDEX ledger_journalline_party_id_ix ON ledger_journalline (tenant_id, party_id) WHERE party_id IS NOT NULL;
CREATE INDEX ledger_journalline_project_id_ix ON ledger_journalline (tenant_id, project_id) WHERE project_id IS NOT NULL;
