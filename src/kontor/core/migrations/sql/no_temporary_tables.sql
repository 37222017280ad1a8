-- PostgreSQL looks for a table among the session's temporary ones first, unless they are named in the path: whoever may
-- run SQL could make a temporary table of the record's name, and our triggers would write into that.
DO $$
DECLARE function regprocedure;
BEGIN
  FOR function IN
    SELECT p.oid::regprocedure FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = 'public' AND p.prosecdef AND p.proowner = current_user::regrole ORDER BY p.oid
  LOOP
    EXECUTE format('ALTER FUNCTION %s SET search_path = pg_catalog, public, pg_temp', function);
  END LOOP;
END $$;

-- Nobody but the owner needs one; functions that run with the caller's rights are safe by this.
DO $$
BEGIN
  EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
END $$;
