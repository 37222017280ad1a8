"""A person is never served by a role that row-level security does not bind."""

import psycopg

from kontor.site.start_refused import StartRefused

_QUESTION = """
    SELECT rolname,
           rolsuper OR rolbypassrls,
           EXISTS (SELECT 1 FROM pg_class WHERE relowner = pg_roles.oid AND relkind IN ('r', 'p'))
               OR pg_has_role(rolname, (SELECT datdba FROM pg_database WHERE datname = current_database()), 'MEMBER')
      FROM pg_roles WHERE rolname = current_user
"""


def check_serving_role(address: str) -> None:
    """Refuse an address whose role could see or change more than one tenant's rows.

    Raises:
        StartRefused: the role is a superuser, owns tables or the database, or has BYPASSRLS.
    """
    with psycopg.connect(address, connect_timeout=10) as connection:
        found = connection.execute(_QUESTION).fetchone()
    if found is None:
        raise StartRefused("The database does not know the role that DATABASE_URL names.")
    role, unbound, owner = found
    if unbound:
        raise StartRefused(
            f"Kontor does not start as {role}: a superuser or a role with BYPASSRLS sees every tenant. "
            "DATABASE_URL must name the role kontor_app."
        )
    if owner:
        raise StartRefused(
            f"Kontor does not start as {role}: the owner of the tables can switch row-level security off. "
            "DATABASE_URL must name the role kontor_app."
        )
