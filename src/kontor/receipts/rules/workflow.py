"""The way of a document: who may send it from which state to which (inventory 5.3)."""

from __future__ import annotations

from kontor.core.refusal import Refusal, gettext_noop

DRAFT, SUBMITTED, IN_REVIEW, QUERY = "draft", "submitted", "in_review", "query"
APPROVED, REJECTED, WITHDRAWN = "approved", "rejected", "withdrawn"
IN_PROGRESS, FINAL, CANCELLED = "in_progress", "final", "cancelled"

EDITABLE_BY_SUBMITTER = frozenset({DRAFT, QUERY, REJECTED, WITHDRAWN})
TO_PROCESS = frozenset({SUBMITTED, APPROVED, IN_PROGRESS})
HANDED_IN = frozenset({SUBMITTED, IN_REVIEW, QUERY, APPROVED, IN_PROGRESS, FINAL})

_MOVES: dict[str, frozenset[str]] = {
    "submit": EDITABLE_BY_SUBMITTER,
    "withdraw": frozenset({SUBMITTED, IN_REVIEW, QUERY, APPROVED}),
    "approve": frozenset({IN_REVIEW, QUERY}),
    "reject": frozenset({SUBMITTED, IN_REVIEW, QUERY, APPROVED, IN_PROGRESS}),
    "query": frozenset({SUBMITTED, IN_REVIEW, APPROVED, IN_PROGRESS}),
    "answer": frozenset({QUERY}),
    "reopen": frozenset({APPROVED, REJECTED, QUERY}),
    "take": frozenset({SUBMITTED, APPROVED, IN_PROGRESS}),
    "book": frozenset({SUBMITTED, APPROVED, IN_PROGRESS}),
    "unbook": frozenset({FINAL}),
    "cancel": frozenset({FINAL, APPROVED, IN_PROGRESS, SUBMITTED}),
}


class WrongState(Refusal):
    """The document is not where this act starts."""

    sentence = gettext_noop("Receipt %(number)s has moved on meanwhile. Reload the page to see where it is now.")
    status = 409


class NotOwn(Refusal):
    """Somebody else's draft."""

    sentence = gettext_noop("This receipt belongs to somebody else.")
    status = 404


class AssignedToOther(Refusal):
    """Kept by another bookkeeper (OC-55)."""

    sentence = gettext_noop(
        "%(name)s keeps this receipt assigned and is working on it. What you typed is still here; "
        "ask %(name)s to release it, or break the assignment if you may."
    )
    status = 409


class ChangedMeanwhile(Refusal):
    """Two people saved the same document."""

    sentence = gettext_noop(
        "%(name)s has saved this receipt in the meantime. What you typed is still here: compare it with what was "
        "saved, then save again."
    )
    status = 409


class AlreadyBooked(Refusal):
    """Booked documents do not change."""

    sentence = gettext_noop("Receipt %(number)s is booked. Take the booking back first, then change it.")
    status = 409


class NotBooked(Refusal):
    """Nothing to take back or to pay."""

    sentence = gettext_noop("Receipt %(number)s is not booked yet. Please book it first.")
    status = 409


class RejectReasonMissing(Refusal):
    """A rejection without a word."""

    sentence = gettext_noop("The reason is missing. Whoever handed this in has to know why.")


def check_move(move: str, *, state: str, number: str) -> None:
    """Refuse an act that does not start at this state.  Raises: WrongState."""
    if state not in _MOVES[move]:
        raise WrongState(number=number)


def document_name(year: int | None, sequence: int | None) -> str:
    """Return the number as it is shown: `B-2026-000123`, "" for a draft."""
    return "" if year is None or sequence is None else f"B-{year}-{sequence:06d}"
