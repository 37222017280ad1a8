"""The folder that holds everything a Kontor keeps: database, files, secrets.

Only the standard library is used here: the settings read this before Django is set up.
"""

import json
import os
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, fields
from functools import cached_property
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """What nobody but the running program may know; `audit_public_keys` are those of earlier signing keys (hex)."""

    django_secret_key: str
    app_password: str
    owner_password: str
    ops_password: str
    audit_signing_key: str
    audit_public_keys: str = ""


class DataFolder:
    """A data folder; nothing is created before `prepare` or `secrets` is asked for."""

    def __init__(self, root: Path) -> None:
        self.root = root.expanduser().absolute()

    @property
    def files(self) -> Path:
        """Return the folder of the stored documents."""
        return self.root / "files"

    @property
    def logs(self) -> Path:
        return self.root / "log"

    @property
    def mails(self) -> Path:
        """Return the folder of mails that are not sent because no mail server is named."""
        return self.root / "mails"

    @property
    def static(self) -> Path:
        """Return the folder for collected static files; empty where they are served from the package."""
        return self.root / "static"

    @property
    def locks(self) -> Path:
        return self.root / "lock"

    @property
    def secrets_file(self) -> Path:
        return self.root / "secrets.json"

    def note(self, name: str) -> str:
        """Return what was written down under this name, empty if nothing was."""
        path = self.root / f"{name}.note"
        return path.read_text() if path.exists() else ""

    def write_note(self, name: str, text: str) -> None:
        """Write something down for the next start; an empty text removes the note."""
        path = self.root / f"{name}.note"
        if text:
            path.write_text(text)
        else:
            path.unlink(missing_ok=True)

    def prepare(self) -> None:
        """Make the folder and its sub-folders.

        The folder itself may be walked through, because the database runs as another user
        when Kontor is started by root; what lies in it is closed.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        self.root.chmod(0o711)
        for folder in (self.files, self.logs, self.locks, self.static):
            folder.mkdir(mode=0o700, exist_ok=True)

    def empty_files(self) -> None:
        """Remove every stored document."""
        shutil.rmtree(self.files, ignore_errors=True)
        self.prepare()

    @cached_property
    def secrets(self) -> Secrets:
        """Return the secrets, generated when they are first asked for.

        Two processes that ask at once get the same ones: the first file put in place stays.
        """
        if not self.secrets_file.exists():
            self.prepare()
            self._write_secrets()
        return Secrets(**json.loads(self.secrets_file.read_text()))

    def _write_secrets(self) -> None:
        kinds = [kind.name for kind in fields(Secrets) if kind.default is MISSING]
        fresh = Secrets(**{name: secrets.token_urlsafe(48) for name in kinds})
        draft = self.root / f".secrets.{os.getpid()}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(asdict(fresh), file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, self.secrets_file)
        except FileExistsError:
            pass
        finally:
            draft.unlink()


def data_folder(environ: Mapping[str, str] = os.environ) -> DataFolder:
    """Return the folder named by KONTOR_DATA, else the one every user has."""
    named = environ.get("KONTOR_DATA")
    return DataFolder(Path(named) if named else default_root(environ))


def default_root(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the per-user folder; root's lies where a service user can reach it."""
    if os.geteuid() == 0:
        return Path("/var/lib/kontor/data")
    share = environ.get("XDG_DATA_HOME")
    return (Path(share) if share else Path.home() / ".local" / "share") / "kontor"
