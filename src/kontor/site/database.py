"""The embedded PostgreSQL: our own set-up and supervision of the wheel's programs.

Whoever holds the lock file runs the database. Every process of PostgreSQL inherits the lock,
so getting it proves that none is alive and that leftover pid and socket files may go.
"""

import fcntl
import hashlib
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import psycopg
from psycopg import sql

from kontor.site.addresses import DATABASE, Addresses, embedded_addresses
from kontor.site.children import ServiceUser, before_exec
from kontor.site.data_folder import DataFolder
from kontor.site.programs import ROOT_STORE, open_to_others, postgres_programs, service_user
from kontor.site.roles import (
    APP,
    LOGIN_ROLES,
    OPS,
    OWNER,
    create_database_statement,
    database_statements,
    role_statements,
)
from kontor.site.start_refused import StartRefused

SUPERUSER = "postgres"
_SOCKET_PATH_MAX = 107  # sun_path of Linux without its closing zero
_SOCKET_FILE = ".s.PGSQL.5432"
_START_SECONDS_MAX = 300  # crash recovery of a large database takes its time
_STOP_SECONDS_MAX = 60

TUNING: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0777",  # the folder around it is closed
    "max_connections": "60",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "wal_compression": "pglz",
    "min_wal_size": "128MB",
    "max_wal_size": "1GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_duration_statement": "1000",
    "log_parameter_max_length": "0",  # no amounts or names in the log
    "log_parameter_max_length_on_error": "0",
    "logging_collector": "off",
    "jit": "off",
}

FAST_AND_LOOSE: Mapping[str, str] = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "120",
    "log_min_duration_statement": "-1",
}


