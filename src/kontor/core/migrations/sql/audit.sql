-- The audit record: written by triggers, chained by hash.
-- One link per transaction: made at the first change, closed at commit. The setting is taken back with a savepoint.
CREATE FUNCTION audit_link() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE known bigint := nullif(current_setting('app.audit_link', true), '')::bigint;
BEGIN
  PERFORM 1 FROM core_auditlink WHERE tenant_id = app_tenant() AND id = known AND number IS NULL;
  IF FOUND THEN RETURN known; END IF;
  INSERT INTO core_auditlink (tenant_id, at, actor_id, request_id)
    VALUES (app_tenant(), clock_timestamp(), nullif(current_setting('app.actor', true), '')::bigint,
            coalesce(current_setting('app.request', true), ''))
    RETURNING id INTO known;
  PERFORM set_config('app.audit_link', known::text, true);
  RETURN known;
END $$;
REVOKE ALL ON FUNCTION audit_link() FROM PUBLIC;

CREATE FUNCTION audit_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  this_link bigint;
  this_verb text := coalesce(nullif(current_setting('app.verb', true), ''), TG_ARGV[0] || '.' || lower(TG_OP));
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NOT EXISTS (SELECT 1 FROM new_rows) THEN RETURN NULL; END IF;
    this_link := audit_link();
    INSERT INTO core_auditevent (tenant_id, link_id, verb, operation, object_type, object_id, details, salt, digest)
    SELECT tenant, this_link, this_verb, TG_OP, TG_ARGV[0], (facts ->> TG_ARGV[1])::bigint,
           facts, salt, sha256(salt || convert_to(facts::text, 'UTF8'))
    FROM (SELECT n.tenant_id AS tenant, to_jsonb(n) AS facts, uuid_send(gen_random_uuid()) AS salt
          FROM new_rows n ORDER BY n.id) changed;
  ELSIF TG_OP = 'DELETE' THEN
    IF NOT EXISTS (SELECT 1 FROM old_rows) THEN RETURN NULL; END IF;
    this_link := audit_link();
    INSERT INTO core_auditevent (tenant_id, link_id, verb, operation, object_type, object_id, details, salt, digest)
    SELECT tenant, this_link, this_verb, TG_OP, TG_ARGV[0], (facts ->> TG_ARGV[1])::bigint,
           facts, salt, sha256(salt || convert_to(facts::text, 'UTF8'))
    FROM (SELECT o.tenant_id AS tenant, to_jsonb(o) AS facts, uuid_send(gen_random_uuid()) AS salt
          FROM old_rows o ORDER BY o.id) changed;
  ELSE
    IF NOT EXISTS (SELECT 1 FROM old_rows o JOIN new_rows n USING (tenant_id, id) WHERE o IS DISTINCT FROM n) THEN
      RETURN NULL;
    END IF;
    this_link := audit_link();
    INSERT INTO core_auditevent (tenant_id, link_id, verb, operation, object_type, object_id, details, salt, digest)
    SELECT tenant, this_link, this_verb, TG_OP, TG_ARGV[0], object, facts, salt,
           sha256(salt || convert_to(facts::text, 'UTF8'))
    FROM (SELECT n.tenant_id AS tenant, (to_jsonb(n) ->> TG_ARGV[1])::bigint AS object,
                 (SELECT jsonb_object_agg(was.key, jsonb_build_array(was.value, is_now.value))
                  FROM jsonb_each(to_jsonb(o)) was JOIN jsonb_each(to_jsonb(n)) is_now USING (key)
                  WHERE was.value IS DISTINCT FROM is_now.value) AS facts,
                 uuid_send(gen_random_uuid()) AS salt
          FROM old_rows o JOIN new_rows n USING (tenant_id, id)
          WHERE o IS DISTINCT FROM n ORDER BY n.id) changed;
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION audit_events_hash(tenant bigint, link bigint) RETURNS bytea LANGUAGE sql STABLE AS $$
  SELECT sha256(coalesce(string_agg(
    digest || convert_to(concat_ws('|', verb, operation, object_type, object_id), 'UTF8'), ''::bytea ORDER BY id), ''))
  FROM core_auditevent WHERE tenant_id = tenant AND link_id = link
$$;

CREATE FUNCTION audit_link_hash(previous bytea, number bigint, at timestamptz, actor bigint, request text, events bytea)
RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
  SELECT sha256(previous || int8send(number) || convert_to(
    concat_ws('|', (extract(epoch FROM at) * 1000000)::bigint, coalesce(actor, 0), request), 'UTF8') || events)
$$;

CREATE FUNCTION audit_close() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE head record; events bytea; linked bytea;
BEGIN
  events := audit_events_hash(NEW.tenant_id, NEW.id);
  INSERT INTO core_audithead (tenant_id, number, hash) VALUES (NEW.tenant_id, 0, sha256(''))
    ON CONFLICT (tenant_id) DO NOTHING;
  SELECT h.number, h.hash INTO head FROM core_audithead h WHERE h.tenant_id = NEW.tenant_id FOR UPDATE;
  linked := audit_link_hash(head.hash, head.number + 1, NEW.at, NEW.actor_id, NEW.request_id, events);
  UPDATE core_auditlink SET number = head.number + 1, events_hash = events, previous_hash = head.hash, hash = linked
    WHERE tenant_id = NEW.tenant_id AND id = NEW.id;
  UPDATE core_audithead SET number = head.number + 1, hash = linked WHERE tenant_id = NEW.tenant_id;
  PERFORM set_config('app.audit_link', '', true);
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER audit_close AFTER INSERT ON core_auditlink
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_close();

CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_ARGV[0] USING ERRCODE = 'restrict_violation', DETAIL = 'append_only';
END $$;
CREATE TRIGGER auditevent_kept BEFORE TRUNCATE ON core_auditevent
  FOR EACH STATEMENT EXECUTE FUNCTION append_only('the audit record');
CREATE TRIGGER auditlink_kept BEFORE DELETE OR TRUNCATE ON core_auditlink
  FOR EACH STATEMENT EXECUTE FUNCTION append_only('the audit record');
CREATE TRIGGER auditevent_not_deleted BEFORE DELETE ON core_auditevent
  FOR EACH STATEMENT EXECUTE FUNCTION append_only('the audit record');

-- Erasure (Art. 17 GDPR) takes the words away and leaves the proof.
CREATE FUNCTION audit_erase(kind text, object bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE erased bigint;
BEGIN
  UPDATE core_auditevent SET details = NULL, salt = NULL
    WHERE tenant_id = app_tenant() AND object_type = kind AND object_id = object;
  GET DIAGNOSTICS erased = ROW_COUNT;
  RETURN erased;
END $$;
REVOKE ALL ON FUNCTION audit_erase(text, bigint) FROM PUBLIC;

-- Global tables: who changed organisations, tenants and memberships.
CREATE FUNCTION platform_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  INSERT INTO core_platformaudit (at, actor_id, operation, object_type, object_id, details)
  VALUES (clock_timestamp(), nullif(current_setting('app.actor', true), '')::bigint, TG_OP, TG_ARGV[0],
          coalesce(NEW.id, OLD.id),
          jsonb_build_object('was', to_jsonb(OLD) - 'password', 'is', to_jsonb(NEW) - 'password'));
  RETURN NULL;
END $$;
