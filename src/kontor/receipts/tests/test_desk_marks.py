"""Where what was read stands on pictures that were cut out and turned, and what is proposed as an account."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kontor.documents.formats.pictures import perspective, sent
from kontor.documents.rules.geometry import Box, Corners, Geometry
from kontor.documents.rules.placing import place_shown
from kontor.receipts.rules.habits import Booked, Choice, Habit, habit_of

WHOLE = Geometry()
HALF = Corners((0.5, 0.0), (1.0, 0.0), (1.0, 1.0), (0.5, 1.0))
TOOLS, OFFICE, TRAVEL = Choice(1, "4980", "purchase-standard"), Choice(2, "4930"), Choice(3, "4670")
shares = st.floats(0.05, 0.95)


def rounded(box: Box | None) -> tuple[float, ...] | None:
    return None if box is None else tuple(round(each, 6) for each in (box.left, box.top, box.right, box.bottom))


@pytest.mark.parametrize(
    ("geometry", "expected"),
    [
        (WHOLE, (0.6, 0.1, 0.8, 0.2)),
        (Geometry(turn=90), (0.8, 0.6, 0.9, 0.8)),
        (Geometry(turn=180), (0.2, 0.8, 0.4, 0.9)),
        (Geometry(turn=270), (0.1, 0.2, 0.2, 0.4)),
        (Geometry(HALF), (0.2, 0.1, 0.6, 0.2)),
        (Geometry(HALF, turn=90), (0.8, 0.2, 0.9, 0.6)),
    ],
)
def test_a_place_moves_with_the_picture(geometry: Geometry, expected: tuple[float, ...]) -> None:
    assert rounded(place_shown(Box(0.6, 0.1, 0.8, 0.2), geometry)) == expected


def test_what_was_cut_off_has_no_place_and_what_is_cut_through_has_the_rest() -> None:
    assert place_shown(Box(0.1, 0.1, 0.4, 0.2), Geometry(HALF)) is None
    assert place_shown(Box(0.2, 0.1, 0.52, 0.2), Geometry(HALF)) is None
    assert rounded(place_shown(Box(0.4, 0.1, 0.7, 0.2), Geometry(HALF))) == (0.0, 0.1, 0.4, 0.2)


@given(x=shares, y=shares, lean=st.floats(0, 0.12))
def test_a_slanted_cut_places_a_point_where_the_picture_shows_it(x: float, y: float, lean: float) -> None:
    corners = Corners((lean, lean / 2), (1 - lean / 3, 0.0), (1.0, 1 - lean), (0.0, 1.0))
    numbers = perspective(list(corners.points), [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)])
    seen = sent((x, y), numbers)
    if not (0.01 < seen[0] < 0.99 and 0.01 < seen[1] < 0.99):
        return

    place = place_shown(Box(x, y, x + 1e-6, y + 1e-6), Geometry(corners))

    assert place is not None
    assert (place.left, place.top) == pytest.approx(seen, abs=1e-4)


def parts(*choices: tuple[int | None, Choice]) -> list[Booked]:
    return [Booked(age, cost_type, choice) for age, (cost_type, choice) in enumerate(choices)]


def test_what_the_supplier_was_mostly_booked_to_under_this_kind_comes_first() -> None:
    booked = parts((7, OFFICE), (7, TOOLS), (7, TOOLS), (7, TOOLS), (7, TOOLS))

    assert habit_of(booked, cost_type_id=7, behind=TRAVEL) == Habit(TOOLS, "supplier", 4, 5)


def test_a_single_booking_or_an_even_split_leaves_the_word_to_the_kind_of_expense() -> None:
    assert habit_of(parts((7, OFFICE)), cost_type_id=7, behind=TRAVEL) == Habit(TRAVEL, "cost_type")
    even = parts((7, OFFICE), (7, TOOLS), (7, OFFICE), (7, TOOLS))
    assert habit_of(even, cost_type_id=7, behind=TRAVEL) == Habit(TRAVEL, "cost_type")


def test_without_a_kind_the_supplier_decides_and_of_equals_the_latest() -> None:
    assert habit_of(parts((7, OFFICE), (8, TOOLS)), cost_type_id=None, behind=None) == Habit(OFFICE, "supplier", 1, 2)
    assert habit_of([], cost_type_id=7, behind=None) is None


def test_two_parts_of_one_receipt_count_once() -> None:
    booked = [Booked(0, 7, TOOLS), Booked(0, 7, TOOLS), Booked(1, 7, OFFICE), Booked(2, 7, OFFICE)]

    assert habit_of(booked, cost_type_id=7, behind=None) == Habit(OFFICE, "supplier", 2, 3)
