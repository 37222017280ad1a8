"""Anticipated noes: each carries the sentence that the person will read."""

from __future__ import annotations

from typing import ClassVar


def gettext_noop(sentence: str) -> str:
    """Mark `sentence` as a message id for translation and return it unchanged."""
    return sentence


class Refusal(Exception):
    """Refuse an act for a reason that the office knows; shown to the person, never logged as an error.

    `sentence` is an English message id with %-named places, `facts` fill them. A door renders it in
    the reader's language; `str()` gives the English text.
    """

    sentence: ClassVar[str] = gettext_noop("That is not possible.")
    status: ClassVar[int] = 422

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(self.sentence % facts)


class NotAllowed(Refusal):
    """The person lacks the right."""

    sentence = gettext_noop("This needs the right “%(right)s”. An administrator of the organisation can grant it.")
    status = 403


class Changed(Refusal):
    """Somebody else changed the thing meanwhile."""

    sentence = gettext_noop("Somebody else has changed this in the meantime. The page now shows the current state.")
    status = 409
