"""How far a job is: written to its row while it runs, or drawn on the terminal."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.translation import gettext

from kontor.core.tenancy import Actor

EVERY_SECONDS = 0.3
BAR_SIGNS = 24


class JobCancelled(Exception):
    """The job should stop; it lets this fly."""


class Progress:
    """What a job is told: whose books, who acts, and where to say how far it is."""

    def __init__(self, *, tenant_id: int, by: Actor | None) -> None:
        self.tenant_id, self.by = tenant_id, by
        self._last = 0.0

    @property
    def cancelled(self) -> bool:
        """Tell whether the job should stop at the end of its piece."""
        return False

    def stop_if_cancelled(self) -> None:
        """End the job between two pieces, if it should.  Raises: JobCancelled."""
        if self.cancelled:
            raise JobCancelled

    def step(self, done: int, total: int, message_id: str = "", **facts: object) -> None:
        """Say how far the work is; `message_id` and `facts` make the sentence. Cheap: written at most thrice a second."""
        is_due = done >= total or time.monotonic() - self._last >= EVERY_SECONDS
        if is_due:
            self._last = time.monotonic()
            self._show(done, total, message_id, facts)

    def _show(self, done: int, total: int, message_id: str, facts: dict[str, object]) -> None:
        """Show one step."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End showing."""


class RecordedProgress(Progress):
    """Progress in the job's row, through a connection of its own: seen while the job's transaction is still open."""

    def __init__(
        self, *, tenant_id: int, job_id: int, by: Actor | None, stopping: Callable[[], bool] = lambda: False
    ) -> None:
        super().__init__(tenant_id=tenant_id, by=by)
        self.job_id, self._stopping = job_id, stopping
        self._cancel_asked, self._asked_at = False, 0.0
        self._connection: BaseDatabaseWrapper = connections.create_connection("default")

    @property
    def cancelled(self) -> bool:
        """Tell whether the person cancelled or the worker ends."""
        if not self._cancel_asked and time.monotonic() - self._asked_at >= EVERY_SECONDS:
            self._asked_at = time.monotonic()
            self._cancel_asked = bool(
                self._execute(
                    "SELECT cancel_asked FROM core_job WHERE tenant_id = %s AND id = %s", [self.tenant_id, self.job_id]
                )
            )
        return self._cancel_asked or self._stopping()

    def _show(self, done: int, total: int, message_id: str, facts: dict[str, object]) -> None:
        plain = json.dumps({name: fact if isinstance(fact, int) else str(fact) for name, fact in facts.items()})
        self._cancel_asked |= bool(
            self._execute(
                "UPDATE core_job SET done = %s, total = %s, message = %s, facts = %s::jsonb "
                "WHERE tenant_id = %s AND id = %s RETURNING cancel_asked",
                [done, total, message_id, plain, self.tenant_id, self.job_id],
            )
        )

    def _execute(self, statement: str, values: list[Any]) -> Any:
        """Run one statement in a short transaction of its own and return its first value."""
        self._connection.ensure_connection()
        with self._connection.connection.transaction(), self._connection.connection.cursor() as cursor:
            cursor.execute("SELECT set_tenant(%s, %s, '')", [self.tenant_id, None])
            found = cursor.execute(statement, values).fetchone()
        return found[0] if found else None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection."""
        self._connection.close()


class TerminalProgress(Progress):
    """A bar on standard error, where a person is looking; silent in pipes and logs."""

    def __init__(self, *, tenant_id: int, by: Actor | None, bar: bool = True) -> None:
        super().__init__(tenant_id=tenant_id, by=by)
        self._is_shown = bar and sys.stderr.isatty()
        self._has_drawn = False

    def _show(self, done: int, total: int, message_id: str, facts: dict[str, object]) -> None:
        if not self._is_shown:
            return
        filled = BAR_SIGNS * min(done, total) // max(total, 1)
        words = gettext(message_id) % facts if message_id else ""
        sys.stderr.write(f"\r{'█' * filled}{'░' * (BAR_SIGNS - filled)} {done}/{total} {words}\x1b[K")
        sys.stderr.flush()
        self._has_drawn = True

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the last line standing."""
        if self._has_drawn:
            sys.stderr.write("\n")
