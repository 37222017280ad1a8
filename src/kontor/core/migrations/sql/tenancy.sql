-- Tells PostgreSQL whose books are open and who acts.
CREATE FUNCTION app_tenant() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT nullif(current_setting('app.tenant', true), '')::bigint $$;

CREATE FUNCTION set_tenant(tenant bigint, actor bigint, request text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF app_tenant() <> tenant THEN
    RAISE EXCEPTION 'another tenant is open' USING ERRCODE = 'insufficient_privilege', DETAIL = 'other_tenant_open';
  END IF;
  PERFORM set_config('app.tenant', tenant::text, true),
          set_config('app.actor', coalesce(actor::text, ''), true),
          set_config('app.request', coalesce(request, ''), true),
          set_config('app.verb', '', true);
END $$;

CREATE FUNCTION begin_act(verb text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  IF coalesce(current_setting('app.verb', true), '') <> '' THEN RETURN false; END IF;
  PERFORM set_config('app.verb', verb, true);
  RETURN true;
END $$;

CREATE FUNCTION end_act() RETURNS void LANGUAGE sql AS $$ SELECT set_config('app.verb', '', true) $$;
