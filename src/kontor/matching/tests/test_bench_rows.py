"""The rows of the workbench's list as HTML: their addresses, and whatever a bank may write."""

from __future__ import annotations

from datetime import date

from kontor.matching.queries.bench import Day, Page, Scope
from kontor.matching.queries.listed import Row
from kontor.matching.written import rows
from kontor.matching.written.frame import Frame
from kontor.ui.words import kept_words

DAY = date(2026, 11, 3)


def listed(scope: Scope, *, words: str = "") -> str:
    frame = Frame(
        tenant="verein", scope=scope, region="DE", base_currency="EUR", form_key="", key="", words=kept_words()
    )
    row = Row(5, DAY, 100, 0, "EUR", words, "", words, "", 1, None)
    page = Page(
        days=(Day(DAY, 100, "EUR", (row,)),), number=1, pages=1, first=1, last=1, total=1, before=None, after=None,
        automatic=frozenset(),
    )  # fmt: skip
    return rows.list_of(frame, page, current=None, accounts=())


def test_a_search_for_the_number_that_marks_a_place_stays_in_the_addresses_of_the_rows() -> None:
    number = str(rows._PLACE)

    page = listed(Scope(account=number, q=number, items=(rows._PLACE,)))

    assert f'href="?account={number}&amp;q={number}&amp;t=5&amp;items={number}"' in page


def test_what_a_bank_writes_is_no_markup() -> None:
    hostile = "<img src=x onerror=alert(1)>\"'&"

    page = listed(Scope(q=hostile), words=hostile)

    assert "<img" not in page
    assert page.count("&lt;img src=x onerror=alert(1)&gt;&quot;&#x27;&amp;") == 2
