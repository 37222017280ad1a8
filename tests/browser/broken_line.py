"""A line between browser and server that breaks in the middle of an upload."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator


@contextlib.contextmanager
def a_line_that_breaks(server: str, *, after: int) -> Iterator[tuple[str, list[int], threading.Event]]:
    """Stand between browser and server and cut uploads after so many bytes, until mended.

    Yields the address, the cuts in bytes, and the event that mends the line: Chromium itself tries more than once.
    """
    host, port = server.removeprefix("http://").split(":")
    listening = socket.create_server(("127.0.0.1", 0))
    cuts: list[int] = []
    mended = threading.Event()

    def carry(source: socket.socket, target: socket.socket, *, is_upward: bool) -> None:
        seen, is_upload = 0, False
        with contextlib.suppress(OSError):
            while piece := source.recv(16_384):
                is_upload = is_upload or (is_upward and b"/upload/ HTTP" in piece)
                seen = seen + len(piece) if is_upload else 0
                if is_upload and not mended.is_set() and seen > after:
                    cuts.append(seen)
                    break
                target.sendall(piece)
        for each in (source, target):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _address = listening.accept()
                far = socket.create_connection((host, int(port)))
                for pair, upward in (((near, far), True), ((far, near), False)):
                    threading.Thread(target=carry, args=pair, kwargs={"is_upward": upward}, daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}", cuts, mended
    listening.close()
