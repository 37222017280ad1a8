"""What the database refuses, said in the office's words.

Our triggers raise with a code of ours in DETAIL; contexts say which refusal a code means.
"""

from __future__ import annotations

from django.db import Error

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
    if diagnosis.sqlstate == "23505":
        return AlreadyThere()
    if diagnosis.sqlstate in {"55P03", "23P01", "57014", "40P01", "40001"}:
        return Busy()
    return None


def is_worth_retrying(error: Error) -> bool:
    """Tell whether the same act may succeed when it is tried anew: deadlock or serialization."""
    return getattr(error.__cause__, "sqlstate", "") in {"40P01", "40001"}
