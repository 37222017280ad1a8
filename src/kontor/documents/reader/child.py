"""The reading process: takes one request after the other from its pipe, within limits it cannot lift.

Started as `python -m kontor.documents.reader.child` by `room`, with an empty environment. It sees no database, no
archive and, where the system allows it, no network.
"""

from __future__ import annotations

import ctypes
import os
import resource
import select
import signal
import sys
from contextlib import suppress
from typing import Any

from kontor.documents.reader.limits import IDLE_SECONDS_MAX, MEMORY_BYTES_MAX
from kontor.documents.reader.pipe import BrokenPipe, send, unpacked
from kontor.documents.rules.unreadable import BadReceiptFile

_DIES_WITH_PARENT = 1  # prctl(PR_SET_PDEATHSIG)


def main() -> int:
    """Answer requests until the pipe ends or nobody asks for a while."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not get into the answers
    _shut_in()
    requests = sys.stdin.buffer
    while select.select([requests], [], [], IDLE_SECONDS_MAX)[0]:
        try:
            head, streams = unpacked(requests.read)
        except BrokenPipe:
            break
        _allow_processor_seconds(head["seconds"])
        facts, made = _answered(head, streams)
        send(answers, facts, made)
    return 0


def _shut_in() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_DIES_WITH_PARENT, signal.SIGKILL)
    with suppress(OSError, AttributeError):
        os.unshare(os.CLONE_NEWUSER | os.CLONE_NEWNET)


def _allow_processor_seconds(seconds: int) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + 1 + seconds, hard))


def _answered(head: dict[str, Any], streams: list[bytes]) -> tuple[dict[str, Any], tuple[bytes, ...]]:
    from kontor.documents.reader.looks import ACTS  # noqa: PLC0415  # loaded within the limits

    try:
        answer = ACTS[head["act"]](*streams, **head["arguments"])
    except BadReceiptFile as refusal:
        return {"refused": type(refusal).__name__, "facts": refusal.facts}, ()
    except MemoryError:
        return {"failed": "memory"}, ()
    except Exception as fault:  # noqa: BLE001  # whatever a library makes of a stranger's file ends with this file
        return {"failed": f"{type(fault).__name__}: {fault}"[:300]}, ()
    return {"done": answer.facts}, answer.streams


if __name__ == "__main__":
    sys.exit(main())
