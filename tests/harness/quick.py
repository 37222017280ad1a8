"""`./kontor test --quick`: what needs no database, and the stories that carry the mark `smoke`."""

from __future__ import annotations

import pytest

_HEAVY_MARKS = ("browser", "chaos", "conformance")
_HEAVY_FIXTURES = {"test_database", "office_folder", "server", "chromium"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--quick", action="store_true", help="leave out what needs a database, but for a few stories")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the others out, and say how many they are."""
    if not config.getoption("--quick"):
        return
    left_out = [item for item in items if not _is_quick(item)]
    items[:] = [item for item in items if _is_quick(item)]
    config.hook.pytest_deselected(items=left_out)


def _is_quick(item: pytest.Item) -> bool:
    if item.get_closest_marker("smoke"):
        return True
    is_heavy = any(item.get_closest_marker(name) for name in (*_HEAVY_MARKS, "slow"))
    return not is_heavy and not _HEAVY_FIXTURES & set(getattr(item, "fixturenames", ()))
