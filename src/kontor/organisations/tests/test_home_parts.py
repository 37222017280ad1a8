"""The home page's own parts: words of the record and of the steps stay text."""

from __future__ import annotations

from datetime import date

from django.utils.translation import override

from kontor.organisations.history import Activity
from kontor.organisations.home_parts import activity_of, month_of
from kontor.ui.checklist import Checklist, Line, Month, Standing
from tests.builders import NOW

EVIL = "<script>alert(1)</script>"


def a_line(tone: str, **standing: object) -> Line:
    return Line(label="Schritt", action="Los", tone=tone, standing=Standing(is_done=tone == "done", **standing))  # type: ignore[arg-type]


def test_who_did_what_stays_text() -> None:
    one = Activity(who=EVIL, what=EVIL, at=NOW, count=3, event_id=7, by_machine=False)

    with override("en"):
        written = activity_of([one], code="verein")

    assert "<script>" not in written
    assert written.count("&lt;script&gt;") == 2
    assert "3 entries" in written
    assert "/t/verein/" in written


def test_a_record_without_acts_says_so() -> None:
    with override("en"):
        assert "Nothing was done yet." in activity_of([], code="verein")


def test_the_step_that_comes_next_has_the_button_and_the_others_a_link() -> None:
    lines = (a_line("now", url="/a/?b=1&c=2", note=EVIL, is_late=True), a_line("open", url="/d/"), a_line("lock"))
    checklist = Checklist(Month.of(date(2026, 9, 1)), (("Bücher", lines),), 0, 3)

    with override("en"):
        written = month_of(checklist, has_next=False)

    assert '<a class="k-btn k-btn-s" href="/a/?b=1&amp;c=2">Los</a>' in written
    assert '<a class="k-a k-a-n" href="/d/">Schritt</a>' in written
    assert '<small class="k-over">&lt;script&gt;' in written
    assert "?month=2026-08#month" in written
    assert "?month=2026-10#month" not in written
