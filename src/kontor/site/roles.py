"""The database roles: one source for the embedded database and for an administrator's own.

owner migrates, app serves people, ops reads for backup and check, search owns the search function.
"""

OWNER, APP, OPS, SEARCH = "kontor_owner", "kontor_app", "kontor_ops", "kontor_search"
LOGIN_ROLES = (OWNER, APP, OPS)
EXTENSIONS = ("btree_gist", "pg_trgm", "unaccent")

_ATTRIBUTES = {
    OWNER: "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS",
    APP: "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS",
    OPS: "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION BYPASSRLS",
    SEARCH: "NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION BYPASSRLS",
}

_SESSION_DEFAULTS = {
    OWNER: {"lock_timeout": "60s"},
    APP: {"lock_timeout": "2s", "statement_timeout": "30s", "idle_in_transaction_session_timeout": "60s"},
    OPS: {"default_transaction_read_only": "on"},
}


def role_statements() -> list[str]:
    """Return the SQL that makes or corrects the roles of a cluster; run again it changes nothing."""
    statements = []
    for role, attributes in _ATTRIBUTES.items():
        statements += [
            f"DO $$ BEGIN CREATE ROLE {role}; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
            f"ALTER ROLE {role} WITH {attributes}",
        ]
        statements += [
            f"ALTER ROLE {role} SET {setting} = '{value}'" for setting, value in _SESSION_DEFAULTS.get(role, {}).items()
        ]
    return [
        *statements,
        f"GRANT pg_read_all_data TO {OPS}",
        # The owner may hand the search function over, but does not act with its rights by itself.
        f"GRANT {SEARCH} TO {OWNER} WITH INHERIT FALSE, SET TRUE",
    ]


def create_database_statement(name: str) -> str:
    """Return the SQL that makes the database; sorting is by code point everywhere, German order is a stored key."""
    return f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE template0 ENCODING 'UTF8'"


def database_statements() -> list[str]:
    """Return the SQL that is run once, by a superuser, inside the database: extensions and the schema.

    Rights on tables are granted by the migrations, table by table.
    """
    return [
        *(f"CREATE EXTENSION IF NOT EXISTS {extension}" for extension in EXTENSIONS),
        f"GRANT USAGE, CREATE ON SCHEMA public TO {OWNER}, {SEARCH}",
        f"GRANT USAGE ON SCHEMA public TO {APP}, {OPS}",
        # A temporary table could stand in for one of ours wherever a function names it.
        "DO $$ BEGIN EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database()); END $$",
    ]


def administrator_script(database: str = "kontor") -> str:
    """Return what a database administrator feeds to psql; it asks for the three passwords at its end."""
    lines = [
        "-- Kontor: roles and database for an existing PostgreSQL (16 or newer).",
        "-- Run as a superuser: psql -d postgres -f this-file",
        *(f"{statement};" for statement in role_statements()),
        *(f"\\password {role}" for role in LOGIN_ROLES),
        f"{create_database_statement(database)};",
        f"\\connect {database}",
        *(f"{statement};" for statement in database_statements()),
    ]
    return "\n".join(lines) + "\n"
