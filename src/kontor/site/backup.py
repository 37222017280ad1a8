"""One file that holds an office: database, stored documents and keys.

The archive is a tar of `database.dump` (pg_dump's custom format), `secrets.json` (where there is one: its keys may
come from the environment) and `files/…`, from the data folder or from the store of KONTOR_FILES.
The database is read first: documents are only ever added, so each one it names is in the archive.
"""

import os
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

from kontor.site.addresses import DATABASE, outside_addresses
from kontor.site.attach import running_or_started, wait_for_lock
from kontor.site.data_folder import DataFolder
from kontor.site.database import EmbeddedDatabase
from kontor.site.processes import migrate
from kontor.site.programs import postgres_programs
from kontor.site.start_refused import StartRefused
from kontor.site.stored_files import StoredFiles, stored_files

_DUMP = "database.dump"
_SECRETS = "secrets.json"
_FILES = "files"


@dataclass(frozen=True, slots=True)
class Content:
    """What a backup holds: the number of stored files, and its size in bytes."""

    files: int
    size: int


def back_up(data: DataFolder, target: Path) -> Content:
    """Write the archive; it appears under its name only when it is whole.

    Raises:
        StartRefused: the target exists, or the database or the store of files cannot be read.
    """
    stored = stored_files(data)
    if target.exists():
        raise StartRefused(f"{target} is there already: backups are not overwritten.")
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".kontor-") as folder:
            dump = Path(folder) / _DUMP
            with running_or_started(data, outside=outside_addresses()) as addresses:
                _dump(addresses.ops, dump)
            files = _write_archive(draft, data, dump, stored)
        draft.rename(target)
    finally:
        draft.unlink(missing_ok=True)
    return Content(files, target.stat().st_size)


def restore(data: DataFolder, source: Path) -> Content:
    """Fill an empty data folder from the archive and bring the tables up to date.

    Raises:
        StartRefused: the folder holds data, or the archive is not one of ours.
    """
    if outside_addresses() is not None:
        raise StartRefused(
            "`restore` fills the embedded database; an outside one is filled by its administrator with pg_restore."
        )
    if data.root.exists() and any(data.root.iterdir()):
        raise StartRefused(f"{data.root} holds data already: restore into an empty folder (--data DIR).")
    if not source.is_file() or not tarfile.is_tarfile(source):
        raise StartRefused(f"{source} is not a backup of Kontor.")
    data.prepare()
    files = _unpack(data, source)
    for found in sorted(path for path in data.files.rglob("*") if path.is_file()):
        stored_files(data).take(found, name=found.relative_to(data.files).as_posix())
    _load(data)
    return Content(files, source.stat().st_size)


def _dump(address: str, target: Path) -> None:
    if not address:
        raise StartRefused("KONTOR_OPS_URL must name the role that may read everything, so that a backup is whole.")
    _run_program("pg_dump", ["--format", "custom", "--file", str(target), "--dbname", address])


def _write_archive(draft: Path, data: DataFolder, dump: Path, stored: StoredFiles) -> int:
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    count = 0
    with os.fdopen(descriptor, "wb") as file:
        with tarfile.open(fileobj=file, mode="w") as archive:
            archive.add(dump, _DUMP)
            if data.secrets_file.exists():
                archive.add(data.secrets_file, _SECRETS)
            for name in stored.names():
                with stored.open(name) as content:
                    member = tarfile.TarInfo(f"{_FILES}/{name}")
                    member.size, member.mode = stored.size(name), 0o440
                    archive.addfile(member, content)
                count += 1
        file.flush()
        os.fsync(file.fileno())
    return count


def _unpack(data: DataFolder, source: Path) -> int:
    with tarfile.open(source) as archive:
        members = archive.getmembers()
        names = {member.name for member in members}
        if _DUMP not in names or not all(_is_ours(member) for member in members):
            raise StartRefused(f"{source} is not a backup of Kontor.")
        archive.extractall(data.root, members, filter="data")
    if data.secrets_file.exists():
        data.secrets_file.chmod(0o600)
    return sum(name.startswith(f"{_FILES}/") for name in names)


def _is_ours(member: tarfile.TarInfo) -> bool:
    return member.isfile() and (member.name in {_DUMP, _SECRETS} or member.name.startswith(f"{_FILES}/"))


def _load(data: DataFolder) -> None:
    """Load the dump as the superuser, who alone gives every object back to its owner, then migrate."""
    database = EmbeddedDatabase(data)
    wait_for_lock(database)
    database.start()
    try:
        dump = data.root / _DUMP
        address = database.superuser_address(DATABASE)
        _run_program("pg_restore", ["--exit-on-error", "--clean", "--if-exists", "--dbname", address, str(dump)])
        dump.unlink()
        migrate(database.addresses)
    finally:
        database.stop()


def _run_program(name: str, arguments: list[str]) -> None:
    command = [str(postgres_programs(None) / name), *arguments]
    ran = subprocess.run(command, check=False, capture_output=True, text=True)
    if ran.returncode:
        raise StartRefused(f"{name} failed: {ran.stderr.strip()}")
