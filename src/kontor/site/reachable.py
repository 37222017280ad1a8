"""A database outside that does not answer, or is still empty, is told in a sentence."""

import psycopg

from kontor.site.start_refused import StartRefused


def check_reachable(address: str) -> None:
    """Refuse an address behind which no database answers.

    Raises:
        StartRefused: with what the driver said, which names host and port but never the password.
    """
    try:
        psycopg.connect(address, connect_timeout=10).close()
    except (psycopg.OperationalError, psycopg.ProgrammingError) as fault:
        said = str(fault).strip().partition("\n")[0]
        raise StartRefused(f"The database that DATABASE_URL names cannot be used: {said}") from fault


def check_tables(address: str) -> None:
    """Refuse a database in which nobody has made Kontor's tables yet.

    Raises:
        StartRefused: no tables.
    """
    with psycopg.connect(address, connect_timeout=10) as connection:
        found = connection.execute("SELECT to_regclass('organisations_tenant')").fetchone()
    if found is None or found[0] is None:
        raise StartRefused(
            "The database that DATABASE_URL names holds no tables of Kontor yet: "
            "set KONTOR_OWNER_URL and call ./kontor migrate first."
        )
