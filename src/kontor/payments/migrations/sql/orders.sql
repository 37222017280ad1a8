-- What an exported list says stays: account, day and number too; an order that was taken off does not come back, and
-- only an order that the bank had can be called refused.
CREATE OR REPLACE FUNCTION payments_batch_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state = 'cancelled'
     OR (OLD.state = 'exported' AND (NEW.state = 'draft'
         OR (OLD.file_id, OLD.exported_at, OLD.exported_by_id) IS DISTINCT FROM (NEW.file_id, NEW.exported_at, NEW.exported_by_id)
         OR (OLD.money_account_id, OLD.execution_date) IS DISTINCT FROM (NEW.money_account_id, NEW.execution_date)))
     OR (OLD.year, OLD.sequence, OLD.currency) IS DISTINCT FROM (NEW.year, NEW.sequence, NEW.currency) THEN
    RAISE EXCEPTION 'payment list % no longer changes', OLD.id
      USING ERRCODE = 'restrict_violation', DETAIL = 'paymentbatch_kept';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION payments_order_stays() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE state_now text;
BEGIN
  SELECT b.state INTO state_now FROM payments_paymentbatch b
    WHERE b.tenant_id = NEW.tenant_id AND b.id = NEW.batch_id FOR SHARE;
  IF (OLD.is_removed AND NOT NEW.is_removed)
     OR (OLD.rejected_on IS NOT NULL AND OLD.rejected_on IS DISTINCT FROM NEW.rejected_on)
     OR (NEW.rejected_on IS NOT NULL AND (state_now = 'draft' OR NOT NEW.is_removed)) THEN
    RAISE EXCEPTION 'order % of payment list % no longer changes', NEW.id, NEW.batch_id
      USING ERRCODE = 'restrict_violation', DETAIL = 'paymentbatch_kept';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER order_stays BEFORE UPDATE ON payments_paymentorder FOR EACH ROW EXECUTE FUNCTION payments_order_stays();

GRANT UPDATE (execution_date, money_account_id) ON payments_paymentbatch TO kontor_app;
GRANT UPDATE (rejected_on) ON payments_paymentorder TO kontor_app;
