-- Which kind of factor came or went, and by which act; never its secret.
CREATE FUNCTION second_factor_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE held mfa_authenticator;
BEGIN
  held := CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
  INSERT INTO core_platformaudit (at, actor_id, operation, object_type, object_id, details)
  VALUES (clock_timestamp(), nullif(current_setting('app.actor', true), '')::bigint, TG_OP, 'organisations.user',
          held.user_id,
          jsonb_strip_nulls(jsonb_build_object('verb', nullif(current_setting('app.verb', true), ''),
                                               'second_factor', held.type)));
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION second_factor_change() FROM PUBLIC;
CREATE TRIGGER platform_audit AFTER INSERT OR DELETE ON mfa_authenticator
  FOR EACH ROW EXECUTE FUNCTION second_factor_change();
