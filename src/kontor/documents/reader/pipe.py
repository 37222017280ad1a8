"""How the office and the reading process talk: a head of JSON, then byte streams, each with its length before it."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Sequence
from typing import Any, BinaryIO

_LENGTH = struct.Struct(">Q")
HEAD_BYTES_MAX = 8 * 1024**2
STREAM_BYTES_MAX = 64 * 1024**2
STREAMS_MAX = 8


class BrokenPipe(EOFError):
    """The other side is gone, or says what cannot be."""


def packed(head: dict[str, Any], streams: Sequence[bytes]) -> bytes:
    """Return one message."""
    text = json.dumps({**head, "streams": len(streams)}).encode()
    return b"".join(_LENGTH.pack(len(part)) + part for part in (text, *streams))


def unpacked(read: Callable[[int], bytes]) -> tuple[dict[str, Any], list[bytes]]:
    """Read one message by `read`, which gives as many bytes as asked for.

    Raises:
        BrokenPipe: it ends early, or is larger than any message.
    """
    head = json.loads(_part(read, HEAD_BYTES_MAX))
    count = head.pop("streams")
    if not isinstance(count, int) or not 0 <= count <= STREAMS_MAX:
        raise BrokenPipe
    return head, [_part(read, STREAM_BYTES_MAX) for _ in range(count)]


def _part(read: Callable[[int], bytes], bytes_max: int) -> bytes:
    (length,) = _LENGTH.unpack(_exactly(read, _LENGTH.size))
    if length > bytes_max:
        raise BrokenPipe
    return _exactly(read, length)


def _exactly(read: Callable[[int], bytes], length: int) -> bytes:
    found = read(length)
    if len(found) != length:
        raise BrokenPipe
    return found


def send(target: BinaryIO, head: dict[str, Any], streams: Sequence[bytes] = ()) -> None:
    """Write one message."""
    target.write(packed(head, streams))
    target.flush()
