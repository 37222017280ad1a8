"""A demo whose building was cut off is not shown half done: the next start builds it anew."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import psutil
import psycopg
import pytest

from kontor.demo import agency_slips, church_slips
from kontor.site.data_folder import DataFolder
from kontor.site.database import EmbeddedDatabase
from tests.chaos.test_processes import RunningOffice, lives, wait_until

pytestmark = [pytest.mark.chaos, pytest.mark.slow]
_SECONDS_MAX = 900  # a busy machine; nothing is said about speed


class DemoOffice(RunningOffice):
    """A `kontor demo` that may be cut off before it is ready."""

    def start(self) -> psutil.Popen:
        """Start it; it is not waited for."""
        with self.output.open("wb") as output:
            self.process = psutil.Popen(
                self.command("demo", "--port", str(self.port)), env=self.environment, stdout=output, stderr=output
            )
        return self.process

    def is_ready(self) -> bool:
        assert lives(self.process), self.output.read_text()
        return "Kontor is ready" in self.output.read_text()

    def receipts(self) -> int:
        """Count what stands in the books of both organisations; 0 before there are any."""
        try:
            with psycopg.connect(EmbeddedDatabase(DataFolder(self.root)).superuser_address("kontor")) as connection:
                found = connection.execute("SELECT count(*) FROM receipts_incomingdocument").fetchone()
        except psycopg.Error:
            return 0
        return int(found[0]) if found else 0


def test_a_demo_killed_while_it_is_built_is_built_anew_and_whole(migrated_folder: Path) -> None:
    office = DemoOffice(migrated_folder)
    wait_until(lambda: office.receipts() > 2, seconds_max=_SECONDS_MAX)
    family = office.process.children(recursive=True)
    office.process.kill()
    office.process.wait()
    wait_until(lambda: not any(lives(one) for one in family))

    office.start()
    wait_until(office.is_ready, seconds_max=_SECONDS_MAX)

    assert office.receipts() == len(church_slips.SLIPS) + len(agency_slips.SLIPS)
    checked = subprocess.run(
        office.command("check-books", "--json"), env=office.environment, check=True, capture_output=True, text=True
    )
    assert json.loads(checked.stdout)["ok"], checked.stdout
    office.stop()
    _starts_warm(office)


def _starts_warm(office: DemoOffice) -> None:
    """What is built stays: the next start only opens the doors."""
    started_at = psutil.Process(office.start().pid).create_time()
    wait_until(office.is_ready)
    assert (office.root / "demo.note").stat().st_mtime < started_at
    assert (office.receipts(), office.stop() < 5) == (len(church_slips.SLIPS) + len(agency_slips.SLIPS), True)
