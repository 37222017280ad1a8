"""One embedded PostgreSQL for a test session; every worker gets a clone of one migrated database.

The first process of the session owns the folder and the cluster. Nothing is flushed or truncated:
each test makes its own tenant.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import psycopg

from kontor.site.addresses import DATABASE, Addresses, embedded_addresses
from kontor.site.data_folder import DataFolder
from kontor.site.database import FAST_AND_LOOSE, EmbeddedDatabase
from kontor.site.processes import migrate_if_new
from kontor.site.roles import OWNER

_FOLDER = "KONTOR_TEST_FOLDER"
_FOLDER_OWNER = "KONTOR_TEST_FOLDER_OWNER"


def prepare_environment() -> None:
    """Name the test database to the settings, before anybody reads them; nothing is started yet."""
    if _FOLDER not in os.environ:
        folder = Path(tempfile.mkdtemp(prefix="kontor-test-"))
        folder.chmod(0o711)
        os.environ |= {_FOLDER: str(folder), _FOLDER_OWNER: str(os.getpid())}
    data = DataFolder(test_folder() / worker_name())
    data.prepare()
    os.environ["KONTOR_DATA"] = str(data.root)
    os.environ["KONTOR_DB_ROLE"] = "app"
    os.environ["DJANGO_SETTINGS_MODULE"] = "kontor.site.settings"
    # Playwright keeps an event loop in the test's thread; Django would take that for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    worker_addresses().export()


def test_folder() -> Path:
    return Path(os.environ[_FOLDER])


def worker_name() -> str:
    """Return "gw0", "gw1", … under xdist and "main" otherwise."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


def worker_database() -> str:
    return f"{DATABASE}_{worker_name()}"


@cache
def cluster() -> EmbeddedDatabase:
    """Return the session's cluster, started or not."""
    return EmbeddedDatabase(DataFolder(test_folder() / "cluster"), tuning=FAST_AND_LOOSE)


def worker_addresses() -> Addresses:
    return embedded_addresses(cluster().socket, cluster().data.secrets, database=worker_database())


def start_cluster() -> None:
    """Start the cluster unless another process of this session has."""
    if not cluster().is_alive() and cluster().take_lock():
        cluster().start()


def stop_cluster() -> None:
    """Stop the cluster and remove the folder: in the process that made it, nothing elsewhere."""
    if os.environ.get(_FOLDER_OWNER) == str(os.getpid()):
        cluster().stop(at_once=True)
        shutil.rmtree(test_folder(), ignore_errors=True)


def make_worker_database() -> None:
    """Clone this worker's database from the migrated one, which the first worker makes."""
    start_cluster()
    with _alone():
        ready = test_folder() / "migrated"
        if not ready.exists():
            migrate(embedded_addresses(cluster().socket, cluster().data.secrets))
            ready.touch()
        clone_database(worker_database())


def clone_database(name: str) -> None:
    """Make the database `name` as a copy of the migrated one; an older one of that name goes."""
    with psycopg.connect(cluster().superuser_address(), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {DATABASE} OWNER {OWNER}".encode())


def migrate(addresses: Addresses) -> None:
    """Run all migrations as the owner, in a process of its own: this one stays the app."""
    environment = dict(os.environ)
    addresses.export(environment)
    environment |= {"KONTOR_DB_ROLE": "owner", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    migrated = subprocess.run(
        [sys.executable, "-m", "django", "migrate", "--verbosity", "0"],
        env=environment, check=False, capture_output=True, text=True,
    )  # fmt: skip
    if migrated.returncode:
        raise RuntimeError(f"the test database could not be migrated:\n{migrated.stderr}")


def fill_with_migrated(root: Path) -> None:
    """Fill the data folder `root` with a stopped office whose tables are there: a copy of the session's one pattern."""
    pattern = test_folder() / "pattern"
    with _alone("pattern"):
        if not (pattern / "complete").exists():
            _make_pattern(DataFolder(pattern))
            (pattern / "complete").touch()
    if EmbeddedDatabase(DataFolder(pattern)).cluster.parent != pattern:
        return  # in a closed folder the cluster lies elsewhere and is no one's copy: the office makes its own
    root.parent.mkdir(parents=True, exist_ok=True)
    # `cp` keeps the owners: the cluster belongs to the database's service user.
    subprocess.run(["cp", "-a", "--reflink=auto", str(pattern), str(root)], check=True)


def _make_pattern(data: DataFolder) -> None:
    database = EmbeddedDatabase(data, tuning=FAST_AND_LOOSE)
    database.take_lock()
    database.start()
    try:
        migrate_if_new(data, database.addresses)
    finally:
        database.stop()


@contextmanager
def _alone(what: str = "clone") -> Iterator[None]:
    with (test_folder() / f"{what}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
