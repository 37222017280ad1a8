"""The way back: a backup restored into a clean folder holds the same books, provably."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from tests.harness.cluster import fill_with_migrated

pytestmark = [pytest.mark.chaos, pytest.mark.slow]


def _kontor(*words: str, data: Path) -> subprocess.CompletedProcess[str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("KONTOR_", "DATABASE_"))}
    return subprocess.run(
        [sys.executable, "-m", "kontor", "--data", str(data), *words],
        env=plain, check=False, capture_output=True, text=True, timeout=180,
    )  # fmt: skip


def _done(*words: str, data: Path) -> str:
    ran = _kontor(*words, data=data)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.fixture(scope="module")
def old(office_folder: Path) -> Path:
    """Name an office with books, which both stories only read."""
    folder = office_folder / "old"
    fill_with_migrated(folder)
    _done("create-tenant", "verein", "--name", "Verein", "--country", "DE", "--chart", "SKR42", data=folder)
    return folder


@pytest.fixture(scope="module")
def anchors(old: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    kept = tmp_path_factory.mktemp("kept") / "anchors.jsonl"
    kept.write_text(_done("anchors", "--tenant", "verein", data=old))
    return kept


@pytest.fixture(scope="module")
def archive(old: Path, anchors: Path) -> Path:
    """Name the archive of the old office, written after its anchors were noted."""
    written = anchors.parent / "office.tar"
    _done("backup", str(written), data=old)
    return written


def test_restored_books_are_the_same_and_their_anchors_hold(
    old: Path, anchors: Path, archive: Path, office_folder: Path
) -> None:
    new = office_folder / "new"

    _done("restore", str(archive), data=new)

    assert json.loads(_done("check-books", "--json", data=new))["ok"]
    assert "holds" in _done("check-anchors", str(anchors), data=new)
    assert _done("anchors", "--public-key", data=new) == _done("anchors", "--public-key", data=old)


def test_a_backup_without_keys_can_be_restored(archive: Path, office_folder: Path, tmp_path: Path) -> None:
    """With keys from the environment there is no `secrets.json`; the new folder makes passwords of its own."""
    new, keyless = office_folder / "fresh", tmp_path / "keyless.tar"
    with tarfile.open(archive) as source, tarfile.open(keyless, "w") as target:
        for member in source.getmembers():
            if member.name != "secrets.json":
                target.addfile(member, source.extractfile(member))

    _done("restore", str(keyless), data=new)

    assert (
        json.loads(_done("check-books", "--tenant", "verein", "--json", data=new))["tenants"][0]["tenant"] == "verein"
    )
