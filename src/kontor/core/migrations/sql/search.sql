-- Words are found through one function that knows the tenant: the trigram index cannot be used under row-level
-- security (LIKE is not leak-proof), so the function runs as kontor_search, who is not bound by it, and filters itself.
CREATE INDEX core_searchtext_trigrams ON core_searchtext USING gin (folded gin_trgm_ops);
GRANT SELECT (tenant_id, kind, object_id, text, folded) ON core_searchtext TO kontor_search;

-- Every word of `query` (folded, divided by blanks) must occur; whole beginnings of words first, then the newest.
CREATE FUNCTION core_search(kinds text[], query text, most integer)
RETURNS TABLE (kind text, object_id bigint, found text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  here bigint := app_tenant();
  words text[] := regexp_split_to_array(btrim(query), '\s+');
  likes text[];
  longest text;
BEGIN
  IF here IS NULL OR btrim(query) = '' THEN RETURN; END IF;
  likes := ARRAY(SELECT '%' || replace(replace(replace(word, '\', '\\'), '%', '\%'), '_', '\_') || '%'
                 FROM unnest(words) word ORDER BY length(word) DESC);
  longest := likes[1];
  RETURN QUERY EXECUTE
    'SELECT s.kind, s.object_id, s.text FROM core_searchtext s
     WHERE s.tenant_id = $1 AND s.kind = ANY ($2) AND s.folded LIKE $3 AND s.folded LIKE ALL ($4)
     ORDER BY (SELECT bool_and(strpos('' '' || s.folded, '' '' || word) > 0) FROM unnest($5) word) DESC, s.object_id DESC
     LIMIT least(greatest($6, 0), 500)'
    USING here, kinds, longest, likes, words, most;
END $$;
REVOKE ALL ON FUNCTION core_search(text[], text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION core_search(text[], text, integer) TO kontor_app;
ALTER FUNCTION core_search(text[], text, integer) OWNER TO kontor_search;
