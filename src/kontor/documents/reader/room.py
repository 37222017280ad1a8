"""The office's side of the reading process: one per process of ours, started when first needed, replaced when it fails."""

from __future__ import annotations

import logging
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from kontor.documents.reader.limits import DRAW_SECONDS, FILES_PER_PROCESS, LOOK_SECONDS, READ_SECONDS
from kontor.documents.reader.pipe import BrokenPipe, packed, unpacked
from kontor.documents.rules.unreadable import BY_CODE, BadReceiptFile, TakesTooMuch

type Act = Literal["look", "draw", "read", "part"]
type Facts = dict[str, Any]

_SECONDS: dict[Act, int] = {"look": LOOK_SECONDS, "draw": DRAW_SECONDS, "read": READ_SECONDS, "part": DRAW_SECONDS}
PROGRAM = ("-m", "kontor.documents.reader.child")
_WALL_FACTOR = 2.5  # a busy machine gives less than a second of work in a second
_PACKAGES = Path(__file__).resolve().parents[3]

logger = logging.getLogger("kontor.documents")


class ReaderGone(Exception):
    """The reading process ended, was killed by a limit, or took too long."""


class ReadingRoom:
    """Hands one file at a time to the reading process."""

    def __init__(self, program: Sequence[str] = PROGRAM) -> None:
        self._program = program
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._files = 0

    def ask(self, act: Act, content: bytes, *, name: str, **arguments: Any) -> tuple[Facts, list[bytes]]:
        """Return facts and byte streams.

        A process that was gone already (it ends by itself when idle) is replaced.

        Raises:
            BadReceiptFile: the file is refused, or a library failed at it.
            TakesTooMuch: the process died of it, or took longer than it may.
        """
        with self._lock:
            message = packed(
                {"act": act, "seconds": _SECONDS[act], "arguments": {"name": name, **arguments}}, [content]
            )
            try:
                head, streams = self._asked(message, _SECONDS[act] * _WALL_FACTOR)
            except ReaderGone as gone:
                self.close()
                raise TakesTooMuch(name=name) from gone
        if "refused" in head:
            raise BY_CODE.get(head["refused"], BadReceiptFile)(**head["facts"])
        if "done" not in head:
            self.close()
            logger.warning("the reading process failed to %s a file: %s", act, head["failed"])
            raise TakesTooMuch(name=name) if head["failed"] == "memory" else BadReceiptFile(name=name)
        return head["done"], streams

    def close(self) -> None:
        """End the process, if there is one."""
        process, self._process, self._files = self._process, None, 0
        if process is not None:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    stream.close()

    @property
    def process_id(self) -> int | None:
        """The process that is there, for the proof that it is replaced."""
        return None if self._process is None else self._process.pid

    def _asked(self, message: bytes, seconds: float) -> tuple[Facts, list[bytes]]:
        process = self._running()
        deadline = time.monotonic() + seconds
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            _write(process.stdin, message, deadline)
            answer = unpacked(lambda length: _read(process.stdout, length, deadline))
        except (OSError, EOFError, ValueError) as gone:
            raise ReaderGone from gone
        self._files += 1
        return answer

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and (self._process.poll() is not None or self._files >= FILES_PER_PROCESS):
            self.close()
        if self._process is None:
            self._process = _started(self._program)
        return self._process


def _started(program: Sequence[str]) -> subprocess.Popen[bytes]:
    environment = {"PYTHONPATH": os.pathsep.join([str(_PACKAGES), *filter(None, sys.path)]), "OMP_THREAD_LIMIT": "1"}
    process = subprocess.Popen(  # noqa: S603  # our own module, no shell
        [sys.executable, *program],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment, cwd="/",
        start_new_session=True, bufsize=0,
    )  # fmt: skip
    assert process.stdin is not None
    os.set_blocking(process.stdin.fileno(), False)  # so that a process that does not listen cannot hold us
    return process


def _write(target: Any, message: bytes, deadline: float) -> None:
    view = memoryview(message)
    while view:
        if not select.select([], [target], [], max(0.0, deadline - time.monotonic()))[1]:
            raise BrokenPipe
        view = view[os.write(target.fileno(), view[: 1 << 20]) :]


def _read(source: Any, length: int, deadline: float) -> bytes:
    parts: list[bytes] = []
    while length:
        if not select.select([source], [], [], max(0.0, deadline - time.monotonic()))[0]:
            raise BrokenPipe
        part = os.read(source.fileno(), min(length, 1 << 20))
        if not part:
            raise BrokenPipe
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


reading_room = ReadingRoom()
