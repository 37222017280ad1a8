"""Long stories first: what runs for minutes must not begin when the other worker has nothing left to do."""

from __future__ import annotations

from pathlib import Path

import pytest

_LONGEST_FIRST = ("chaos", "slow", "browser")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort whole files by their longest test, so that what a file shares is still made once."""
    ranks: dict[Path, int] = {}
    for item in items:
        ranks[item.path] = min(_rank(item), ranks.get(item.path, len(_LONGEST_FIRST) + 1))
    items.sort(key=lambda item: ranks[item.path])


def _rank(item: pytest.Item) -> int:
    """Return the place of a test: by mark, then those with a database, then the others."""
    for place, name in enumerate(_LONGEST_FIRST):
        if item.get_closest_marker(name):
            return place
    return len(_LONGEST_FIRST) + ("test_database" not in item.fixturenames if isinstance(item, pytest.Function) else 1)
