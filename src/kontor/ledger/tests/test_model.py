"""The ledger against a model of itself: whatever people do in whatever order, both tell the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime

import psycopg
from django.db import Error
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from kontor.core.invariants import violations
from kontor.core.refinement import refined
from kontor.core.refusal import Refusal
from kontor.core.tenancy import tenant
from kontor.ledger.actions.entries import change_text, delete_draft, post_draft, reverse_entry, save_draft
from kontor.ledger.actions.periods import close_period, commit_period, reopen_period
from kontor.ledger.actions.posting import NewEntry, post
from kontor.ledger.models import AccountMonth, JournalEntry, Period
from kontor.ledger.rules.postings import Memo, Posting, PostingLine, by_number
from tests.builders import a_tenant

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
ACCOUNTS = ("1200", "1000", "8200", "4210")
MONTHS = st.integers(1, 3)
AMOUNTS = st.integers(1, 10**12)
PLACES = st.integers(0, 50)

type Lines = tuple[tuple[str, int], ...]


def _posting(lines: Lines) -> Posting:
    return Posting(tuple(PostingLine(by_number(a), n, n, "EUR") for a, n in lines), Memo(text="Modell"))


class Ledger(RuleBasedStateMachine):
    """Posting, drafts, reversals and periods of January to March 2025 in one tenant."""

    proof: psycopg.Connection

    def __init__(self) -> None:
        super().__init__()
        self.books = a_tenant().id
        with tenant(self.books):
            rows = Period.objects.filter(first_day__year=2025).values_list("number", "id")
            self.periods = dict(rows)
        self.states = dict.fromkeys((1, 2, 3), "open")
        self.posted: dict[int, tuple[int, Lines]] = {}
        self.drafts: dict[int, tuple[int, Lines]] = {}
        self.reversed: set[int] = set()

    def attempt[T](self, act: Callable[[], T]) -> T | None:
        """Do one act in the door's transaction; None if it was refused in our words."""
        try:
            with tenant(self.books):
                return act()
        except Refusal:
            return None
        except Error as error:
            if refined(error) is None:
                raise
            return None

    @rule(month=MONTHS, amount=AMOUNTS, pair=st.permutations(ACCOUNTS), part=st.integers(0, 100))
    def someone_posts(self, month: int, amount: int, pair: list[str], part: int) -> None:
        first = amount * part // 100
        lines = tuple((a, n) for a, n in ((pair[0], amount), (pair[1], -first), (pair[2], first - amount)) if n)
        new = NewEntry(posting=_posting(lines), entry_date=date(2025, month, 15))
        written = self.attempt(lambda: post([new], at=AT))
        assert (written is not None) == (self.states[month] == "open")
        if written:
            self.posted[written[0].id] = (month, lines)
            assert written[0].sequence == len(self.posted)

    @rule(month=MONTHS, amount=AMOUNTS)
    def someone_drafts(self, month: int, amount: int) -> None:
        lines = (("4210", amount), ("1200", -amount))
        kept = self.attempt(lambda: save_draft(_posting(lines), on=date(2025, month, 20), at=AT))
        if kept:
            assert kept.sequence is None
            self.drafts[kept.id] = (month, lines)

    @rule(place=PLACES)
    def someone_posts_a_draft(self, place: int) -> None:
        if not self.drafts:
            return
        entry_id = sorted(self.drafts)[place % len(self.drafts)]
        month, lines = self.drafts[entry_id]
        number = self.attempt(lambda: post_draft(entry_id))
        assert (number is not None) == (self.states[month] == "open")
        if number is not None:
            del self.drafts[entry_id]
            self.posted[entry_id] = (month, lines)
            assert number == len(self.posted)

    @rule(place=PLACES)
    def someone_deletes_a_draft(self, place: int) -> None:
        if self.drafts:
            entry_id = sorted(self.drafts)[place % len(self.drafts)]
            self.attempt(lambda: delete_draft(entry_id))
            del self.drafts[entry_id]

    @rule(place=PLACES, month=MONTHS)
    def someone_reverses(self, place: int, month: int) -> None:
        if not self.posted:
            return
        entry_id = sorted(self.posted)[place % len(self.posted)]
        written = self.attempt(lambda: reverse_entry(entry_id, on=date(2025, month, 28), at=AT))
        if entry_id in self.reversed or self.states[month] != "open":
            assert written is None
        if written:
            self.reversed.add(entry_id)
            self.posted[written.id] = (month, tuple((a, -n) for a, n in self.posted[entry_id][1]))

    @rule(month=MONTHS, step=st.sampled_from(["close", "reopen", "commit"]))
    def someone_moves_a_period(self, month: int, step: str) -> None:
        was = self.states[month]
        earlier = [self.states[m] for m in range(1, month)]
        allowed = {
            "close": was == "open",
            "reopen": was == "closed",
            "commit": was != "committed" and all(state == "committed" for state in earlier),
        }[step]
        assert (self.attempt(lambda: self._moved(month, step)) is not None) == allowed
        if allowed:
            self.states[month] = {"close": "closed", "reopen": "open", "commit": "committed"}[step]

    def _moved(self, month: int, step: str) -> bool:
        period_id = self.periods[month]
        match step:
            case "close":
                close_period(period_id)
            case "reopen":
                reopen_period(period_id, reason="Nachtrag")
            case _:
                commit_period(period_id)
        return True

    @rule(place=PLACES)
    def someone_corrects_a_text(self, place: int) -> None:
        if self.posted:
            entry_id = sorted(self.posted)[place % len(self.posted)]
            is_final = self.states[self.posted[entry_id][0]] == "committed"
            self.attempt(lambda: change_text(entry_id, "Korrigiert"))
            with tenant(self.books):
                text = JournalEntry.objects.values_list("text", flat=True).get(id=entry_id)
            assert is_final or text == "Korrigiert"

    @invariant()
    def the_monthly_sums_are_those_of_the_model(self) -> None:
        sums: Counter[tuple[str, int]] = Counter()
        for month, lines in self.posted.values():
            for account, amount in lines:
                sums[account, month] += amount
        with tenant(self.books):
            rows = AccountMonth.objects.values_list("account__number", "month", "debit", "credit")
            kept = {(number, month.month): debit - credit for number, month, debit, credit in rows}
        assert {key: amount for key, amount in kept.items() if amount} == {k: n for k, n in sums.items() if n}

    def teardown(self) -> None:
        with self.proof.cursor() as cursor:
            assert list(violations(self.books, cursor=cursor)) == []


def test_the_ledger_and_its_model_tell_the_same(database: None, superuser_connection: psycopg.Connection) -> None:
    superuser_connection.execute("SET timezone = 'UTC'")
    machine = type("LedgerHere", (Ledger,), {"proof": superuser_connection})
    bounds = settings(max_examples=5, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(machine, settings=bounds)
