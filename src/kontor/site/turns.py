"""Requests of one web process take turns.

Threads that compute in one interpreter hinder each other: whoever comes back from the database waits for the others'
time slice at every statement. Pages are answered in about half the time when one computes and the next ones wait in
the order they came (ADR 0019).
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any

LEASE = 0.2  # seconds after which a slow page no longer holds up the others
READING = frozenset({"GET", "HEAD"})

type Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Turns:
    """Who computes now, and who waits for it."""

    def __init__(self, *, lease: float = LEASE) -> None:
        self._lease = lease
        self._guard = Lock()
        self._waiting: deque[Lock] = deque()
        self._holder: Lock | None = None
        self._until = 0.0

    def take(self) -> Lock:
        """Wait until nobody computes, or who does has taken longer than the lease; returns the turn to give back."""
        turn = Lock()
        turn.acquire()
        with self._guard:
            if self._holder is None:
                return self._hold(turn)
            self._waiting.append(turn)
        while not turn.acquire(timeout=self._lease):
            with self._guard:
                if self._holder is turn:
                    return turn
                if self._waiting and self._waiting[0] is turn and time.monotonic() >= self._until:
                    return self._hold(self._waiting.popleft())
        return turn

    def give_back(self, turn: Lock) -> None:
        """Hand the turn to who has waited longest; one that was lost to the lease stays lost."""
        with self._guard:
            if self._holder is not turn:
                return
            if not self._waiting:
                self._holder = None
                return
            self._hold(self._waiting.popleft()).release()

    def _hold(self, turn: Lock) -> Lock:
        self._holder = turn
        self._until = time.monotonic() + self._lease
        return turn


def in_turns(application: Application) -> Application:
    """Return the application whose pages are computed one after another; what sends a body never waits."""
    turns = Turns()

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in READING:
            return application(environ, start_response)
        turn = turns.take()
        try:
            return application(environ, start_response)
        finally:
            turns.give_back(turn)

    return answer
