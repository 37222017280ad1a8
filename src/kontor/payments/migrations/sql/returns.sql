-- Whether a list is booked as one is what its file says. An order that came back leaves its list like one that the bank
-- refused; when its return is taken back it lives again, and only then may an order come back to its list.
CREATE OR REPLACE FUNCTION payments_batch_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state = 'cancelled'
     OR (OLD.state = 'exported' AND (NEW.state = 'draft'
         OR (OLD.file_id, OLD.exported_at, OLD.exported_by_id) IS DISTINCT FROM (NEW.file_id, NEW.exported_at, NEW.exported_by_id)
         OR (OLD.money_account_id, OLD.execution_date, OLD.is_booked_as_one)
            IS DISTINCT FROM (NEW.money_account_id, NEW.execution_date, NEW.is_booked_as_one)))
     OR (OLD.year, OLD.sequence, OLD.currency) IS DISTINCT FROM (NEW.year, NEW.sequence, NEW.currency) THEN
    RAISE EXCEPTION 'payment list % no longer changes', OLD.id
      USING ERRCODE = 'restrict_violation', DETAIL = 'paymentbatch_kept';
  END IF;
  RETURN NEW;
END $$;

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
     OR (NEW.returned_on IS NULL AND NEW.return_reason <> '') THEN
    RAISE EXCEPTION 'order % of payment list % no longer changes', NEW.id, NEW.batch_id
      USING ERRCODE = 'restrict_violation', DETAIL = 'paymentbatch_kept';
  END IF;
  RETURN NEW;
END $$;

GRANT UPDATE (is_booked_as_one) ON payments_paymentbatch TO kontor_app;
GRANT UPDATE (returned_on, return_reason) ON payments_paymentorder TO kontor_app;
