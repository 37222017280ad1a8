"""Commands work on the same data whether Kontor runs or not."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from kontor.site.addresses import Addresses
from kontor.site.data_folder import DataFolder
from kontor.site.database import EmbeddedDatabase
from kontor.site.reachable import check_reachable
from kontor.site.start_refused import StartRefused

_WAIT_SECONDS_MAX = 120


@contextmanager
def running_or_started(data: DataFolder, *, outside: Addresses | None) -> Iterator[Addresses]:
    """Give the addresses of a database that answers.

    An `outside` one is taken as it is, if it answers. The embedded one of a running Kontor, or of another command, is shared;
    otherwise it is started for the time of the block. Whoever started it stops it after the last user has left.

    Raises:
        StartRefused: it does not answer.
    """
    if outside is not None:
        check_reachable(outside.app)
        yield outside
        return
    data.prepare()
    database = EmbeddedDatabase(data)
    users = os.open(data.locks / "commands", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(users, fcntl.LOCK_SH)
        started = _start_or_join(database)
        try:
            yield database.addresses
        finally:
            if started:
                fcntl.flock(users, fcntl.LOCK_EX)
                database.stop()
    finally:
        os.close(users)


def wait_for_lock(database: EmbeddedDatabase, *, seconds_max: float = _WAIT_SECONDS_MAX) -> None:
    """Take the database's lock as soon as a command or a dying process lets go of it.

    Raises:
        StartRefused: somebody keeps it.
    """
    deadline = time.monotonic() + seconds_max
    while not database.take_lock():
        if time.monotonic() > deadline:
            raise StartRefused(f"Another program uses the database in {database.cluster}; stop it first.")
        time.sleep(0.05)


def _start_or_join(database: EmbeddedDatabase) -> bool:
    """Start the database and return True, or return False once somebody else's answers."""
    deadline = time.monotonic() + _WAIT_SECONDS_MAX
    while time.monotonic() < deadline:
        if database.take_lock():
            database.start()
            return True
        if database.answers():
            return False
        time.sleep(0.05)
    raise StartRefused(f"The database in {database.cluster} is in use but does not answer.")