class EmbeddedDatabase:
    """One PostgreSQL cluster in a data folder."""

    def __init__(self, data: DataFolder, *, tuning: Mapping[str, str] | None = None) -> None:
        self.data = data
        self.tuning = {**TUNING, **(tuning or {})}
        self.user: ServiceUser | None = None
        self.process: subprocess.Popen[bytes] | None = None
        self._lock: int | None = None

    @property
    def cluster(self) -> Path:
        """Return the folder of the cluster: in the data folder, or beside it where the service user cannot go."""
        pointer = self.data.root / "cluster"
        if pointer.is_file():
            return Path(pointer.read_text().strip())
        return self.data.root / "postgresql"

    @property
    def socket(self) -> Path:
        """Return the folder of the socket; a deep data folder gets a short one elsewhere."""
        beside = self.cluster / "run"
        if len(os.fsencode(beside / _SOCKET_FILE)) <= _SOCKET_PATH_MAX:
            return beside
        name = hashlib.sha256(os.fsencode(self.cluster)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"kontor-{os.geteuid()}-{name}"

    @property
    def addresses(self) -> Addresses:
        return embedded_addresses(self.socket, self.data.secrets)

    def superuser_address(self, database: str = "postgres") -> str:
        """Return the address of the superuser: only for the account that runs Kontor, by peer."""
        return psycopg.conninfo.make_conninfo(host=str(self.socket), user=SUPERUSER, dbname=database)

    def take_lock(self) -> bool:
        """Take the lock if nobody has it; tell whether it is ours."""
        if self._lock is not None:
            return True
        self.data.prepare()
        lock = os.open(self.data.locks / "database", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            return False
        self._lock = lock
        return True

    def start(self) -> None:
        """Start the cluster, made on first use; returns when it answers.  The lock must be ours."""
        if self._lock is None:
            raise RuntimeError("the lock must be taken before the start")
        self.user = service_user()
        programs = postgres_programs(self.user)
        self._make_folders()
        for leftover in (
            self.cluster / "data" / "postmaster.pid",
            self.socket / _SOCKET_FILE,
            self.socket / f"{_SOCKET_FILE}.lock",
        ):
            leftover.unlink(missing_ok=True)
        if not (self.cluster / "data" / "PG_VERSION").exists():
            self._make_cluster(programs)
        self._launch(programs)
        self._wait_until_it_answers()
        self._set_up()

    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def answers(self) -> bool:
        """Tell whether the cluster of this folder takes connections, whoever started it."""
        try:
            psycopg.connect(self.addresses.app, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def stop(self, *, at_once: bool = False) -> None:
        """Stop the cluster and give the lock back; `at_once` pulls the plug, recovery follows at the next start."""
        if self.process is not None:
            self.process.send_signal(signal.SIGQUIT if at_once else signal.SIGINT)
            self.process.wait(_STOP_SECONDS_MAX)
            self.process = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def recreate(self) -> None:
        """Throw the database away and make an empty one; whoever is connected is cut off."""
        with psycopg.connect(self.superuser_address(), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)".encode())
        self._set_up()

    def _make_folders(self) -> None:
        if self.user is not None and not open_to_others(self.data.root):
            self._move_out_of_a_closed_folder()
        self.cluster.mkdir(parents=True, exist_ok=True)
        self.cluster.chmod(0o711 if self.user else 0o700)
        for folder in (self.cluster / "data", self.socket):
            self._make_closed_folder(folder)

    def _move_out_of_a_closed_folder(self) -> None:
        pointer = self.data.root / "cluster"
        if pointer.exists() or self.cluster.exists():
            return
        outside = ROOT_STORE / "clusters" / secrets.token_hex(8)
        outside.mkdir(parents=True)
        for folder in (ROOT_STORE, ROOT_STORE / "clusters", outside):
            folder.chmod(0o711)
        pointer.write_text(f"{outside}\n")

    def _make_closed_folder(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.is_symlink() or folder.stat().st_uid not in {os.geteuid(), self.user.uid if self.user else -1}:
            raise StartRefused(f"{folder} belongs to somebody else: remove it or choose another data folder.")
        folder.chmod(0o700)
        if self.user is not None:
            os.chown(folder, self.user.uid, self.user.gid)

    def _make_cluster(self, programs: Path) -> None:
        """Run initdb in a draft folder, so that an interrupted one is begun anew."""
        draft = self.cluster / "draft"
        shutil.rmtree(draft, ignore_errors=True)
        self._make_closed_folder(draft)
        command = [
            str(programs / "initdb"), "--pgdata", str(draft), "--username", SUPERUSER, "--encoding", "UTF8",
            "--locale-provider", "builtin", "--builtin-locale", "PG_UNICODE_FAST", "--locale", "C.UTF-8",
            "--auth-local", "peer", "--auth-host", "reject", "--data-checksums",
        ]  # fmt: skip
        made = subprocess.run(
            command, check=False, capture_output=True, text=True, cwd="/", env=_plain_environment(),
            preexec_fn=before_exec(last_signal=signal.SIGTERM, user=self.user),
        )  # fmt: skip
        if made.returncode:
            raise StartRefused(f"The database could not be made in {self.cluster}: {made.stderr.strip()}")
        (self.cluster / "data").rmdir()
        draft.rename(self.cluster / "data")

    def _launch(self, programs: Path) -> None:
        self._write_configuration()
        command = [str(programs / "postgres"), "-D", str(self.cluster / "data"), "-k", str(self.socket)]
        with (self.data.logs / "postgresql.log").open("ab") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", env=_plain_environment(),
                pass_fds=(self._lock,) if self._lock is not None else (),
                preexec_fn=before_exec(last_signal=signal.SIGINT, user=self.user),
            )  # fmt: skip

    def _write_configuration(self) -> None:
        """Write our settings and who may come in: people's roles by password, the superuser by account only."""
        data = self.cluster / "data"
        people = ",".join(LOGIN_ROLES)
        accounts = {_account_name(os.geteuid()), self.user.name if self.user else _account_name(os.geteuid())}
        self._write(data / "postgresql.conf", "".join(f"{name} = '{value}'\n" for name, value in self.tuning.items()))
        self._write(
            data / "pg_hba.conf",
            f"local all {people} scram-sha-256\nlocal all {SUPERUSER} peer map=kontor\nlocal all all reject\n",
        )
        self._write(data / "pg_ident.conf", "".join(f"kontor {name} {SUPERUSER}\n" for name in sorted(accounts)))

    def _write(self, path: Path, text: str) -> None:
        path.write_text(text)
        path.chmod(0o600)
        if self.user is not None:
            os.chown(path, self.user.uid, self.user.gid)

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + _START_SECONDS_MAX
        while time.monotonic() < deadline:
            if not self.is_alive():
                raise StartRefused(f"The database did not start; {self.data.logs / 'postgresql.log'} says why.")
            try:
                psycopg.connect(self.superuser_address(), connect_timeout=2).close()
            except psycopg.OperationalError:
                time.sleep(0.02)
            else:
                return
        raise StartRefused(f"The database did not answer within {_START_SECONDS_MAX} seconds.")

    def _set_up(self) -> None:
        """Make roles, database and extensions where they are missing, and give the roles their passwords."""
        keys = self.data.secrets
        passwords = {APP: keys.app_password, OWNER: keys.owner_password, OPS: keys.ops_password}
        with psycopg.connect(self.superuser_address(), autocommit=True) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if found is not None and self.answers():
                return
            for statement in role_statements():
                connection.execute(statement.encode())
            for role, password in passwords.items():
                connection.execute(
                    sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), sql.Literal(password))
                )
            if found is None:
                connection.execute(create_database_statement(DATABASE).encode())
        with psycopg.connect(self.superuser_address(DATABASE), autocommit=True) as connection:
            for statement in database_statements():
                connection.execute(statement.encode())


def _plain_environment() -> dict[str, str]:
    """Return an environment without settings that PostgreSQL's programs would read."""
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


def _account_name(uid: int) -> str:
    return pwd.getpwuid(uid).pw_name
