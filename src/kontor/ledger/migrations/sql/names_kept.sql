-- What the journal names stays: by one statement over the distinct names instead of a key per row (docs/adr/0018).
-- Whoever inserts locks the named rows as the keys did, in the order of their ids; whoever deletes or renumbers one
-- waits for that lock and then meets the guard, which looks anew.

-- A guard sees only the open books, and only read committed lets it see what was committed while it waited.
CREATE FUNCTION ledger_check_removal(tenant bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF tenant IS DISTINCT FROM app_tenant() OR current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'what the journal may name is removed only in its own open books and under read committed'
      USING ERRCODE = 'restrict_violation', DETAIL = 'removal_unguarded';
  END IF;
END $$;

-- The row may be named by lines in the column TG_ARGV[0]; TG_ARGV[1] is what people call it.
CREATE FUNCTION ledger_named_kept() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE is_named boolean;
BEGIN
  PERFORM ledger_check_removal(OLD.tenant_id);
  EXECUTE format('SELECT EXISTS (SELECT 1 FROM ledger_journalline WHERE tenant_id = $1 AND %I = $2)', TG_ARGV[0])
    INTO is_named USING OLD.tenant_id, OLD.id;
  IF is_named THEN
    RAISE EXCEPTION '% % has lines', TG_ARGV[1], OLD.id USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NULL;
END $$;

DROP TRIGGER account_kept ON ledger_account;
DROP TRIGGER account_key_kept ON ledger_account;
DROP FUNCTION ledger_account_kept();
CREATE TRIGGER named_kept AFTER DELETE ON ledger_account
  FOR EACH ROW EXECUTE FUNCTION ledger_named_kept('account_id', 'account');
CREATE TRIGGER named_key_kept AFTER UPDATE ON ledger_account FOR EACH ROW
  WHEN ((OLD.tenant_id, OLD.id) IS DISTINCT FROM (NEW.tenant_id, NEW.id))
  EXECUTE FUNCTION ledger_named_kept('account_id', 'account');
CREATE TRIGGER named_kept AFTER DELETE ON contacts_party
  FOR EACH ROW EXECUTE FUNCTION ledger_named_kept('party_id', 'party');
CREATE TRIGGER named_key_kept AFTER UPDATE ON contacts_party FOR EACH ROW
  WHEN ((OLD.tenant_id, OLD.id) IS DISTINCT FROM (NEW.tenant_id, NEW.id))
  EXECUTE FUNCTION ledger_named_kept('party_id', 'party');
CREATE TRIGGER named_kept AFTER DELETE ON projects_project
  FOR EACH ROW EXECUTE FUNCTION ledger_named_kept('project_id', 'project');
CREATE TRIGGER named_key_kept AFTER UPDATE ON projects_project FOR EACH ROW
  WHEN ((OLD.tenant_id, OLD.id) IS DISTINCT FROM (NEW.tenant_id, NEW.id))
  EXECUTE FUNCTION ledger_named_kept('project_id', 'project');

-- A person who leaves is made nameless, never deleted: entries of every tenant may name them, and no tenant sees them all.
CREATE FUNCTION ledger_person_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'people stay: entries name them' USING ERRCODE = 'restrict_violation', DETAIL = 'person_kept';
END $$;
CREATE TRIGGER person_kept BEFORE DELETE ON organisations_user
  FOR EACH ROW EXECUTE FUNCTION ledger_person_kept();
CREATE TRIGGER person_key_kept BEFORE UPDATE OF id ON organisations_user
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_person_kept();
CREATE TRIGGER not_emptied BEFORE TRUNCATE ON organisations_user
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_person_kept();

CREATE FUNCTION ledger_not_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the journal names %, so they are not emptied', TG_ARGV[0]
    USING ERRCODE = 'restrict_violation', DETAIL = 'append_only';
END $$;
CREATE TRIGGER not_emptied BEFORE TRUNCATE ON ledger_account
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_not_emptied('accounts');
CREATE TRIGGER not_emptied BEFORE TRUNCATE ON ledger_period
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_not_emptied('periods');
CREATE TRIGGER not_emptied BEFORE TRUNCATE ON contacts_party
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_not_emptied('parties');
CREATE TRIGGER not_emptied BEFORE TRUNCATE ON projects_project
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_not_emptied('projects');
CREATE TRIGGER not_emptied BEFORE TRUNCATE ON ledger_journalentry
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_not_emptied('entries');

-- Lines of a draft are replaced, never renamed: an update would go past what is checked on arrival.
CREATE FUNCTION ledger_line_names_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a line keeps its key and what it names'
    USING ERRCODE = 'restrict_violation', DETAIL = 'entry_immutable';
END $$;
CREATE TRIGGER line_names_kept BEFORE UPDATE OF tenant_id, id, entry_id, account_id, party_id, project_id
  ON ledger_journalline FOR EACH STATEMENT EXECUTE FUNCTION ledger_line_names_kept();

CREATE OR REPLACE FUNCTION ledger_period_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    PERFORM ledger_check_removal(OLD.tenant_id), pg_advisory_xact_lock(ledger_period_key(OLD.tenant_id));
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

CREATE OR REPLACE FUNCTION ledger_entry_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE span record;
BEGIN
  IF TG_OP = 'DELETE' THEN
    PERFORM ledger_check_removal(OLD.tenant_id);
    IF OLD.state <> 'draft' THEN
      RAISE EXCEPTION 'posted entry % stays', OLD.id USING ERRCODE = 'restrict_violation', DETAIL = 'entry_immutable';
    ELSIF EXISTS (SELECT 1 FROM ledger_journalline l WHERE l.tenant_id = OLD.tenant_id AND l.entry_id = OLD.id) THEN
      RAISE EXCEPTION 'entry % still has lines', OLD.id USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN OLD;
  END IF;
  IF (NEW.tenant_id, NEW.id, NEW.recorded_by_id) IS DISTINCT FROM (OLD.tenant_id, OLD.id, OLD.recorded_by_id) THEN
    RAISE EXCEPTION 'entry % keeps its key and who recorded it', OLD.id USING ERRCODE = 'foreign_key_violation';
  END IF;
  PERFORM pg_advisory_xact_lock_shared(ledger_period_key(NEW.tenant_id));
  SELECT state, first_day, last_day INTO span FROM ledger_period
    WHERE tenant_id = NEW.tenant_id AND id = NEW.period_id FOR KEY SHARE;
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
