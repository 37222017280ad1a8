"""Child processes that never outlive Kontor."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True, slots=True)
class ServiceUser:
    """The account under which the database runs when Kontor is started by root."""

    name: str
    uid: int
    gid: int


def die_with_parent(signum: signal.Signals) -> None:
    """Ask the kernel to send this process `signum` when its parent dies; elsewhere than on Linux nothing happens.

    The request is lost by a change of user, so it comes after one.
    """
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, int(signum))


def before_exec(*, last_signal: signal.Signals, user: ServiceUser | None = None) -> Callable[[], None]:
    """Return what a new child does before it becomes its program.

    It leaves the terminal's process group, so that Ctrl-C reaches only the supervisor,
    becomes `user`, and ends itself if the supervisor died in between.
    """
    parent = os.getpid()

    def prepare() -> None:
        os.setsid()
        if user is not None:
            os.setgroups([])
            os.setgid(user.gid)
            os.setuid(user.uid)
        die_with_parent(last_signal)
        if os.getppid() != parent:
            os._exit(1)

    return prepare
