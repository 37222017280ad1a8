-- An order whose own payment holds is done: it keeps the day of it and lets go of its item, which something else opened
-- again. An order that left its list was not carried out.
CREATE OR REPLACE FUNCTION payments_order_stays() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE state_now text;
BEGIN
  SELECT b.state INTO state_now FROM payments_paymentbatch b
    WHERE b.tenant_id = NEW.tenant_id AND b.id = NEW.batch_id FOR SHARE;
  IF (OLD.is_removed AND NOT NEW.is_removed AND (OLD.returned_on IS NULL OR NEW.returned_on IS NOT NULL))
     OR (OLD.rejected_on IS NOT NULL AND OLD.rejected_on IS DISTINCT FROM NEW.rejected_on)
     OR (NEW.rejected_on IS NOT NULL AND (state_now = 'draft' OR NOT NEW.is_removed))
     OR (NEW.returned_on IS NOT NULL AND NOT NEW.is_removed)
     OR (NEW.returned_on IS NULL AND NEW.return_reason <> '')
     OR (NEW.carried_out_on IS NOT NULL AND NEW.is_removed) THEN
    RAISE EXCEPTION 'order % of payment list % no longer changes', NEW.id, NEW.batch_id
      USING ERRCODE = 'restrict_violation', DETAIL = 'paymentbatch_kept';
  END IF;
  RETURN NEW;
END $$;

GRANT UPDATE (carried_out_on) ON payments_paymentorder TO kontor_app;
GRANT UPDATE (settled_at) ON payments_paymentbatch TO kontor_app;
