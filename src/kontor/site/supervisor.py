"""Keeps the database, the web server and the worker running, and stops them together."""

import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kontor.site.attach import wait_for_lock
from kontor.site.children import before_exec
from kontor.site.database import EmbeddedDatabase

_TICK_SECONDS = 0.1
_BACKOFF_SECONDS_MAX = 10.0
_STEADY_SECONDS = 30.0  # a child that lived this long has earned a quick restart
_STOP_SECONDS_MAX = 4.0
_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(slots=True)
class Child:
    """A process to keep running."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    failures: int = 0
    due_at: float = field(default=0.0)

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=before_exec(last_signal=signal.SIGTERM),
            )
        self.started_at = time.monotonic()

    def keep_running(self) -> str | None:
        """Start the process again when its pause is over; return a sentence at the moment it is found dead."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.due_at:
                self.start()
            return None
        status = self.process.poll()
        if status is None:
            return None
        self.process = None
        self.failures = 1 if now - self.started_at > _STEADY_SECONDS else self.failures + 1
        pause = min(0.1 * 2**self.failures, _BACKOFF_SECONDS_MAX)
        self.due_at = now + pause
        return f"{self.name} ended with status {status}, starts again in {pause:.1f} s; {self.log} says more"

    def terminate(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def finish(self, *, deadline: float) -> None:
        """Wait until the process has gone; at the deadline it is killed."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None


class Supervisor:
    """Runs until it is told to stop; `stopping` is True from then on."""

    def __init__(self, database: EmbeddedDatabase | None, *, say: Callable[[str], None]) -> None:
        self.database = database
        self.children: list[Child] = []
        self.say = say
        self.stopping = False
        for signum in _STOP_SIGNALS:
            signal.signal(signum, self._ask_to_stop)

    def start_child(self, child: Child) -> None:
        child.start()
        self.children.append(child)

    def step(self) -> None:
        """Look after every process once, then pause for a tick."""
        if self.database is not None and not self.database.is_alive():
            self._restart_database(self.database)
        for child in self.children:
            if (news := child.keep_running()) is not None:
                self.say(news)
        time.sleep(_TICK_SECONDS)

    def run(self) -> None:
        """Look after the processes until told to stop."""
        while not self.stopping:
            self.step()

    def stop(self) -> None:
        """End the children, then the database."""
        self.stop_children()
        if self.database is not None:
            self.database.stop()

    def stop_children(self) -> None:
        deadline = time.monotonic() + _STOP_SECONDS_MAX
        for child in self.children:
            child.terminate()
        for child in self.children:
            child.finish(deadline=deadline)

    def _restart_database(self, database: EmbeddedDatabase) -> None:
        self.say("the database ended, starts again")
        self.stop_children()
        if self.stopping:
            return
        # Back-ends may outlive their killed postmaster for a moment; they hold the lock until they are gone.
        database.stop()
        wait_for_lock(database)
        database.start()

    def _ask_to_stop(self, _signum: int, _frame: object) -> None:
        self.stopping = True
