"""Finding by words: parts, cases and umlauts; one index, one function, one tenant at a time."""

from __future__ import annotations

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kontor.core.search import fold, forget_text, index_text, search_text
from kontor.core.tenancy import tenant
from kontor.organisations.models import Tenant
from tests.builders import a_tenant

KIND = "test.text"
RECEIPT = "Bürobedarf Müller & Söhne\nRechnung Nr. 2026-4711\nDruckerpatronen, Straßenkarte\nSumme 84,50 €"


@pytest.fixture
def books(database: None) -> Tenant:
    made = a_tenant()
    with tenant(made.id):
        index_text(KIND, 1, RECEIPT)
        index_text(KIND, 2, "Gaststätte Zum Löwen, Bewirtung 100% privat, Café_Crème")
        index_text("test.other", 3, "Bürobedarf Müller")
    return made


def _found(books: Tenant, query: str, limit: int = 50) -> list[int]:
    with tenant(books.id):
        return [hit.object_id for hit in search_text([KIND], query, limit)]


@pytest.mark.parametrize(
    "query",
    [
        "Müller",
        "MUELLER",
        "mueller",
        "üller",
        "SÖHNE",
        "soehne",
        "druckerpatrone",
        "strassenkarte",
        "Straße",
        "4711",
        "Nr.",
    ],
)
def test_words_and_parts_of_words_are_found_whatever_the_spelling(books: Tenant, query: str) -> None:
    assert _found(books, query) == [1]


def test_every_word_must_occur(books: Tenant) -> None:
    assert _found(books, "müller patronen") == [1]
    assert _found(books, "müller löwen") == []
    assert _found(books, "  ") == []


@pytest.mark.parametrize(
    ("query", "ids"), [("100%", [2]), ("%", [2]), ("_", [2]), ("cafe_creme", [2]), ("\\", []), ("'", [])]
)
def test_signs_of_patterns_are_only_signs(books: Tenant, query: str, ids: list[int]) -> None:
    assert _found(books, query) == ids


def test_a_hit_shows_the_line_in_which_it_stands(books: Tenant) -> None:
    with tenant(books.id):
        (hit,) = search_text([KIND, "test.none"], "strassen")

    assert hit.excerpt == "Druckerpatronen, Straßenkarte"


def test_whole_beginnings_come_first_and_then_the_newest(books: Tenant) -> None:
    with tenant(books.id):
        for object_id, text in ((11, "Karte"), (12, "Landkarte"), (13, "Kartei")):
            index_text(KIND, object_id, text)

    assert _found(books, "karte") == [13, 11, 12, 1]
    assert _found(books, "karte", limit=2) == [13, 11]


def test_a_new_text_takes_the_place_of_the_old_one(books: Tenant) -> None:
    with tenant(books.id):
        index_text(KIND, 1, "Heizöl")

    assert (_found(books, "müller"), _found(books, "heizoel")) == ([], [1])


def test_what_is_forgotten_or_empty_is_not_found(books: Tenant) -> None:
    with tenant(books.id):
        forget_text(KIND, 1)
        index_text(KIND, 2, " \0 ")

    assert _found(books, "müller") == _found(books, "löwen") == []


def test_texts_of_other_books_never_come_out(books: Tenant, app_connection: psycopg.Connection) -> None:
    other = a_tenant()

    assert _found(other, "müller") == []
    with app_connection.transaction(force_rollback=True):
        app_connection.execute("SELECT set_tenant(%s, NULL, '')", [other.id])
        for query in ("müller", "mueller", "%", "", "' OR true --", "e"):
            found = app_connection.execute("SELECT * FROM core_search(%s, %s, 500)", [[KIND], query]).fetchall()
            assert found == []


def test_without_open_books_nothing_is_found(books: Tenant, app_connection: psycopg.Connection) -> None:
    assert app_connection.execute("SELECT * FROM core_search(%s, 'mueller', 9)", [[KIND]]).fetchall() == []


def test_the_function_belongs_to_the_role_that_cannot_sign_in(owner_connection: psycopg.Connection) -> None:
    found = owner_connection.execute(
        "SELECT rolname, rolcanlogin, prosecdef FROM pg_proc JOIN pg_roles r ON r.oid = proowner WHERE proname = 'core_search'"
    ).fetchone()

    assert found == ("kontor_search", False, True)


def test_nobody_but_the_app_may_search(
    owner_connection: psycopg.Connection, ops_connection: psycopg.Connection
) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ops_connection.execute("SELECT * FROM core_search(ARRAY['x'], 'x', 1)")


def test_the_searching_role_reads_nothing_else(owner_connection: psycopg.Connection) -> None:
    rights = owner_connection.execute(
        "SELECT DISTINCT relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = 'public' "
        "AND relkind IN ('r', 'v') AND has_any_column_privilege('kontor_search', c.oid, 'SELECT, INSERT, UPDATE')"
    ).fetchall()

    assert rights == [("core_searchtext",)]


def test_the_index_serves_the_searching_role_and_not_the_app(
    books: Tenant, superuser_connection: psycopg.Connection
) -> None:
    assert "core_searchtext_trigrams" in _plan(superuser_connection, books, role="kontor_search")
    assert "core_searchtext_trigrams" not in _plan(superuser_connection, books, role="kontor_app")


def _plan(superuser: psycopg.Connection, books: Tenant, *, role: str) -> str:
    with superuser.transaction(force_rollback=True):
        superuser.execute("SET LOCAL enable_seqscan = off")
        superuser.execute(
            "INSERT INTO core_searchtext (tenant_id, kind, object_id, text, folded) SELECT %s, 'test.many', n, '', "
            "md5(n::text) || md5((n + 1)::text) FROM generate_series(1, 3000) n",
            [books.id],
        )
        superuser.execute("ANALYZE core_searchtext")
        superuser.execute(f"SET LOCAL ROLE {role}".encode())
        rows = superuser.execute(
            "EXPLAIN SELECT object_id FROM core_searchtext WHERE folded LIKE '%druckerpatrone%'"
        ).fetchall()
    return "\n".join(row[0] for row in rows)


@given(st.text(alphabet=st.characters(max_codepoint=0x24F), max_size=60))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet="abcxyzäöüßéèàçñ0123456789 -", min_size=1, max_size=20))
def test_the_case_never_matters(text: str) -> None:
    assert fold(text) == fold(text.upper())
