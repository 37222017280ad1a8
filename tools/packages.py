"""Install the packages of a lock file into the environment of the Python that runs this.

`python tools/packages.py LOCK` lets several pips fetch and unpack at the same time. The lock names every package with its
hashes, so no pip looks for dependencies and none touches what another installs. What pip would compile beforehand, Python
compiles when it is first imported.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

PIPS = 3
_PIP = (
    "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-input", "--no-compile", "--require-hashes",
    "--no-deps", "-r",
)  # fmt: skip


def main(words: list[str]) -> int:
    """Install; returns pip's status. If one of the pips fails, a single one tries once more and may say why."""
    (lock,) = words
    text = Path(lock).read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory(prefix="kontor-packages-") as folder:
        started = [_start(Path(folder) / f"{number}.lock", share) for number, share in enumerate(shares(text, PIPS))]
        statuses = [pip.wait() for pip in started]
    if not any(statuses):
        return 0
    return subprocess.run([sys.executable, *_PIP, lock], check=False).returncode


def shares(lock: str, count: int) -> list[str]:
    """Return the lock's entries dealt out to at most `count` locks; an entry ends where no line goes on indented."""
    entries: list[str] = []
    for line in lock.splitlines(keepends=True):
        if line.strip() and not line.startswith((" ", "\t", "#")):
            entries.append(line)
        elif entries:
            entries[-1] += line
    return ["".join(entries[first::count]) for first in range(min(count, len(entries)))]


def _start(path: Path, share: str) -> subprocess.Popen[bytes]:
    path.write_text(share, encoding="utf-8")
    return subprocess.Popen([sys.executable, *_PIP, str(path)], stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
