-- The record of an entry keeps the text of each line; earlier records hold eleven facts per line and stay as they are.
CREATE OR REPLACE FUNCTION ledger_line_facts(line ledger_journalline) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_array(line.position, line.account_id, line.party_id, line.project_id, line.sphere, line.tax_code,
                           line.tax_base, line.tax_amount, line.currency, line.amount, line.amount_base, line.text)
$$;

-- Lines as a record of before kept them: without their texts.
CREATE FUNCTION ledger_lines_like(recorded jsonb, lines jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN jsonb_array_length(recorded -> 0) = 11
    THEN (SELECT jsonb_agg(line - 11 ORDER BY n) FROM jsonb_array_elements(lines) WITH ORDINALITY AS l(line, n))
    ELSE lines END
$$;
