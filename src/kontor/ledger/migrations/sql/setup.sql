-- Setting up: an account keeps its kind once it has lines, versions of a tax code never overlap, and the VAT regime
-- of a closed period stays.
GRANT UPDATE (kind, is_automatic, is_money) ON ledger_account TO kontor_app;
GRANT DELETE ON ledger_taxcode, ledger_vatregime, ledger_exchangerate TO kontor_app;

-- The monthly sums of projects carry the kind of their accounts, and carrying a year forward goes by it.
CREATE FUNCTION ledger_account_kind_kept() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM ledger_journalline l WHERE l.tenant_id = OLD.tenant_id AND l.account_id = OLD.id) THEN
    RAISE EXCEPTION 'account % has lines and keeps its kind', OLD.id
      USING ERRCODE = 'restrict_violation', DETAIL = 'account_kind_kept';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER account_kind_kept BEFORE UPDATE ON ledger_account FOR EACH ROW
  WHEN (OLD.kind IS DISTINCT FROM NEW.kind) EXECUTE FUNCTION ledger_account_kind_kept();

ALTER TABLE ledger_taxcode ADD CONSTRAINT taxcode_no_overlap
  EXCLUDE USING gist (tenant_id WITH =, code WITH =, daterange(valid_from, valid_to, '[]') WITH &&);

CREATE FUNCTION ledger_taxcode_kept() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM ledger_journalline l JOIN ledger_journalentry e ON e.tenant_id = l.tenant_id AND e.id = l.entry_id
             WHERE l.tenant_id = OLD.tenant_id AND l.tax_code = OLD.code
               AND coalesce(e.service_to, e.document_date) >= OLD.valid_from
               AND (OLD.valid_to IS NULL OR coalesce(e.service_to, e.document_date) <= OLD.valid_to)) THEN
    RAISE EXCEPTION 'tax code % of % has entries', OLD.code, OLD.valid_from
      USING ERRCODE = 'restrict_violation', DETAIL = 'taxcode_used';
  END IF;
  RETURN OLD;
END $$;
CREATE TRIGGER taxcode_kept BEFORE DELETE ON ledger_taxcode FOR EACH ROW EXECUTE FUNCTION ledger_taxcode_kept();

-- The key that posters hold and whoever closes takes alone: a period cannot close between this look and the commit.
CREATE FUNCTION ledger_regime_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE changed ledger_vatregime; closed date;
BEGIN
  IF TG_OP = 'DELETE' THEN changed := OLD; ELSE changed := NEW; END IF;
  PERFORM pg_advisory_xact_lock_shared(ledger_period_key(changed.tenant_id));
  SELECT max(p.last_day) INTO closed FROM ledger_period p
    WHERE p.tenant_id = changed.tenant_id AND p.state <> 'open' AND p.last_day >= changed.valid_from;
  IF closed IS NOT NULL THEN
    RAISE EXCEPTION 'the regime of % reaches into a closed period', changed.valid_from
      USING ERRCODE = 'restrict_violation', DETAIL = 'regime_closed';
  END IF;
  RETURN changed;
END $$;
CREATE TRIGGER regime_kept BEFORE INSERT OR DELETE ON ledger_vatregime FOR EACH ROW EXECUTE FUNCTION ledger_regime_kept();
