"""Sets of items that add up to a payment."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from kontor.matching.rules.subset import Part, find_sums


def test_one_way_to_add_up_is_found_with_gross_and_net() -> None:
    parts = [Part(0, 11_900, 11_662), Part(1, 5_000), Part(2, 7_733)]

    search = find_sums(parts, 11_662 + 5_000)

    assert search.solutions == (((0, 11_662), (1, 5_000)),)
    assert search.is_complete


def test_a_credit_note_reduces_the_sum() -> None:
    search = find_sums([Part(0, 10_000), Part(1, -1_500), Part(2, 4_321)], 8_500)

    assert search.solutions == (((0, 10_000), (1, -1_500)),)


def test_of_equal_items_the_oldest_are_taken_once() -> None:
    search = find_sums([Part(at, 4_900) for at in range(12)], 3 * 4_900)

    assert search.solutions == (((0, 4_900), (1, 4_900), (2, 4_900)),)


def test_more_solutions_than_wanted_end_the_search() -> None:
    parts = [Part(at, 100 + at) for at in range(20)]

    search = find_sums(parts, 100 + 119 + 101 + 118, solutions_max=8)

    assert not search.is_complete
    assert len(search.solutions) == 9


def test_beyond_twenty_four_items_a_bit_set_finds_the_sum() -> None:
    parts = [Part(at, 10_000 + 3 ** (at % 10) * 7 + at * 1_000_003) for at in range(30)]
    wanted = parts[3].gross + parts[17].gross + parts[29].gross

    search = find_sums(parts, wanted, items_max=24, bits_max=1 << 32)

    assert ((3, parts[3].gross), (17, parts[17].gross), (29, parts[29].gross)) in search.solutions


def test_the_search_stops_at_its_bound_of_operations() -> None:
    parts = [Part(at, 1_000 + at * at, 990 + at * at) for at in range(24)]

    search = find_sums(parts, 12_345, operations_max=500, bits_max=1)

    assert not search.is_complete
    assert search.operations <= 500


def _all_ways(parts: list[Part], target: int) -> set[tuple[tuple[int, int], ...]]:
    choices = [[None, part.gross] + ([part.net] if part.net is not None else []) for part in parts]
    found = set()
    for chosen in product(*choices):
        taken = tuple((part.at, amount) for part, amount in zip(parts, chosen, strict=True) if amount is not None)
        if taken and sum(amount for _, amount in taken) == target:
            found.add(taken)
    return found


distinct_parts = st.lists(
    st.tuples(st.integers(-30, 60).filter(bool), st.booleans()), min_size=1, max_size=7, unique_by=lambda part: part[0]
).map(
    lambda rows: [
        Part(at, gross, gross - 1 if has_net and gross > 1 else None) for at, (gross, has_net) in enumerate(rows)
    ]
)


@settings(max_examples=200, deadline=None)
@given(distinct_parts, st.integers(1, 120))
def test_both_searches_find_exactly_the_sums_there_are(parts: list[Part], target: int) -> None:
    everything = _all_ways(parts, target)

    for items_max in (24, 0):
        search = find_sums(parts, target, items_max=items_max, solutions_max=10_000, operations_max=1_000_000)
        assert set(search.solutions) == everything
        assert search.is_complete
