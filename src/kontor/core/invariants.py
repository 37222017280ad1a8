"""What must hold in every set of books, as statements that find whatever breaks it.

Each context registers its own; `check-books` proves them all over a live database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol


class Cursor(Protocol):
    """What a proof needs of a database cursor."""

    def execute(self, sql: Any, params: Any = ..., /) -> Any: ...
    def fetchall(self) -> list[tuple[Any, ...]]: ...


class Invariant(Protocol):
    """A statement over one tenant's rows, `%(tenant)s`, giving (object id, facts) per violation; `sentence` is a message id."""

    @property
    def code(self) -> str: ...
    @property
    def sentence(self) -> str: ...
    @property
    def object_type(self) -> str: ...
    @property
    def statement(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """An invariant as a plain value."""

    code: str
    sentence: str
    object_type: str
    statement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One object that breaks an invariant; `facts` are the figures that differ."""

    code: str
    sentence: str
    object_type: str
    object_id: int
    facts: str

    def __str__(self) -> str:
        return f"{self.code}: {self.object_type} {self.object_id} ({self.facts}). {self.sentence}"


type Proof = Callable[[], Iterable[Violation]]

_invariants: list[Invariant] = []
_proofs: list[Proof] = []


def register(invariants: Iterable[Invariant]) -> None:
    """Take up the invariants of a context."""
    _invariants.extend(each for each in invariants if each not in _invariants)


def register_proof(proof: Proof) -> None:
    """Take up a proof that no statement can give, such as that of files; it runs inside the tenant."""
    if proof not in _proofs:
        _proofs.append(proof)


def violations(tenant_id: int, *, cursor: Cursor) -> Iterator[Violation]:
    """Yield everything that breaks a statement invariant in one tenant."""
    # Without fresh statistics the planner walks these whole-table comparisons row by row.
    cursor.execute("SET LOCAL enable_nestloop = off")
    for each in _invariants:
        cursor.execute(each.statement, {"tenant": tenant_id})
        for object_id, facts in cursor.fetchall():
            yield Violation(
                code=each.code, sentence=each.sentence, object_type=each.object_type, object_id=object_id,
                facts=str(facts),
            )  # fmt: skip


def proven_inside() -> Iterator[Violation]:
    """Yield what the registered proofs find in the open tenant."""
    for proof in _proofs:
        yield from proof()


def codes() -> list[str]:
    """Return the codes of all statement invariants, in the order they are proved."""
    return [each.code for each in _invariants]
