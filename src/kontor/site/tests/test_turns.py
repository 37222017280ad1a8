"""Requests of one web process take turns: one computes, in the order they came, and a slow one holds up nobody long."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread
from typing import Any

import pytest

from kontor.site.turns import Turns, in_turns

LONG, SHORT = 60.0, 0.01
PATIENCE = 30.0


def started(work: Callable[[], None]) -> Thread:
    thread = Thread(target=work, daemon=True)
    thread.start()
    return thread


def waiting(turns: Turns) -> int:
    return len(turns._waiting)


def until(holds: Callable[[], bool]) -> None:
    """Wait for something that another thread does."""
    tick = Event()
    for _ in range(int(PATIENCE / 0.005)):
        if holds():
            return
        tick.wait(0.005)
    pytest.fail("it never came to be")


def test_one_computes_and_the_others_follow_in_the_order_they_came() -> None:
    turns = Turns(lease=LONG)
    order: list[int] = []
    first = turns.take()

    def follow(name: int) -> None:
        turn = turns.take()
        order.append(name)
        turns.give_back(turn)

    threads = []
    for name in range(5):
        threads.append(started(lambda name=name: follow(name)))  # type: ignore[misc]  # mypy cannot infer the lambda
        until(lambda: waiting(turns) == len(threads))
    assert order == []

    turns.give_back(first)
    for thread in threads:
        thread.join(PATIENCE)

    assert order == [0, 1, 2, 3, 4]
    turns.give_back(turns.take())  # free again: nobody waits


def test_who_takes_long_loses_the_turn_and_takes_nobody_elses() -> None:
    turns = Turns(lease=SHORT)
    slow = turns.take()
    next_one = turns.take()  # comes back although nobody gave the turn back
    turns.give_back(slow)

    assert turns._holder is next_one
    turns.give_back(next_one)
    assert turns._holder is None


@pytest.mark.parametrize("lease", [SHORT, LONG])
def test_many_requests_all_get_their_turn(lease: float) -> None:
    turns = Turns(lease=lease)
    done: list[None] = []

    def work() -> None:
        for _ in range(200):
            turn = turns.take()
            done.append(None)
            turns.give_back(turn)

    for thread in [started(work) for _ in range(8)]:
        thread.join(PATIENCE)

    assert len(done) == 1_600
    assert (turns._holder, waiting(turns)) == (None, 0)


def test_a_request_that_sends_a_body_waits_for_nobody_and_a_fault_gives_the_turn_back() -> None:
    inside, may_end = Event(), Event()

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        if environ["PATH_INFO"] == "/slow":
            inside.set()
            may_end.wait(PATIENCE)
            raise RuntimeError("a fault of ours")
        return [environ["PATH_INFO"].encode()]

    answer = in_turns(application)

    def ask_slowly() -> None:
        with pytest.raises(RuntimeError):
            answer({"REQUEST_METHOD": "GET", "PATH_INFO": "/slow"}, lambda *_: None)

    slow = started(ask_slowly)
    inside.wait(PATIENCE)
    assert list(answer({"REQUEST_METHOD": "POST", "PATH_INFO": "/typed"}, lambda *_: None)) == [b"/typed"]
    may_end.set()
    slow.join(PATIENCE)
    assert list(answer({"REQUEST_METHOD": "GET", "PATH_INFO": "/page"}, lambda *_: None)) == [b"/page"]
