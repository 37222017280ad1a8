"""What the database refuses, said in the office's words.

Our triggers raise with a code of ours in DETAIL; contexts say which refusal a code means.
"""

from __future__ import annotations

from django.db import DataError, Error

from kontor.core.refusal import Refusal, gettext_noop

_refusals: dict[str, type[Refusal]] = {}


class Busy(Refusal):
    """A row is being worked on by somebody else for too long."""

    sentence = gettext_noop("Somebody else is working on this right now. Nothing was changed; please try again.")
    status = 409


class AlreadyThere(Refusal):
    """A unique key exists."""

    sentence = gettext_noop("This exists already. Nothing was changed.")
    status = 409


class NotThere(Refusal):
    """A foreign key of nowhere: an id that was forged, or a row that somebody has deleted meanwhile."""

    sentence = gettext_noop("What was chosen is not there any more. Nothing was changed; please reload the page.")
    status = 409


class NotKeepable(Refusal):
    """A NUL character, or a number beyond eight bytes: no form of ours asks for either."""

    sentence = gettext_noop(
        "What was sent holds a character or a number that cannot be kept. Nothing was changed; please correct it."
    )


_states: dict[str, type[Refusal]] = {
    "23505": AlreadyThere,
    "23503": NotThere,
    "22003": NotKeepable,
    **dict.fromkeys(["55P03", "23P01", "57014", "40P01", "40001"], Busy),
}


def means(detail: str, refusal: type[Refusal]) -> None:
    """Say that the database's DETAIL code `detail` means `refusal`."""
    _refusals[detail] = refusal


def refined(error: Error) -> Refusal | None:
    """Return the refusal that a database error means, None if it is a fault."""
    diagnosis = getattr(error.__cause__, "diag", None)
    if diagnosis is None:
        return None
    detail = diagnosis.message_detail or ""
    if detail in _refusals:
        return _refusals[detail]()
    if isinstance(error, DataError) and "NUL" in str(error):  # refused before it is sent, so it has no state
        return NotKeepable()
    found = _states.get(diagnosis.sqlstate or "")
    return None if found is None else found()


def is_worth_retrying(error: Error) -> bool:
    """Tell whether the same act may succeed when it is tried anew: deadlock or serialization."""
    return getattr(error.__cause__, "sqlstate", "") in {"40P01", "40001"}
