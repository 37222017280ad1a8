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


def test_restored_books_are_the_same_and_their_anchors_hold(office_folder: Path, tmp_path: Path) -> None:
    old, new, archive = office_folder / "old", office_folder / "new", tmp_path / "office.tar"
    fill_with_migrated(old)
    _done("create-tenant", "verein", "--name", "Verein", "--country", "DE", "--chart", "SKR42", data=old)
    kept = tmp_path / "anchors.jsonl"
    kept.write_text(_done("anchors", "--tenant", "verein", data=old))
    _done("backup", str(archive), data=old)

    _done("restore", str(archive), data=new)

    assert json.loads(_done("check-books", "--json", data=new))["ok"]
    assert "holds" in _done("check-anchors", str(kept), data=new)
    assert _done("anchors", "--public-key", data=new) == _done("anchors", "--public-key", data=old)


def test_a_backup_without_keys_can_be_restored(office_folder: Path, tmp_path: Path) -> None:
    """With keys from the environment there is no `secrets.json`; the new folder makes passwords of its own."""
    old, new, archive = office_folder / "keyless", office_folder / "fresh", tmp_path / "office.tar"
    fill_with_migrated(old)
    _done("create-tenant", "verein", "--name", "Verein", "--country", "DE", "--chart", "SKR42", data=old)
    _done("backup", str(archive), data=old)
    keyless = tmp_path / "keyless.tar"
    with tarfile.open(archive) as source, tarfile.open(keyless, "w") as target:
        for member in source.getmembers():
            if member.name != "secrets.json":
                target.addfile(member, source.extractfile(member))

    _done("restore", str(keyless), data=new)

    assert (
        json.loads(_done("check-books", "--tenant", "verein", "--json", data=new))["tenants"][0]["tenant"] == "verein"
    )
