-- A settled or renamed item's lookups are found by index: a join on values taken out of a document is not leakproof, so
-- under row-level security it read all keys of the tenant for every posting. The columns of arrays are plain variables.

CREATE OR REPLACE FUNCTION openitems_keys_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE here bigint := app_tenant(); ids bigint[]; keys text[];
BEGIN
  SELECT array_agg(g.id), array_agg(g.key) INTO ids, keys FROM (
    SELECT DISTINCT o.id, k.key
      FROM old_rows o JOIN new_rows n USING (tenant_id, id) CROSS JOIN unnest(o.keys) AS k(key)
      WHERE o.amount_open > 0 AND (n.amount_open = 0 OR n.keys <> o.keys) AND substr(k.key, 2, 1) = ':') AS g;
  IF ids IS NOT NULL THEN
    DELETE FROM openitems_itemkey x USING unnest(ids, keys) AS g(item_id, key)
      WHERE x.tenant_id = here AND x.key = g.key COLLATE "C" AND x.item_id = g.item_id;
  END IF;
  SELECT array_agg(c.id), array_agg(c.key) INTO ids, keys FROM (
    SELECT DISTINCT n.id, k.key
      FROM old_rows o JOIN new_rows n USING (tenant_id, id) CROSS JOIN unnest(n.keys) AS k(key)
      WHERE n.amount_open > 0 AND (o.amount_open = 0 OR n.keys <> o.keys) AND substr(k.key, 2, 1) = ':') AS c;
  IF ids IS NOT NULL THEN
    INSERT INTO openitems_itemkey (tenant_id, key, item_id)
      SELECT here, c.key COLLATE "C", c.item_id FROM unnest(ids, keys) AS c(item_id, key);
  END IF;
  RETURN NULL;
END $$;
