"""The verbs, as somebody meets them in a terminal."""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

import pytest
from django.db import OperationalError

from kontor.cli.main import _translated, main
from kontor.site.start_refused import StartRefused

VERBS = [
    "demo",
    "serve",
    "web",
    "worker",
    "migrate",
    "test",
    "check",
    "check-books",
    "features",
    "bench",
    "messages",
    "roles",
    "backup",
    "restore",
    "create-tenant",
    "create-user",
    "reset-second-factor",
    "import-items",
    "import-statement",
    "match",
    "anchors",
    "check-anchors",
    "mails",
    "load-plans",
    "set-plan",
    "create-activation-code",
    "demo-data",
]


def kontor(*words: str, data: Path) -> subprocess.CompletedProcess[str]:
    """Run `kontor` on a data folder of its own, without a database from outside."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("KONTOR_", "DATABASE_"))}
    command = [sys.executable, "-m", "kontor", *words]
    environment |= {"KONTOR_DATA": str(data)}
    return subprocess.run(command, env=environment, check=False, capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself(verb: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with patch.dict(os.environ), pytest.raises(SystemExit) as ended:
        main([verb, "--help", "--data", str(tmp_path / "data")])

    helped = capsys.readouterr().out
    assert ended.value.code == 0
    assert helped.startswith(f"usage: kontor {verb}")
    assert "--data DIR" in helped


def test_the_help_page_lists_every_verb(tmp_path: Path) -> None:
    page = kontor("--help", data=tmp_path / "data")

    assert page.returncode == 0, page.stderr
    listed = {line.split()[0] for line in page.stdout.splitlines() if line.startswith("    ") and line.strip()}
    assert [verb for verb in VERBS if verb not in listed] == []


def test_asking_for_help_leaves_no_trace(tmp_path: Path) -> None:
    kontor("serve", "--help", data=tmp_path / "data")

    assert not (tmp_path / "data").exists()


def test_an_unknown_verb_is_misunderstood_not_started(tmp_path: Path) -> None:
    answer = kontor("bake-cake", data=tmp_path / "data")

    assert answer.returncode == 2
    assert "bake-cake" in answer.stderr
    assert not (tmp_path / "data" / "postgresql").exists()


def test_the_web_server_alone_asks_for_a_database(tmp_path: Path) -> None:
    answer = kontor("web", data=tmp_path / "data")

    assert (answer.returncode, answer.stdout) == (1, "")
    assert "DATABASE_URL" in answer.stderr


@pytest.mark.slow
def test_a_backup_fills_an_empty_folder_and_only_an_empty_one(office_folder: Path, tmp_path: Path) -> None:
    old, new, archive = office_folder / "old", office_folder / "new", tmp_path / "office.tar"
    kontor("migrate", data=old)
    (old / "files" / "1").mkdir()
    (old / "files" / "1" / "receipt").write_bytes(b"received bytes")

    written = kontor("backup", str(archive), "--json", data=old)
    restored = kontor("restore", str(archive), data=new)
    again = kontor("restore", str(archive), data=new)

    assert json.loads(written.stdout)["files"] == 1, written.stderr
    assert restored.returncode == 0, restored.stderr
    assert (new / "files" / "1" / "receipt").read_bytes() == b"received bytes"
    assert (new / "secrets.json").read_text() == (old / "secrets.json").read_text()
    assert again.returncode == 1
    assert "holds data already" in again.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["load-plans", "/no/such/plans.json", "--json"],
        ["check-anchors", "/no/such/anchor.json", "--json"],
        ["backup", "/no/such/folder/backup.tar", "--json"],
    ],
)
def test_a_file_that_is_not_there_is_named_in_a_sentence(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fault = FileNotFoundError(2, "No such file or directory", words[1])

    with patch.dict(os.environ), patch("kontor.cli.main._run", side_effect=fault):
        status = main([*words, "--data", str(tmp_path / "data")])

    said = capsys.readouterr()
    sentence = f"The file {words[1]} cannot be opened: No such file or directory."
    assert status == 1
    assert json.loads(said.out) == {"error": sentence}
    assert said.err == f"{sentence}\n"


@pytest.mark.parametrize(("words", "answer"), [(["--json"], {"error": "There is no such thing."}), ([], None)])
def test_a_refusal_is_an_object_where_json_was_asked_for(
    words: list[str], answer: dict[str, str] | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with patch.dict(os.environ), patch("kontor.cli.main._run", side_effect=StartRefused("There is no such thing.")):
        status = main(["match", "--tenant", "x", *words, "--data", str(tmp_path / "data")])

    said = capsys.readouterr()
    assert (status, said.err) == (1, "There is no such thing.\n")
    assert (json.loads(said.out) if said.out else None) == answer


class _Locked(Exception):
    """What the driver says when somebody else holds the row."""

    diag = SimpleNamespace(message_detail=None, sqlstate="55P03")


def test_a_refusal_of_the_database_is_a_sentence_too(capsys: pytest.CaptureFixture[str]) -> None:
    def run(_args: argparse.Namespace) -> int:
        raise OperationalError from _Locked()

    status = _translated(run, argparse.Namespace(), ["match", "--json"])

    assert status == 1
    assert "try again" in json.loads(capsys.readouterr().out)["error"]


def test_a_fault_of_ours_shows_its_place(tmp_path: Path) -> None:
    fault = FileNotFoundError(2, "No such file or directory", "/somewhere/inside")

    with (
        patch.dict(os.environ),
        patch("kontor.cli.main._run", side_effect=fault),
        pytest.raises(FileNotFoundError),
    ):
        main(["match", "--tenant", "x", "--data", str(tmp_path / "data")])
