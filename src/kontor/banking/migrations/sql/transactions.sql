-- A transaction is what the bank said. The office changes only how it stands towards it; each such change is recorded.

CREATE FUNCTION banking_transaction_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.amount, NEW.currency, NEW.money_account_id, NEW.counterparty_iban, NEW.remittance)
     IS DISTINCT FROM (OLD.amount, OLD.currency, OLD.money_account_id, OLD.counterparty_iban, OLD.remittance) THEN
    RAISE EXCEPTION 'bank transaction % is what the bank said', OLD.id
      USING ERRCODE = 'restrict_violation', DETAIL = 'transaction_immutable';
  END IF;
  IF NEW.is_deleted AND NEW.allocated <> 0 THEN
    RAISE EXCEPTION 'bank transaction % is assigned', OLD.id
      USING ERRCODE = 'restrict_violation', DETAIL = 'transaction_assigned';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER transaction_guard BEFORE UPDATE ON banking_banktransaction
  FOR EACH ROW EXECUTE FUNCTION banking_transaction_guard();

-- Changes by people are recorded; the running sum of allocations is recorded by the allocations themselves.
CREATE FUNCTION banking_transaction_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE this_link bigint;
BEGIN
  IF NOT EXISTS (SELECT 1 FROM old_rows o JOIN new_rows n USING (tenant_id, id)
                 WHERE (o.relevance, o.is_deleted, o.parent_id) IS DISTINCT FROM (n.relevance, n.is_deleted, n.parent_id))
  THEN RETURN NULL; END IF;
  this_link := audit_link();
  INSERT INTO core_auditevent (tenant_id, link_id, verb, operation, object_type, object_id, details, salt, digest)
    SELECT tenant, this_link, coalesce(nullif(current_setting('app.verb', true), ''), TG_ARGV[0] || '.update'), TG_OP,
           TG_ARGV[0], object, facts, salt, sha256(salt || convert_to(facts::text, 'UTF8'))
    FROM (SELECT n.tenant_id AS tenant, n.id AS object, uuid_send(gen_random_uuid()) AS salt, jsonb_build_object(
            'relevance', jsonb_build_array(o.relevance, n.relevance),
            'is_deleted', jsonb_build_array(o.is_deleted, n.is_deleted),
            'parent_id', jsonb_build_array(o.parent_id, n.parent_id)) AS facts
          FROM old_rows o JOIN new_rows n USING (tenant_id, id)
          WHERE (o.relevance, o.is_deleted, o.parent_id) IS DISTINCT FROM (n.relevance, n.is_deleted, n.parent_id)
          ORDER BY n.id) changed;
  RETURN NULL;
END $$;
CREATE TRIGGER transaction_changed AFTER UPDATE ON banking_banktransaction
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION banking_transaction_changed('banking.transaction');
