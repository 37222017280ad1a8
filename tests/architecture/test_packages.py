"""Setting up: the lock file is dealt out to several pips without losing a package or a hash."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.packages import shares

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted(ROOT.glob("requirements*.lock"))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_the_shares_of_a_lock_hold_every_package_once_with_its_hashes(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")

    dealt = shares(text, 3)

    assert sorted("".join(dealt).splitlines()) == sorted(text.splitlines())
    assert all("--hash=sha256:" in share for share in dealt)
    assert all(not share.startswith((" ", "#")) for share in dealt)


def test_a_share_never_ends_in_the_middle_of_a_package() -> None:
    lock = "# made by hand\na==1 \\\n    --hash=sha256:1 \\\n    --hash=sha256:2\nb==2 \\\n    --hash=sha256:3\n    # via a\nc==3\n"

    assert shares(lock, 2) == [
        "a==1 \\\n    --hash=sha256:1 \\\n    --hash=sha256:2\nc==3\n",
        "b==2 \\\n    --hash=sha256:3\n    # via a\n",
    ]
    assert shares(lock, 9) == shares(lock, 3)
