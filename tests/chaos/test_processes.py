"""Kontor's processes: started once, stopped cleanly, back after any of them is killed."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from kontor.site.data_folder import DataFolder
from kontor.site.database import EmbeddedDatabase

pytestmark = [pytest.mark.chaos, pytest.mark.slow]

_SECONDS_MAX = 90


class RunningOffice:
    """A `kontor serve` on a data folder and a port of its own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.output = root.with_suffix(".log")
        self.process = self.start()

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "kontor", *words, "--data", str(self.root)]

    @property
    def environment(self) -> dict[str, str]:
        return {name: value for name, value in os.environ.items() if not name.startswith(("KONTOR_", "DATABASE_"))}

    def start(self) -> psutil.Popen:
        with self.output.open("wb") as output:
            self.process = psutil.Popen(
                self.command("serve", "--port", str(self.port), "--processes", "1"),
                env=self.environment,
                stdout=output,
                stderr=output,
            )
        wait_until(lambda: "Kontor is ready" in self.output.read_text())
        return self.process

    def answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/accounts/login/")
            return connection.getresponse().status == http.HTTPStatus.OK
        except OSError:
            return False
        finally:
            connection.close()

    def child(self, word: str) -> psutil.Process | None:
        """Return the living direct child whose command line holds the word."""
        return next((child for child in self.process.children() if word in command_line(child)), None)

    def note(self, text: str) -> None:
        """Write a row whose commit is acknowledged."""
        with psycopg.connect(EmbeddedDatabase(DataFolder(self.root)).superuser_address("kontor")) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS chaos_note (text text)")
            connection.execute("INSERT INTO chaos_note VALUES (%s)", [text])

    def notes(self) -> set[str]:
        with psycopg.connect(EmbeddedDatabase(DataFolder(self.root)).superuser_address("kontor")) as connection:
            return {text for (text,) in connection.execute("SELECT text FROM chaos_note")}

    def stop(self) -> float:
        """Ask to stop; returns the seconds it took."""
        started = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)
        return time.monotonic() - started


def command_line(process: psutil.Process) -> str:
    """Return a process's command line, empty when it has just ended."""
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def lives(process: psutil.Process) -> bool:
    """Tell whether a process runs; a zombie that nobody has collected yet does not."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def wait_until(reached: Callable[[], bool], *, seconds_max: float = _SECONDS_MAX) -> None:
    deadline = time.monotonic() + seconds_max
    while not reached():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def office(migrated_folder: Path) -> Iterator[RunningOffice]:
    """Start an office for the stories of this file."""
    running = RunningOffice(migrated_folder)
    yield running
    if running.process.is_running():
        running.stop()


def test_a_second_start_on_the_same_data_says_so(office: RunningOffice) -> None:
    second = subprocess.run(
        office.command("serve", "--port", "0"), env=office.environment, check=False, capture_output=True, text=True
    )

    assert second.returncode == 1
    assert f"already runs on the data in {office.root}: http://127.0.0.1:{office.port}/" in second.stderr


def test_a_command_uses_the_database_of_the_running_office(office: RunningOffice) -> None:
    migrated = subprocess.run(
        office.command("migrate"), env=office.environment, check=False, capture_output=True, text=True, timeout=60
    )

    assert migrated.returncode == 0, migrated.stderr
    assert office.answers()


@pytest.mark.parametrize("word", ["granian", "kontor worker", "postgres"])
def test_a_killed_process_comes_back(office: RunningOffice, word: str) -> None:
    office.note(word)
    victim = office.child(word)
    assert victim is not None

    victim.kill()

    wait_until(lambda: (heir := office.child(word)) is not None and heir.pid != victim.pid)
    wait_until(office.answers)
    assert word in office.notes()


def test_a_killed_supervisor_leaves_nobody_behind_and_loses_nothing(office: RunningOffice) -> None:
    office.note("before the crash")
    family = office.process.children(recursive=True)

    office.process.kill()
    office.process.wait()

    wait_until(lambda: not any(lives(one) for one in family))
    office.start()
    assert "before the crash" in office.notes()


def test_a_polite_end_is_quick_and_whole(office: RunningOffice) -> None:
    family = office.process.children(recursive=True)

    seconds = office.stop()

    assert seconds < 15
    assert office.process.returncode == 0
    assert not any(lives(one) for one in family)
