-- Whoever administers books administers the organisation; the first of them answers for it.
DO $$
DECLARE books record;
BEGIN
  FOR books IN SELECT id, organisation_id FROM organisations_tenant ORDER BY id LOOP
    PERFORM set_config('app.tenant', books.id::text, true);
    UPDATE organisations_membership m SET is_admin = true
      WHERE m.organisation_id = books.organisation_id AND m.state = 'active' AND m.user_id IN (
        SELECT a.user_id FROM organisations_roleassignment a
        JOIN organisations_role r ON r.tenant_id = a.tenant_id AND r.id = a.role_id
        WHERE a.tenant_id = books.id AND r.preset = 'administrator');
  END LOOP;
  PERFORM set_config('app.tenant', '', true);
  UPDATE organisations_organisation o SET main_admin_id = (
    SELECT min(m.user_id) FROM organisations_membership m WHERE m.organisation_id = o.id AND m.is_admin);
END $$;

-- The platform's record names what changed of a person, never the words: erasure must not be undone by it.
CREATE FUNCTION user_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE changed jsonb;
BEGIN
  SELECT jsonb_agg(n.key ORDER BY n.key) INTO changed FROM jsonb_each(to_jsonb(NEW)) n
    WHERE TG_OP = 'INSERT' OR n.value IS DISTINCT FROM to_jsonb(OLD) -> n.key;
  IF changed IS NULL OR changed = '["last_login"]' THEN RETURN NULL; END IF;
  INSERT INTO core_platformaudit (at, actor_id, operation, object_type, object_id, details)
  VALUES (clock_timestamp(), nullif(current_setting('app.actor', true), '')::bigint, TG_OP, 'organisations.user',
          NEW.id, jsonb_build_object('changed', changed));
  RETURN NULL;
END $$;
CREATE TRIGGER platform_audit AFTER INSERT OR UPDATE ON organisations_user
  FOR EACH ROW EXECUTE FUNCTION user_change();

CREATE TRIGGER platform_audit AFTER INSERT OR UPDATE OR DELETE ON organisations_plan
  FOR EACH ROW EXECUTE FUNCTION platform_change('organisations.plan');
CREATE TRIGGER platform_audit AFTER INSERT OR UPDATE OR DELETE ON organisations_subscription
  FOR EACH ROW EXECUTE FUNCTION platform_change('organisations.subscription');
CREATE TRIGGER platform_audit AFTER INSERT OR UPDATE OR DELETE ON organisations_activationcode
  FOR EACH ROW EXECUTE FUNCTION platform_change('organisations.activationcode');
