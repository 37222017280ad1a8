-- An exported list is what the bank was given: no order joins or leaves it, its file stays, it can only be given up.
CREATE FUNCTION payments_order_kept() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE state_now text;
BEGIN
  SELECT b.state INTO state_now FROM payments_paymentbatch b
    WHERE b.tenant_id = NEW.tenant_id AND b.id = NEW.batch_id FOR SHARE;
  IF TG_OP = 'INSERT' AND state_now <> 'draft' THEN
    RAISE EXCEPTION 'payment list % no longer changes', NEW.batch_id
      USING ERRCODE = 'restrict_violation', DETAIL = 'paymentbatch_kept';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER order_kept BEFORE INSERT ON payments_paymentorder FOR EACH ROW EXECUTE FUNCTION payments_order_kept();

CREATE FUNCTION payments_batch_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state = 'cancelled' OR (OLD.state = 'exported' AND
     (NEW.state = 'draft' OR (OLD.file_id, OLD.exported_at) IS DISTINCT FROM (NEW.file_id, NEW.exported_at))) THEN
    RAISE EXCEPTION 'payment list % no longer changes', OLD.id
      USING ERRCODE = 'restrict_violation', DETAIL = 'paymentbatch_kept';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER batch_kept BEFORE UPDATE ON payments_paymentbatch FOR EACH ROW EXECUTE FUNCTION payments_batch_kept();
