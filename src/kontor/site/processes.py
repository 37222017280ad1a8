"""`kontor serve` and `kontor demo`: everything one office needs, on one machine."""

import fcntl
import hashlib
import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from kontor.site.addresses import Addresses, outside_addresses
from kontor.site.attach import wait_for_lock
from kontor.site.data_folder import DataFolder
from kontor.site.database import EmbeddedDatabase
from kontor.site.exposure import LOOPBACK_HOSTS, check_listening
from kontor.site.file_store import file_store
from kontor.site.mailer import mailers
from kontor.site.reachable import check_reachable
from kontor.site.serving_role import check_serving_role
from kontor.site.signing_key import signing_secret
from kontor.site.start_refused import StartRefused
from kontor.site.supervisor import Child, Supervisor

_READY_SECONDS_MAX = 90
_MIGRATED, _DEMO = "migrated", "demo"
_BUILDING = "demo-building"
_MIGRATING_PACKAGES = ("django", "django-allauth", "procrastinate")


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """What is to be served, and where."""

    data: DataFolder
    host: str
    port: int
    web_processes: int
    demo: bool = False
    reset: bool = False

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}/"

    @property
    def local_address(self) -> str:
        """Return the address for links that never leave this machine, as the demo's mails; empty if others listen in."""
        return self.url.rstrip("/") if self.host in LOOPBACK_HOSTS else ""


def serve(office: Office, *, say: Callable[[str], None]) -> int:
    """Run the office until it is told to stop; returns the exit status."""
    seen = check_listening(office.host, demo=office.demo)
    mails = check_mailer(office.data)
    file_store(os.environ)
    office.data.prepare()
    signing_secret(office.data)
    with _only_one(office):
        _check_port_is_free(office)
        outside = outside_addresses()
        if outside is not None:
            check_reachable(outside.app)
        database = None if outside else EmbeddedDatabase(office.data)
        supervisor = Supervisor(database, say=say)
        try:
            if database is not None:
                wait_for_lock(database, seconds_max=30)
                database.start()
            addresses = outside or database_addresses(database)
            logins = _prepare(office, addresses, database=database)
            _open_doors(office, addresses, supervisor)
            if _becomes_ready(office, supervisor):
                public = [f"  for people: {seen.url}/"] if seen.url else []
                for line in (f"Kontor is ready: {office.url}", *public, *logins, *mails):
                    say(line)
            supervisor.run()
        finally:
            supervisor.stop()
    return 0


def check_mailer(data: DataFolder) -> list[str]:
    """Refuse an unsafe mail server; return a line for people if mails stay on this machine."""
    mailers(os.environ, folder=data.mails)
    if os.environ.get("KONTOR_SMTP_URL"):
        return []
    return [f"  mails are not sent but put into {data.mails} (KONTOR_SMTP_URL names a mail server)"]


def database_addresses(database: EmbeddedDatabase | None) -> Addresses:
    """Return the embedded database's addresses; there is one whenever none outside is named."""
    if database is None:
        raise RuntimeError("neither an embedded nor an outside database")
    return database.addresses


def migrate(addresses: Addresses) -> None:
    """Bring the tables up to date as the owner, in a process of its own.

    Raises:
        StartRefused: a migration failed, or nobody said who the owner is.
    """
    if not addresses.owner:
        raise StartRefused("KONTOR_OWNER_URL must name the role that owns the tables, so that they can be migrated.")
    environment = _environment(addresses, KONTOR_DB_ROLE="owner")
    command = [sys.executable, "-m", "django", "migrate", "--verbosity", "0", "--skip-checks"]
    migrated = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
    if migrated.returncode:
        raise StartRefused(f"The tables could not be brought up to date:\n{migrated.stderr.strip()}")


def migrate_if_new(data: DataFolder, addresses: Addresses) -> None:
    """Migrate the embedded database unless it has seen exactly these migrations: a warm start is quick."""
    present = migrations_fingerprint()
    if data.note(_MIGRATED) == present:
        return
    with (data.locks / "migrating").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if data.note(_MIGRATED) != present:
            migrate(addresses)
            data.write_note(_MIGRATED, present)


def migrations_fingerprint() -> str:
    """Return a mark that changes with any migration, ours or a library's."""
    mark = hashlib.sha256(" ".join(version(package) for package in _MIGRATING_PACKAGES).encode())
    package = Path(__file__).resolve().parent.parent
    for path in sorted(path for path in package.glob("*/migrations/**/*") if path.suffix in {".py", ".sql"}):
        mark.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes())
    return mark.hexdigest()


