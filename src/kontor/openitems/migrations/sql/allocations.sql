-- What open items promise even when Python is killed, wrong or bypassed: trust.md §4, I5 and the local form of I6.

CREATE FUNCTION openitems_negated(amounts bigint[]) RETURNS bigint[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT coalesce(array_agg(-part ORDER BY n), '{}') FROM unnest(amounts) WITH ORDINALITY u(part, n) $$;

CREATE FUNCTION openitems_added(one bigint[], other bigint[]) RETURNS bigint[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT coalesce(array_agg(coalesce(a, 0) + coalesce(b, 0) ORDER BY n), '{}')
        FROM unnest(one, other) WITH ORDINALITY u(a, b, n) $$;

-- An item is the image of its journal line: same control account's kind, party, side, currency and amounts, all open.
CREATE FUNCTION openitems_items_arrived() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE bad bigint; here bigint := app_tenant(); line_ids bigint[] := ARRAY(SELECT journal_line_id FROM new_rows);
BEGIN
  -- Arrays instead of joins with the new rows: these have no statistics, and a scan of the journal is the worst plan.
  SELECT n.id INTO bad FROM new_rows n
    JOIN ledger_journalline l ON l.tenant_id = here AND l.id = n.journal_line_id AND l.id = ANY(line_ids)
    JOIN ledger_account a ON a.tenant_id = here AND a.id = l.account_id
    WHERE a.control <> n.kind || 's' OR NOT l.is_posted OR l.party_id IS DISTINCT FROM n.party_id
       OR l.currency <> n.currency OR n.amount_open <> n.amount OR n.base_open <> n.amount_base OR n.differences <> 0
       OR (l.amount, l.amount_base) <>
          (CASE n.side WHEN 'debit' THEN n.amount ELSE -n.amount END,
           CASE n.side WHEN 'debit' THEN n.amount_base ELSE -n.amount_base END)
       OR n.undue_moved <> array_fill(0::bigint, ARRAY[jsonb_array_length(n.tax_split)])
    LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'open item % is not the image of its journal line', bad
      USING ERRCODE = 'check_violation', DETAIL = 'item_not_its_line';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER items_arrived AFTER INSERT ON openitems_openitem REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION openitems_items_arrived();

-- Terms and marks of an item are audited; the figures that follow its allocations are not, the allocations are.
CREATE FUNCTION openitems_terms_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE this_link bigint;
BEGIN
  IF NOT EXISTS (SELECT 1 FROM old_rows o JOIN new_rows n USING (tenant_id, id)
      WHERE (o.due_date, o.discounts, o.under_limit, o.over_limit, o.dunning_block, o.is_blocked, o.is_in_payment,
             o.is_returned, o.text, o."references")
        IS DISTINCT FROM (n.due_date, n.discounts, n.under_limit, n.over_limit, n.dunning_block, n.is_blocked,
             n.is_in_payment, n.is_returned, n.text, n."references")) THEN
    RETURN NULL;
  END IF;
  this_link := audit_link();
  INSERT INTO core_auditevent (tenant_id, link_id, verb, operation, object_type, object_id, details, salt, digest)
  SELECT tenant, this_link, coalesce(nullif(current_setting('app.verb', true), ''), 'openitems.item.update'), TG_OP,
         'openitems.item', object, facts, salt, sha256(salt || convert_to(facts::text, 'UTF8'))
  FROM (SELECT n.tenant_id AS tenant, n.id AS object,
               (SELECT jsonb_object_agg(was.key, jsonb_build_array(was.value, is_now.value))
                FROM jsonb_each(to_jsonb(o)) was JOIN jsonb_each(to_jsonb(n)) is_now USING (key)
                WHERE was.value IS DISTINCT FROM is_now.value) AS facts,
               uuid_send(gen_random_uuid()) AS salt
        FROM old_rows o JOIN new_rows n USING (tenant_id, id) WHERE o IS DISTINCT FROM n ORDER BY n.id) changed;
  RETURN NULL;
END $$;
CREATE TRIGGER terms_changed AFTER UPDATE ON openitems_openitem REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION openitems_terms_changed();

CREATE TRIGGER allocation_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON openitems_allocation
  FOR EACH STATEMENT EXECUTE FUNCTION append_only('an allocation');
CREATE TRIGGER openitem_kept BEFORE DELETE OR TRUNCATE ON openitems_openitem
  FOR EACH STATEMENT EXECUTE FUNCTION append_only('an open item');

-- An undo mirrors its row exactly; only a return brings another transaction.
CREATE FUNCTION openitems_allocations_arrived() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE bad record; here bigint := app_tenant(); items bigint[]; transactions bigint[]; entries bigint[]; reversed bigint[];
BEGIN
  IF NOT EXISTS (SELECT 1 FROM new_rows) THEN RETURN NULL; END IF;
  -- Arrays instead of joins with the new rows: these have no statistics, and a scan of the journal is the worst plan.
  SELECT coalesce(array_agg(DISTINCT item_id) FILTER (WHERE item_id IS NOT NULL), '{}'),
         coalesce(array_agg(DISTINCT transaction_id) FILTER (WHERE transaction_id IS NOT NULL), '{}'),
         array_agg(DISTINCT entry_id),
         coalesce(array_agg(DISTINCT reverses_id) FILTER (WHERE reverses_id IS NOT NULL), '{}')
    INTO items, transactions, entries, reversed FROM new_rows;
  PERFORM 1 FROM openitems_openitem WHERE tenant_id = here AND id = ANY(items) ORDER BY id FOR UPDATE;
  PERFORM 1 FROM banking_banktransaction WHERE tenant_id = here AND id = ANY(transactions) ORDER BY id FOR UPDATE;

  SELECT n.id INTO bad FROM new_rows n
    LEFT JOIN openitems_allocation o ON o.tenant_id = here AND o.id = n.reverses_id AND o.id = ANY(reversed)
    WHERE n.reverses_id IS NOT NULL AND (
      (n.kind, n.item_id, n.account_id, n.amount, n.amount_base, n.cash, n.cash_base, n.discount, n.difference)
        IS DISTINCT FROM
      (o.kind, o.item_id, o.account_id, -o.amount, -o.amount_base, -o.cash, -o.cash_base, -o.discount, -o.difference)
      OR n.moved IS DISTINCT FROM openitems_negated(o.moved)
      OR (n.transaction_id IS DISTINCT FROM o.transaction_id
          AND (n.transaction_id IS NULL OR o.transaction_id IS NULL)))
    LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'allocation % does not mirror what it reverses', bad.id
      USING ERRCODE = 'check_violation', DETAIL = 'allocation_not_mirror';
  END IF;

  SELECT n.id INTO bad FROM new_rows n
    LEFT JOIN openitems_openitem i ON i.tenant_id = here AND i.id = n.item_id AND i.id = ANY(items)
    LEFT JOIN banking_banktransaction t ON t.tenant_id = here AND t.id = n.transaction_id AND t.id = ANY(transactions)
    WHERE n.reverses_id IS NULL AND CASE
      WHEN n.item_id IS NULL THEN n.amount <> n.cash OR n.amount_base <> n.cash_base OR n.discount <> 0 OR n.difference <> 0
      ELSE n.amount <= 0 OR n.amount_base < 0 OR n.discount < 0
        OR (n.kind = 'payment') <> (n.transaction_id IS NOT NULL) OR n.kind = 'account'
        OR (n.transaction_id IS NULL AND n.cash <> 0)
        OR (t.currency = i.currency
            AND n.amount <> CASE i.side WHEN 'debit' THEN n.cash ELSE -n.cash END + n.discount + n.difference)
        OR cardinality(n.moved) <> jsonb_array_length(i.tax_split)
      END
    LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the parts of allocation % do not add up', bad.id
      USING ERRCODE = 'check_violation', DETAIL = 'allocation_wrong_sum';
  END IF;

  SELECT t.id INTO bad FROM banking_banktransaction t
    WHERE t.tenant_id = here AND t.id = ANY(transactions)
      AND t.id IN (SELECT n.transaction_id FROM new_rows n
                   LEFT JOIN openitems_allocation o ON o.tenant_id = here AND o.id = n.reverses_id AND o.id = ANY(reversed)
                   WHERE n.transaction_id IS DISTINCT FROM o.transaction_id)
      AND (t.is_deleted OR t.status <> 'booked'
           OR EXISTS (SELECT 1 FROM banking_banktransaction c WHERE c.tenant_id = here AND c.parent_id = t.id))
    LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'transaction % cannot be allocated', bad.id
      USING ERRCODE = 'restrict_violation', DETAIL = 'transaction_not_allocatable';
  END IF;

  SELECT i.id INTO bad FROM openitems_openitem i
    JOIN (SELECT item_id, sum(amount) AS amount, sum(amount_base) AS base FROM new_rows
          WHERE item_id IS NOT NULL GROUP BY 1) d ON d.item_id = i.id
    WHERE i.tenant_id = here AND i.id = ANY(items)
      AND (i.amount_open - d.amount NOT BETWEEN 0 AND i.amount OR i.base_open - d.base NOT BETWEEN 0 AND i.amount_base
           OR (i.amount_open = d.amount AND i.base_open <> d.base))
    LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'open item % would be allocated beyond its amount', bad.id
      USING ERRCODE = 'check_violation', DETAIL = 'item_over_allocated';
  END IF;

  SELECT t.id INTO bad FROM banking_banktransaction t
    JOIN (SELECT transaction_id, sum(cash) AS cash FROM new_rows WHERE transaction_id IS NOT NULL GROUP BY 1) d
      ON d.transaction_id = t.id
    WHERE t.tenant_id = here AND t.id = ANY(transactions)
      AND t.allocated + d.cash NOT BETWEEN least(t.amount, 0) AND greatest(t.amount, 0)
    LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'transaction % would be allocated beyond its amount', bad.id
      USING ERRCODE = 'check_violation', DETAIL = 'transaction_over_allocated';
  END IF;

  UPDATE openitems_openitem i
    SET amount_open = i.amount_open - d.amount, base_open = i.base_open - d.base,
        differences = i.differences + d.difference, undue_moved = openitems_added(i.undue_moved, d.moved)
    FROM (SELECT s.item_id, s.amount, s.base, s.difference, coalesce(m.moved, '{}') AS moved
          FROM (SELECT item_id, sum(amount) AS amount, sum(amount_base) AS base, sum(difference) AS difference
                FROM new_rows WHERE item_id IS NOT NULL GROUP BY 1) s
          LEFT JOIN (SELECT item_id, array_agg(part::bigint ORDER BY k) AS moved
                     FROM (SELECT r.item_id, u.k, sum(u.part) AS part
                           FROM new_rows r, unnest(r.moved) WITH ORDINALITY u(part, k)
                           WHERE r.item_id IS NOT NULL GROUP BY 1, 2) parts GROUP BY 1) m USING (item_id)) d
    WHERE i.tenant_id = here AND i.id = ANY(items) AND i.id = d.item_id;

  UPDATE banking_banktransaction t SET allocated = t.allocated + d.cash
    FROM (SELECT transaction_id, sum(cash) AS cash FROM new_rows WHERE transaction_id IS NOT NULL GROUP BY 1) d
    WHERE t.tenant_id = here AND t.id = ANY(transactions) AND t.id = d.transaction_id AND d.cash <> 0;

  -- Every entry's lines on control accounts are its new items less its allocations: so Σ items = control account.
  SELECT entry_id INTO bad FROM (
    SELECT l.entry_id, l.account_id, l.party_id, l.currency, l.amount, l.amount_base
      FROM ledger_journalline l JOIN ledger_account a ON a.tenant_id = here AND a.id = l.account_id AND a.control <> ''
      WHERE l.tenant_id = here AND l.entry_id = ANY(entries) AND l.is_posted
    UNION ALL
    SELECT x.entry_id, il.account_id, i.party_id, i.currency,
           CASE i.side WHEN 'debit' THEN x.amount ELSE -x.amount END,
           CASE i.side WHEN 'debit' THEN x.amount_base ELSE -x.amount_base END
      FROM openitems_allocation x JOIN openitems_openitem i ON i.tenant_id = here AND i.id = x.item_id
      JOIN ledger_journalline il ON il.tenant_id = here AND il.id = i.journal_line_id
      WHERE x.tenant_id = here AND x.entry_id = ANY(entries)
    UNION ALL
    SELECT l.entry_id, l.account_id, i.party_id, i.currency,
           CASE i.side WHEN 'debit' THEN -i.amount ELSE i.amount END,
           CASE i.side WHEN 'debit' THEN -i.amount_base ELSE i.amount_base END
      FROM ledger_journalline l JOIN openitems_openitem i ON i.tenant_id = here AND i.journal_line_id = l.id
      WHERE l.tenant_id = here AND l.entry_id = ANY(entries)
  ) movements GROUP BY entry_id, account_id, party_id, currency HAVING sum(amount) <> 0 OR sum(amount_base) <> 0 LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'entry % and its allocations differ on a control account', bad.entry_id
      USING ERRCODE = 'check_violation', DETAIL = 'entry_not_of_items';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER allocations_arrived AFTER INSERT ON openitems_allocation REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION openitems_allocations_arrived();

-- Two imports of open items wait for each other; otherwise both would miss what the other is writing.
CREATE FUNCTION openitems_import_lock(tenant bigint) RETURNS void LANGUAGE sql AS $$
  SELECT pg_advisory_xact_lock(hashtextextended('openitems.import:' || tenant, 0))
$$;
