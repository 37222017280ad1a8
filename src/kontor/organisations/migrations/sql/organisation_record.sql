-- The platform's record says by which act a row changed, and to which organisation it belongs. Whoever administers the
-- organisation may read it there; roles stand in it too, so that one page tells who could do what since when.
CREATE OR REPLACE FUNCTION platform_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE held jsonb := CASE TG_OP WHEN 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END; owner bigint; word text;
BEGIN
  IF TG_OP = 'UPDATE' AND to_jsonb(NEW) = to_jsonb(OLD) THEN RETURN NULL; END IF;
  owner := CASE WHEN TG_ARGV[0] = 'organisations.organisation' THEN (held ->> 'id')::bigint
                ELSE (held ->> 'organisation_id')::bigint END;
  IF owner IS NULL AND held ? 'tenant_id' THEN
    SELECT t.organisation_id INTO owner FROM organisations_tenant t WHERE t.id = (held ->> 'tenant_id')::bigint;
  END IF;
  IF TG_ARGV[0] = 'organisations.roleassignment' THEN
    SELECT r.name INTO word FROM organisations_role r
      WHERE r.tenant_id = (held ->> 'tenant_id')::bigint AND r.id = (held ->> 'role_id')::bigint;
  END IF;
  INSERT INTO core_platformaudit (at, actor_id, operation, object_type, object_id, details)
  VALUES (clock_timestamp(), nullif(current_setting('app.actor', true), '')::bigint, TG_OP, TG_ARGV[0],
          (held ->> 'id')::bigint,
          jsonb_strip_nulls(jsonb_build_object(
            'verb', nullif(current_setting('app.verb', true), ''), 'organisation', owner, 'word', word))
          || jsonb_build_object('was', to_jsonb(OLD) - 'password', 'is', to_jsonb(NEW) - 'password'));
  RETURN NULL;
END $$;

CREATE TRIGGER platform_audit AFTER INSERT OR DELETE ON organisations_roleassignment
  FOR EACH ROW EXECUTE FUNCTION platform_change('organisations.roleassignment');

CREATE INDEX platformaudit_of_organisation ON core_platformaudit ((details ->> 'organisation'), id DESC);
