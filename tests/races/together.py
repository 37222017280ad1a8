"""Several people at the same moment: threads that start together, each with connections of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import Error, connections

from kontor.core.refusal import Refusal


class Lost:
    """Somebody else was quicker: `reason` is the refusal or the database's error."""

    def __init__(self, reason: Exception) -> None:
        self.reason = reason


def at_once[R](*works: Callable[[], R]) -> list[R | Lost]:
    """Do all works at once; returns what each gave, or why it lost. Any other fault is raised."""
    barrier = Barrier(len(works))

    def run(work: Callable[[], R]) -> R | Lost:
        barrier.wait()
        try:
            return work()
        except (Refusal, Error) as reason:
            return Lost(reason)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as people:
        return list(people.map(run, works))


def won[R](outcomes: Sequence[R | Lost]) -> list[R]:
    """Return what the winners got."""
    return [outcome for outcome in outcomes if not isinstance(outcome, Lost)]
