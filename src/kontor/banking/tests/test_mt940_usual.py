"""The quick reading of usual bookings gives exactly the lines of the careful one."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.camt_files import write_mt940
from kontor.banking.formats.mt940 import statement
from kontor.banking.formats.mt940.usual import usual_line
from kontor.banking.tests.samples import mt940


def test_the_quick_reading_differs_in_nothing_from_the_careful_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "statement.sta"
    write_mt940(path, count=1_500)
    quick: list[bool] = []

    def counted(content: str, **known: object) -> object:
        line = usual_line(content, **known)  # type: ignore[arg-type]  # passed on as it came
        quick.append(line is not None)
        return line

    monkeypatch.setattr(statement, "usual_line", counted)
    first = mt940(path.read_bytes())
    monkeypatch.setattr(statement, "usual_line", lambda *_, **__: None)

    assert mt940(path.read_bytes()) == first
    assert sum(quick) > 800
