-- One run of the engine per tenant at a time; it covers proposing only (decisions.md 12).
CREATE FUNCTION matching_lock(tenant bigint) RETURNS void LANGUAGE sql AS $$
  SELECT pg_advisory_xact_lock(hashtextextended('matching:' || tenant, 0))
$$;
