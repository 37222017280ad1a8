"""What owners of documents say about them: each registers its type in `AppConfig.ready` (house.md §2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from kontor.approvals.models import ApprovalRequest
from kontor.approvals.rules.policies import Place
from kontor.core.tenancy import Actor
from kontor.documents.models import StoredFile
from kontor.documents.queries.pages import PageView


@dataclass(frozen=True, slots=True, kw_only=True)
class PastSubject:
    """A document of earlier days, for the dry run of a policy; `cost_base` is what it cost its budgets."""

    subject_id: int
    title: str
    submitter_id: int
    day: date
    amount_base: int
    cost_base: int
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One line of what a document says of itself, in the reader's language."""

    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """What a check found, in the reader's language: `text · detail`, and `short` for the list."""

    text: str
    detail: str = ""
    short: str = ""
    is_warning: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where something was read on a picture, in its pixels; `words` say what, `is_warning` that the document says otherwise."""

    x: int
    y: int
    width: int
    height: int
    words: str
    is_warning: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A document as its reviewers may see it; amount in minor units, facts in the reader's language.

    `pages` have pictures, `files` (id, name) are the originals, `spots` the places read on a picture, by its id.
    """

    title: str
    number: str
    amount: int
    currency: str
    asker_id: int
    facts: tuple[Fact, ...] = ()
    pages: tuple[PageView, ...] = ()
    files: tuple[tuple[int, str], ...] = ()
    spots: Mapping[int, Sequence[Spot]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetAfter:
    """What a document leaves of a branch's budget; minor units of the base currency.

    `spent` is booked or approved already, `asked` this document's share, both without the VAT that is deducted;
    `asked_gross` is the share as the document states it, `elapsed_percent` how much of the year is over.
    """

    name: str
    year: int
    planned: int
    spent: int
    asked: int
    asked_gross: int
    elapsed_percent: int

    @property
    def rest(self) -> int:
        """Return what is left after the approval; negative when the budget is exceeded."""
        return self.planned - self.spent - self.asked


class Notice(Protocol):
    """What the owner does when a request turns; runs in the same transaction and may refuse."""

    def __call__(self, request: ApprovalRequest, *, reason: str, at: datetime, by: Actor | None) -> None:
        """Act upon the turn."""


class Reply(Protocol):
    """How whoever handed in writes into the conversation."""

    def __call__(self, subject_id: int, text: str, /, *, at: datetime, by: Actor) -> object:
        """Write, and go on where the question was asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A type of document that can be approved, and what its owner does on each turn.

    `approved`, `rejected`, `queried` follow an answer, `answered` the reply to a question, `reopened` an answer that
    was taken back. `lock` takes the document for change, always before its request. `fingerprint` gives the contents
    an answer is bound to. `asker_page` and `office_page` are URL name and argument of the pages of whoever handed it in
    and of the office, which may ask as well.
    `panel` (None: gone), `budgets`, `signs`, `picture` and `file` are what reviewers may see; they check no right
    themselves, but give only what belongs to the document.
    """

    type: str
    label: str
    approved: Notice
    rejected: Notice
    queried: Notice
    answered: Notice
    reopened: Notice
    reply: Reply
    lock: Callable[[int], object]
    fingerprint: Callable[[int], str]
    past: Callable[[date], Sequence[PastSubject]]
    panel: Callable[[int], Panel | None]
    budgets: Callable[[int, date], Sequence[BudgetAfter]]
    signs: Callable[[Sequence[Mapping[str, object]]], list[Sign]]
    picture: Callable[[int, int], StoredFile | None]
    file: Callable[[int, int], StoredFile | None]
    asker_page: tuple[str, str]
    office_page: tuple[str, str]


_subjects: dict[str, Subject] = {}


def register_subject(subject: Subject) -> None:
    """Make a type of document known."""
    _subjects[subject.type] = subject


def subject_of(subject_type: str) -> Subject:
    """Return a registered type.  Raises: KeyError for one that no context owns."""
    return _subjects[subject_type]


def all_subjects() -> Sequence[Subject]:
    """Return every registered type."""
    return list(_subjects.values())
