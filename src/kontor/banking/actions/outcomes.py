"""What came of an import: what is new, what was known, and why a file was not taken."""

from __future__ import annotations

from dataclasses import dataclass, field

from kontor.banking.models import StatementImport
from kontor.core.refusal import Refusal, gettext_noop


class UnknownMoneyAccount(Refusal):
    """No money account has the statement's IBAN or number."""

    sentence = gettext_noop(
        "The statement is for the account %(account)s (%(currency)s), which is not among the money accounts yet. "
        "Please say which account it is; the file is kept until then."
    )


class UnnamedMoneyAccount(UnknownMoneyAccount):
    """The file, a CSV mostly, says nothing about its account."""

    sentence = gettext_noop(
        "The file does not say which account it is of. Please say which account it is; the file is kept until then."
    )


class WrongMoneyAccount(Refusal):
    """The chosen account carries another IBAN."""

    sentence = gettext_noop("The statement is for the account %(account)s, but %(chosen)s was chosen for it.")


class DetailsOfAllocatedBatch(Refusal):
    """A collective booking was allocated as a whole before its details came."""

    sentence = gettext_noop(
        "The collective booking %(reference)s is already assigned as a whole, so its details would count twice. "
        "Please cancel that assignment first and import this file again."
    )


class NoLines(Refusal):
    """The file is readable and empty."""

    sentence = gettext_noop("The file holds no statement.")


@dataclass(slots=True)
class Outcome:
    """What an import did; `problems` are (sentence, facts) of findings that did not stop it."""

    record: StatementImport
    statements: int = 0
    new: int = 0
    known: int = 0
    balance_ok: bool = True
    format: str = ""
    problems: list[Refusal] = field(default_factory=list)
    refusal: Refusal | None = None

    @property
    def is_taken(self) -> bool:
        """Tell whether the file was taken over or already known."""
        return self.refusal is None


def problem_of(problem: Refusal) -> dict[str, object]:
    """Return a finding as it is stored: sentence and facts as text."""
    return {"sentence": problem.sentence, "facts": {key: str(value) for key, value in problem.facts.items()}}
