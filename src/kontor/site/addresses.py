"""Under which address and as whom the database is reached."""

import os
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from kontor.site.data_folder import Secrets
from kontor.site.roles import APP, OPS, OWNER

DATABASE = "kontor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """The addresses of one database: for the app, for migrations, for backup and check."""

    app: str
    owner: str
    ops: str

    def export(self, environ: MutableMapping[str, str] = os.environ) -> None:
        """Name the addresses to the settings and to the processes started from here."""
        environ["DATABASE_URL"] = self.app
        environ["KONTOR_OWNER_URL"] = self.owner
        environ["KONTOR_OPS_URL"] = self.ops


def outside_addresses(environ: Mapping[str, str] = os.environ) -> Addresses | None:
    """Return the addresses of an existing PostgreSQL, None where the embedded one is used.

    Whoever gives only DATABASE_URL runs migrations and checks elsewhere.
    """
    app = environ.get("DATABASE_URL")
    if not app:
        return None
    return Addresses(app=app, owner=environ.get("KONTOR_OWNER_URL", ""), ops=environ.get("KONTOR_OPS_URL", ""))


def embedded_addresses(socket: Path, secrets: Secrets, *, database: str = DATABASE) -> Addresses:
    """Return the addresses of the embedded database behind the socket folder."""
    return Addresses(
        app=_address(socket, APP, secrets.app_password, database),
        owner=_address(socket, OWNER, secrets.owner_password, database),
        ops=_address(socket, OPS, secrets.ops_password, database),
    )


def _address(socket: Path, role: str, password: str, database: str) -> str:
    return f"postgresql://{role}:{quote(password, safe='')}@/{database}?host={quote(str(socket), safe='')}"
