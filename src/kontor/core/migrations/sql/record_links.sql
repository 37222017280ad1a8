-- An event belongs to a link, and by its link to a tenant (docs/adr/0018). One statement proves it for all events that
-- arrive together; links and events never leave and never change their keys, so nothing needs to be locked.
-- This also keeps events out of links that are closed, which the key did not.
CREATE FUNCTION audit_events_arrived() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE loose bigint;
BEGIN
  SELECT e.link_id INTO loose FROM (SELECT DISTINCT tenant_id, link_id FROM new_events) e
    WHERE NOT EXISTS (SELECT 1 FROM core_auditlink k
                      WHERE k.tenant_id = e.tenant_id AND k.id = e.link_id AND k.number IS NULL);
  IF FOUND THEN
    RAISE EXCEPTION 'there is no open link % in these books', loose USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER events_arrived AFTER INSERT ON core_auditevent REFERENCING NEW TABLE AS new_events
  FOR EACH STATEMENT EXECUTE FUNCTION audit_events_arrived();

CREATE TRIGGER auditevent_key_kept BEFORE UPDATE OF tenant_id, id, link_id ON core_auditevent
  FOR EACH STATEMENT EXECUTE FUNCTION append_only('the audit record');
CREATE TRIGGER auditlink_key_kept BEFORE UPDATE OF tenant_id, id ON core_auditlink
  FOR EACH STATEMENT EXECUTE FUNCTION append_only('the audit record');

ALTER TABLE core_auditevent DROP CONSTRAINT core_auditevent_tenant, DROP CONSTRAINT core_auditevent_link_id_fk;

-- The events of a link in their order, as the chain reads them at every commit. Range and order say what an equality
-- would: to a planner whose statistics do not know a new tenant every index that begins with the tenant costs the same,
-- and it took the tenant's whole record in the order of ids. The order makes it take the link alone.
CREATE INDEX auditevent_of_link ON core_auditevent (tenant_id, link_id, id);
DROP INDEX core_auditevent_link_id_ix;
CREATE OR REPLACE FUNCTION audit_events_hash(tenant bigint, link bigint) RETURNS bytea LANGUAGE sql STABLE AS $$
  SELECT sha256(coalesce(string_agg(
    digest || convert_to(concat_ws('|', verb, operation, object_type, object_id), 'UTF8'), ''::bytea
    ORDER BY link_id, id), ''))
  FROM core_auditevent WHERE tenant_id = tenant AND link_id BETWEEN link AND link
$$;
