"""The closing of a month as a checklist: contexts register steps in their `AppConfig.ready`, the home page shows them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kontor.core.kept_statements import Figures
from kontor.ui.navigation import may

GROUPS = (
    gettext_noop("Bank and cash"),
    gettext_noop("Open items"),
    gettext_noop("Books"),
    gettext_noop("Month end"),
)


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month, both days included."""

    first_day: date
    last_day: date

    @classmethod
    def of(cls, day: date) -> Month:
        """Return the month of a day."""
        first = day.replace(day=1)
        return cls(first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1))

    @property
    def before(self) -> Month:
        """Return the month before."""
        return Month.of(self.first_day - timedelta(days=1))

    @property
    def after(self) -> Month:
        """Return the month after."""
        return Month.of(self.last_day + timedelta(days=1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far a step is; `note` and `by` are words in the reader's language, `url` leads to where it is done.

    `is_late` says that it should have been done, `is_locked` that something else comes first.
    """

    is_done: bool
    note: str = ""
    by: str = ""
    url: str = ""
    is_late: bool = False
    is_locked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the closing: `label` and `action` (on its button) are message ids; a query that gives None stays away.

    `figures` are what the query is going to need (`ui.foreseen`): the page asks those of all its parts in one statement.
    """

    label: str
    action: str
    group: str
    query: Callable[[HttpRequest, Month], Standing | None]
    figures: Callable[[Month], Figures] | None = None
    right: str = ""
    order: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A step as one request sees it; `tone` is done, now, warn, open or lock."""

    label: str
    action: str
    tone: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class Checklist:
    """The steps of a month in their groups, and how many are done."""

    month: Month
    groups: tuple[tuple[str, tuple[Line, ...]], ...]
    done: int
    total: int

    @property
    def percent(self) -> int:
        """Return the share of the steps that are done, 0 to 100."""
        return self.done * 100 // self.total if self.total else 0


_steps: list[Step] = []


def register_steps(steps: Sequence[Step]) -> None:
    """Show `steps` in the checklist of those who hold their rights."""
    _steps.extend(step for step in steps if step not in _steps)


def figures_of_steps(request: HttpRequest, month: Month) -> list[Figures]:
    """Return the figures that the steps of a person need."""
    return [step.figures(month) for step in _steps if step.figures is not None and may(request, step.right)]


def checklist_for(request: HttpRequest, month: Month) -> Checklist | None:
    """Return the month's checklist, None where nothing of it concerns the person.

    The first step that can be done now is marked.
    """
    found = []
    for step in sorted(_steps, key=lambda step: (GROUPS.index(step.group), step.order)):
        standing = step.query(request, month) if may(request, step.right) else None
        if standing is not None:
            found.append((step, standing))
    if not found:
        return None
    current = next((step for step, standing in found if not standing.is_done and not standing.is_locked), None)
    groups = []
    for name in GROUPS:
        lines = tuple(_line(step, standing, is_now=step is current) for step, standing in found if step.group == name)
        if lines:
            groups.append((_(name), lines))
    return Checklist(month, tuple(groups), sum(standing.is_done for _step, standing in found), len(found))


def _line(step: Step, standing: Standing, *, is_now: bool) -> Line:
    if standing.is_done:
        tone = "done"
    elif standing.is_locked:
        tone = "lock"
    elif is_now:
        tone = "now"
    else:
        tone = "warn" if standing.is_late else "open"
    return Line(label=_(step.label), action=_(step.action), tone=tone, standing=standing)
