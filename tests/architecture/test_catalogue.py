"""The catalogue keeps house.md §5: every tenant table walled in, every key composite, nothing slips by."""

from __future__ import annotations

import psycopg

# Global tables by decision (decisions.md 7): read before a tenant is chosen, and never point at tenant tables.
GLOBAL = {
    "account_emailaddress", "account_emailconfirmation", "auth_group", "auth_group_permissions", "auth_permission",
    "core_cache", "core_outgoingmail", "core_platformaudit", "django_content_type", "django_migrations", "django_session",
    "mfa_authenticator", "organisations_activationcode", "organisations_codeattempt", "organisations_membership",
    "organisations_organisation", "organisations_plan", "organisations_subscription", "organisations_tenant",
    "organisations_tenantaccess", "organisations_usagemeter", "organisations_user", "procrastinate_events", "procrastinate_jobs",
    "procrastinate_periodic_defers", "procrastinate_workers", "usersessions_usersession",
}  # fmt: skip


def test_a_table_is_a_tenant_table_or_a_named_global_one(owner_connection: psycopg.Connection) -> None:
    rows = owner_connection.execute(
        "SELECT relname, EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND attname = 'tenant_id' "
        "AND NOT attisdropped) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace "
        "WHERE nspname = 'public' AND relkind IN ('r', 'p')"
    ).fetchall()

    assert {name for name, has_tenant in rows if not has_tenant} - GLOBAL == {"organisations_tenantaccess"} - GLOBAL
    assert len(rows) > len(GLOBAL)


def test_every_tenant_table_is_walled_in(owner_connection: psycopg.Connection) -> None:
    open_tables = owner_connection.execute(
        "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace "
        "WHERE nspname = 'public' AND relkind IN ('r', 'p') AND relname <> ALL(%s) AND (NOT relrowsecurity "
        "OR NOT relforcerowsecurity OR NOT EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid "
        "AND pg_get_expr(polqual, polrelid) = '(tenant_id = app_tenant())' "
        "AND pg_get_expr(polwithcheck, polrelid) = '(tenant_id = app_tenant())') "
        "OR (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid) <> 1)",
        [list(GLOBAL)],
    ).fetchall()

    assert open_tables == []


def test_every_key_of_a_tenant_table_begins_with_the_tenant(owner_connection: psycopg.Connection) -> None:
    loose = owner_connection.execute(
        "SELECT t.relname, i.relname FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid "
        "JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_namespace n ON n.oid = t.relnamespace "
        "WHERE nspname = 'public' AND t.relrowsecurity AND (x.indisunique OR x.indisexclusion) "
        "AND (SELECT attname FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attnum = x.indkey[0]) <> 'tenant_id'"
    ).fetchall()

    assert loose == []


def test_every_key_between_tenant_tables_carries_the_tenant(owner_connection: psycopg.Connection) -> None:
    loose = owner_connection.execute(
        "SELECT k.conrelid::regclass::text, conname FROM pg_constraint k JOIN pg_class target ON target.oid = k.confrelid "
        "JOIN pg_class source ON source.oid = k.conrelid WHERE contype = 'f' AND target.relrowsecurity AND NOT ("
        "source.relrowsecurity AND EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = k.conrelid "
        "AND a.attnum = k.conkey[1] AND attname = 'tenant_id'))"
    ).fetchall()

    assert loose == []


def test_definer_functions_fix_their_search_path(owner_connection: psycopg.Connection) -> None:
    loose = owner_connection.execute(
        "SELECT proname FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace WHERE nspname = 'public' AND prosecdef "
        "AND (proconfig IS NULL OR NOT proconfig::text LIKE '%search_path%') AND proname NOT LIKE 'procrastinate%'"
    ).fetchall()

    assert loose == []


def test_no_temporary_table_stands_in_for_one_that_a_definer_function_writes(
    owner_connection: psycopg.Connection,
) -> None:
    loose = owner_connection.execute(
        "SELECT proname FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace WHERE nspname = 'public' AND prosecdef "
        "AND proowner = 'kontor_owner'::regrole AND NOT proconfig::text LIKE '%pg_temp%' "
        "AND proname NOT LIKE 'procrastinate%'"
    ).fetchall()

    assert loose == []


def test_no_trigger_asks_which_table_it_sits_on(owner_connection: psycopg.Connection) -> None:
    asking = owner_connection.execute(
        "SELECT proname FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace WHERE nspname = 'public' "
        "AND prosrc ILIKE '%tg_table_name%' AND proname NOT LIKE 'procrastinate%'"
    ).fetchall()

    assert asking == []


def test_the_roles_are_unprivileged(owner_connection: psycopg.Connection) -> None:
    strong = owner_connection.execute(
        "SELECT rolname FROM pg_roles WHERE rolname IN ('kontor_app', 'kontor_owner') "
        "AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)"
    ).fetchall()

    assert strong == []


def test_the_app_may_not_write_what_triggers_write(owner_connection: psycopg.Connection) -> None:
    writable = owner_connection.execute(
        "SELECT table_name, privilege_type FROM information_schema.role_table_grants WHERE grantee = 'kontor_app' "
        "AND privilege_type <> 'SELECT' AND table_name IN ('core_auditevent', 'core_auditlink', 'core_audithead', "
        "'core_platformaudit', 'ledger_accountmonth', 'ledger_projectmonth')"
    ).fetchall()

    assert writable == []