@contextmanager
def _only_one(office: Office) -> Iterator[None]:
    """Hold the place of the one Kontor that serves this data; its address stands in the file for the second."""
    place = os.open(office.data.locks / "serving", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            url = os.pread(place, 500, 0).decode().strip()
            raise StartRefused(f"Kontor already runs on the data in {office.data.root}: {url}") from None
        os.ftruncate(place, 0)
        os.pwrite(place, office.url.encode(), 0)
        yield
    finally:
        os.close(place)


def _check_port_is_free(office: Office) -> None:
    family = socket.AF_INET6 if ":" in office.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((office.host, office.port))
        except OSError as fault:
            raise StartRefused(
                f"Port {office.port} on {office.host} cannot be used ({fault.strerror}): "
                "stop the other program or choose another one with --port."
            ) from None


def _prepare(office: Office, addresses: Addresses, *, database: EmbeddedDatabase | None) -> list[str]:
    """Bring tables and, in the demo, the data up to date; returns the demo's logins as lines."""
    if database is not None:
        migrate_if_new(office.data, addresses)
    elif addresses.owner:
        migrate(addresses)
    check_serving_role(addresses.app)
    if not office.demo:
        return []
    half_done = office.data.note(_BUILDING) and not office.data.note(_DEMO)
    if office.reset or half_done:
        _reset(addresses, office, database)
    return _demo_logins(office, addresses)


def _demo_logins(office: Office, addresses: Addresses) -> list[str]:
    """Return the logins as lines; the first start builds the books and notes them.

    A note stands while they are built: whoever finds it at a start knows that they are half done, and begins anew.
    """
    noted = office.data.note(_DEMO)
    if noted:
        return noted.splitlines()
    is_ours = outside_addresses() is None
    if is_ours:
        office.data.write_note(_BUILDING, "yes")
    lines = _run_inside(office, addresses, ["demo-data"])
    if is_ours:
        office.data.write_note(_DEMO, "\n".join(lines))
        office.data.write_note(_BUILDING, "")
    return lines


def _reset(addresses: Addresses, office: Office, database: EmbeddedDatabase | None) -> None:
    if database is None:
        raise StartRefused("--reset works on the embedded database only: empty your own one yourself.")
    _run_inside(office, addresses, ["demo-data", "--may-reset"])
    for name in (_MIGRATED, _DEMO):  # the note of building stays until everything is gone and built anew
        office.data.write_note(name, "")
    database.recreate()
    office.data.empty_files()
    migrate_if_new(office.data, addresses)


def _run_inside(office: Office, addresses: Addresses, verb: Sequence[str]) -> list[str]:
    """Run one of our own commands to its end and return the lines it printed; its refusal is ours."""
    command = [sys.executable, "-m", "kontor", *verb]
    environment = _office_environment(office, addresses) | {"KONTOR_POOL": ""}  # one thread, that may fork
    ran = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
    if ran.returncode:
        raise StartRefused(ran.stderr.strip())
    return ran.stdout.splitlines()


def _open_doors(office: Office, addresses: Addresses, supervisor: Supervisor) -> None:
    environment = _office_environment(office, addresses)
    web = ["web", "--host", office.host, "--port", str(office.port), "--processes", str(office.web_processes)]
    for name, verb in (("web", web), ("worker", ["worker"])):
        command = [sys.executable, "-m", "kontor", *verb]
        supervisor.start_child(
            Child(name=name, command=command, environment=environment, log=office.data.logs / f"{name}.log")
        )


def _becomes_ready(office: Office, supervisor: Supervisor) -> bool:
    """Wait until the pages answer; False if Kontor was told to stop meanwhile."""
    deadline = time.monotonic() + _READY_SECONDS_MAX
    while not supervisor.stopping:
        if _answers(office):
            return True
        if time.monotonic() > deadline:
            raise StartRefused(f"The pages do not answer; {office.data.logs / 'web.log'} says why.")
        supervisor.step()
    return False


def _answers(office: Office) -> bool:
    host = "127.0.0.1" if office.host in {"0.0.0.0", ""} else office.host  # noqa: S104 - asked from here only
    connection = http.client.HTTPConnection(host, office.port, timeout=10)
    try:
        connection.request("GET", "/healthz", headers={"Host": f"127.0.0.1:{office.port}"})
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


def _office_environment(office: Office, addresses: Addresses) -> dict[str, str]:
    extra = {"KONTOR_DATA": str(office.data.root), "KONTOR_POOL": "1"}
    if office.demo:
        extra |= {"KONTOR_DEMO": "1", "KONTOR_URL": os.environ.get("KONTOR_URL") or office.local_address}
    return _environment(addresses, **extra)


def _environment(addresses: Addresses, **extra: str) -> dict[str, str]:
    environment = dict(os.environ)
    addresses.export(environment)
    return environment | {"DJANGO_SETTINGS_MODULE": "kontor.site.settings", "KONTOR_DB_ROLE": "app"} | extra
