"""Share the transactions out to desks on several cores: each ranking depends on its transaction and the store alone."""

import marshal
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import pairwise
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

from kontor.matching.rules.desk import Desk
from kontor.matching.rules.ruleset import Ruleset
from kontor.matching.rules.store import Store
from kontor.matching.rules.values import TransactionRow

_TRANSACTIONS_PER_WORKER_MIN = 2_000
_HOME_PARTS, _AWAY_PARTS = 9, 10


@dataclass(frozen=True, slots=True)
class Desks:
    """The desk of this process and the ends of the pipes to those in its forks."""

    home: Desk
    away: Sequence[Connection]

    def ask[T, *P](self, task: Callable[[Desk, *P], list[T]], *given: *P) -> Iterator[list[T]]:
        """Yield every desk's answer to a task, all of them at work at once."""
        self.order(task, *given)
        yield task(self.home, *given)
        for written in self.answers():
            yield read_answer(written)

    def order[T, *P](self, task: Callable[[Desk, *P], list[T]], *given: *P) -> None:
        """Give the desks in the forks a task."""
        if self.away:
            order: Any = (task.__name__, given)
            written = marshal.dumps(order)
            for desk in self.away:
                desk.send_bytes(written)

    def answers(self) -> list[bytes]:
        """Return what the desks in the forks answer to the oldest task that has none yet, as they wrote it."""
        return [desk.recv_bytes() for desk in self.away]


def read_answer(written: bytes) -> list[Any]:
    """Return a fork's answer."""
    answer: list[Any] = marshal.loads(written)  # noqa: S302 - written by our own fork, read from its pipe
    return answer


@contextmanager
def desks_for(
    transactions: Sequence[TransactionRow], *, store: Store, ruleset: Ruleset, workers: int
) -> Iterator[Desks]:
    """Open a desk per worker and share the transactions out to them; the one at home also settles what all claim.

    More than one worker forks this process, so only a process without threads may ask for it.
    """
    count = min(workers, max(1, len(transactions) // _TRANSACTIONS_PER_WORKER_MIN))
    whole = _HOME_PARTS + _AWAY_PARTS * (count - 1)
    ends = [_HOME_PARTS + _AWAY_PARTS * number for number in range(count)]
    bounds = [0, *(len(transactions) * end // whole for end in ends)]
    home, *others = [Desk(transactions[start:end], store=store, ruleset=ruleset) for start, end in pairwise(bounds)]
    context = get_context("fork")
    forks = []
    for desk in others:
        here, there = context.Pipe()
        fork = context.Process(target=_serve, args=(desk, there, here))
        fork.start()
        there.close()
        forks.append((fork, here))
    try:
        yield Desks(home, [here for _, here in forks])
    finally:
        for _, here in forks:
            here.close()
        for fork, _ in forks:
            fork.join()


def _serve(desk: Desk, boss: Connection, other_end: Connection) -> None:
    """Do one task after the other until nobody asks any more; whoever interrupts the run means the one who asks."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    other_end.close()
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            name, given = marshal.loads(boss.recv_bytes())  # noqa: S302 - written by the process that forked us
            boss.send_bytes(marshal.dumps(getattr(desk, name)(*given)))
