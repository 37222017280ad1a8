-- The lookups of open items, one row each, so that a matching run finds its candidates by equality: array operators are
-- not leakproof and get no index under row-level security. Written by triggers only; a settled item has no rows.

CREATE TABLE openitems_itemkey (
  tenant_id bigint NOT NULL,
  key text COLLATE "C" NOT NULL,
  item_id bigint NOT NULL,
  CONSTRAINT openitems_itemkey_pkey PRIMARY KEY (tenant_id, key, item_id)
);
ALTER TABLE openitems_itemkey ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON openitems_itemkey USING (tenant_id = app_tenant()) WITH CHECK (tenant_id = app_tenant());
GRANT SELECT ON openitems_itemkey TO kontor_app, kontor_ops;

CREATE FUNCTION openitems_keys_arrived() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  INSERT INTO openitems_itemkey (tenant_id, key, item_id)
    SELECT DISTINCT n.tenant_id, k.key COLLATE "C", n.id FROM new_rows n CROSS JOIN unnest(n.keys) AS k(key)
    WHERE n.amount_open > 0 AND substr(k.key, 2, 1) = ':';
  RETURN NULL;
END $$;
CREATE TRIGGER keys_arrived AFTER INSERT ON openitems_openitem REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION openitems_keys_arrived();

CREATE FUNCTION openitems_keys_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE here bigint := app_tenant(); gone jsonb; come jsonb;
BEGIN
  SELECT jsonb_agg(DISTINCT jsonb_build_array(o.id, k.key)) INTO gone
    FROM old_rows o JOIN new_rows n USING (tenant_id, id) CROSS JOIN unnest(o.keys) AS k(key)
    WHERE o.amount_open > 0 AND (n.amount_open = 0 OR n.keys <> o.keys) AND substr(k.key, 2, 1) = ':';
  IF gone IS NOT NULL THEN
    DELETE FROM openitems_itemkey x USING jsonb_array_elements(gone) AS g(pair)
      WHERE x.tenant_id = here AND x.key = (g.pair->>1) COLLATE "C" AND x.item_id = (g.pair->>0)::bigint;
  END IF;
  SELECT jsonb_agg(DISTINCT jsonb_build_array(n.id, k.key)) INTO come
    FROM old_rows o JOIN new_rows n USING (tenant_id, id) CROSS JOIN unnest(n.keys) AS k(key)
    WHERE n.amount_open > 0 AND (o.amount_open = 0 OR n.keys <> o.keys) AND substr(k.key, 2, 1) = ':';
  IF come IS NOT NULL THEN
    INSERT INTO openitems_itemkey (tenant_id, key, item_id)
      SELECT here, (c.pair->>1) COLLATE "C", (c.pair->>0)::bigint FROM jsonb_array_elements(come) AS c(pair);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER keys_changed AFTER UPDATE ON openitems_openitem REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION openitems_keys_changed();
