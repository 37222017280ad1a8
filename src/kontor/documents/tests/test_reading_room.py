"""The reading process within its limits: what it dies of is one file, never the office."""

import json
import resource
import time
from collections.abc import Callable, Iterator

import pytest

from kontor.documents.reader import room as room_module
from kontor.documents.reader.limits import MEMORY_BYTES_MAX
from kontor.documents.reader.room import ReadingRoom
from kontor.documents.rules.intake import FileKind
from kontor.documents.rules.unreadable import BadReceiptFile, TakesTooMuch
from kontor.documents.tests.papers import a_picture, as_bytes

JPEG = as_bytes(a_picture())
# The real process, with one act replaced by a misdeed.
_CHILD = """
import os, sys, time
from kontor.documents.reader import child, looks
def misdeed(content, **arguments):
    {misdeed}
    return looks.Answer({{"survived": True}})
looks.ACTS["read"] = misdeed
sys.exit(child.main())
"""


@pytest.fixture
def a_room() -> Iterator[Callable[[str], ReadingRoom]]:
    rooms: list[ReadingRoom] = []

    def make(misdeed: str) -> ReadingRoom:
        rooms.append(ReadingRoom(("-c", _CHILD.format(misdeed=misdeed))))
        return rooms[-1]

    yield make
    for room in rooms:
        room.close()


def _read(room: ReadingRoom) -> dict[str, object]:
    facts, _ = room.ask("read", JPEG, name="beleg.jpg", kind=FileKind.JPEG)
    return facts


def _look(room: ReadingRoom) -> dict[str, object]:
    facts, _ = room.ask("look", JPEG, name="beleg.jpg", kind=FileKind.JPEG)
    return facts


def test_one_process_serves_many_files(a_room: Callable[[str], ReadingRoom]) -> None:
    room = a_room("pass")
    _look(room)
    first = room.process_id
    _look(room)

    assert first is not None
    assert room.process_id == first


@pytest.mark.parametrize("misdeed", ["os.kill(os.getpid(), 11)", "os._exit(0)", "os.abort()"])
def test_a_crash_costs_one_file_and_the_next_one_is_read(a_room: Callable[[str], ReadingRoom], misdeed: str) -> None:
    room = a_room(misdeed)
    with pytest.raises(TakesTooMuch, match=r"beleg\.jpg"):
        _read(room)

    assert _look(room)["pages"] == 1


def test_memory_beyond_the_limit_is_refused(a_room: Callable[[str], ReadingRoom]) -> None:
    room = a_room(f"hoard = bytearray({2 * MEMORY_BYTES_MAX})")
    with pytest.raises(TakesTooMuch):
        _read(room)

    assert _look(room)["pages"] == 1


def test_a_fault_of_a_library_is_no_fault_of_the_office(a_room: Callable[[str], ReadingRoom]) -> None:
    room = a_room("raise ZeroDivisionError")
    with pytest.raises(BadReceiptFile, match="cannot be opened"):
        _read(room)

    assert _look(room)["pages"] == 1


@pytest.mark.slow
def test_endless_work_is_ended_by_the_processor_limit(
    a_room: Callable[[str], ReadingRoom], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(room_module._SECONDS, "read", 1)
    monkeypatch.setattr(room_module, "_WALL_FACTOR", 60)
    room = a_room("while True: pass")
    with pytest.raises(TakesTooMuch):
        _read(room)

    assert _look(room)["pages"] == 1


def test_endless_waiting_is_ended_by_the_clock(
    a_room: Callable[[str], ReadingRoom], monkeypatch: pytest.MonkeyPatch
) -> None:
    room = a_room("time.sleep(600)")
    _look(room)
    monkeypatch.setitem(room_module._SECONDS, "read", 1)
    began = time.monotonic()
    with pytest.raises(TakesTooMuch):
        _read(room)

    assert time.monotonic() - began < 30


def test_a_process_that_ended_while_idle_is_replaced(a_room: Callable[[str], ReadingRoom]) -> None:
    room = a_room("os._exit(0)")
    _look(room)
    first = room.process_id
    assert room._process is not None
    room._process.kill()
    room._process.wait()

    assert _look(room)["pages"] == 1
    assert room.process_id != first


def test_a_process_is_renewed_after_many_files(
    a_room: Callable[[str], ReadingRoom], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room_module, "FILES_PER_PROCESS", 2)
    room = a_room("pass")
    seen = {(_look(room)["pages"], room.process_id) for _ in range(4)}

    assert len(seen) == 2


def test_the_process_has_limits_and_no_secrets(
    a_room: Callable[[str], ReadingRoom], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    room = a_room(
        "import resource, json; raise ValueError(json.dumps([sorted(os.environ), resource.getrlimit(resource.RLIMIT_AS)[1], "
        "resource.getrlimit(resource.RLIMIT_CORE)[1], resource.getrlimit(resource.RLIMIT_FSIZE)[1]]))"
    )
    said: list[str] = []
    monkeypatch.setattr(room_module.logger, "warning", lambda *arguments: said.append(str(arguments[-1])))
    with pytest.raises(BadReceiptFile):
        _read(room)

    names, memory, core, size = json.loads(said[0].removeprefix("ValueError: "))
    assert set(names) <= {"PYTHONPATH", "OMP_THREAD_LIMIT", "LC_CTYPE"}
    assert (memory, core, size) == (MEMORY_BYTES_MAX, 0, 0)
    assert resource.getrlimit(resource.RLIMIT_AS)[1] != MEMORY_BYTES_MAX
