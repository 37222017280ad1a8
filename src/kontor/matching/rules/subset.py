"""Find the sets of open items whose amounts add up to a payment, exactly and within a count of operations."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple


class Part(NamedTuple):
    """An item that may be part of a sum: its number, gross and, with a valid discount, net amount.

    Amounts are in the payment's direction: a credit note is negative. Parts come oldest first.
    """

    at: int
    gross: int
    net: int | None = None


type Solution = tuple[tuple[int, int], ...]


part_of: Callable[[tuple[int, int, int | None]], Part] = partial(tuple.__new__, Part)
"""Make a part of its three fields, twice as fast as by name."""


class Search(NamedTuple):
    """The solutions found, each a sorted tuple of (item, amount taken).

    `operations` counts the sums looked at, `combinations` the sums there are; not `is_complete` means that the bound
    of operations or of solutions ended the search.
    """

    solutions: tuple[Solution, ...]
    operations: int
    combinations: int
    is_complete: bool


def find_sums(
    parts: Sequence[Part],
    target: int,
    *,
    solutions_max: int = 8,
    operations_max: int = 20_000,
    items_max: int = 24,
    bits_max: int = 1 << 27,
) -> Search:
    """Return the sets of parts that add up to `target`, at most `solutions_max` + 1, smallest sets first.

    Equal parts are interchangeable: only the oldest of them are taken. Up to `items_max` parts are searched by
    meeting in the middle, more by a bit set over amounts.
    """
    owed = credit = 0
    for _, gross, _ in parts:
        if gross > 0:
            owed += gross
        else:
            credit -= gross
    if owed < target:
        return Search((), 0, 1, True)
    groups = _groups(parts, target + credit)
    if len(parts) <= items_max:
        search = _meet(groups, target, solutions_max=solutions_max, operations_max=operations_max)
        if search is not None:
            return search
    return _bitset(
        [_ways(group) for group in groups], target, solutions_max=solutions_max, operations_max=operations_max,
        bits_max=bits_max,
    )  # fmt: skip


type _Group = tuple[int, int | None, list[int]]
"""Equal parts: gross, net, and which they are, oldest first."""

type _Ways = list[tuple[int, Solution]]
"""The ways to take some of a group: the sum and the parts taken with their amounts."""


def _groups(parts: Sequence[Part], most: int) -> list[_Group]:
    """Return the parts that take no more than `most`, equal ones together."""
    equal: dict[tuple[int, int | None], list[int]] = {}
    for at, gross, net in parts:
        if (gross if net is None else net) <= most:
            key = gross, net
            if key in equal:
                equal[key].append(at)
            else:
                equal[key] = [at]
    return [(gross, net, members) for (gross, net), members in equal.items()]


def _amounts(group: _Group) -> list[int]:
    """Return the sums of a group's ways, in their order."""
    gross, net, members = group
    if len(members) == 1:
        return [gross] if net is None else [gross, net]
    if net is None:
        return [gross * count for count in range(1, len(members) + 1)]
    return [amount * count for count in range(1, len(members) + 1) for amount in (gross, net)]


def _way(group: _Group, number: int) -> Solution:
    """Return what a group's way of this number takes."""
    gross, net, members = group
    count, is_net = (number, 0) if net is None else divmod(number, 2)
    amount = gross if net is None or not is_net else net
    return tuple([(at, amount) for at in members[: count + 1]])


def _ways(group: _Group) -> _Ways:
    return [(amount, _way(group, number)) for number, amount in enumerate(_amounts(group))]


def _meet(groups: list[_Group], target: int, *, solutions_max: int, operations_max: int) -> Search | None:
    """Return the search by meeting in the middle, None if it takes too many operations.

    The groups, those of most ways first, are dealt to the half with fewer sums; sets are built only of sums that meet.
    """
    found = _halves(groups, operations_max)
    if found is None:
        return None
    halves, dealt = found
    sizes = len(halves[0]), len(halves[1])
    combinations = sizes[0] * sizes[1]
    meeting = set(halves[0]).intersection([target - total for total in halves[1]])
    if not meeting:
        return Search((), sizes[0] + sizes[1], combinations, True)
    places: dict[int, list[int]] = {}
    for place, total in enumerate(halves[0]):
        if total in meeting:
            places.setdefault(total, []).append(place)
    solutions: set[Solution] = set()
    for number, total in enumerate(halves[1]):
        for place in places.get(target - total, ()):
            taken = _taken(dealt[0], place) + _taken(dealt[1], number)
            if taken:
                solutions.add(tuple(sorted(taken)))
            if len(solutions) > solutions_max:
                return Search(_ordered(solutions), sizes[0] + number + 1, combinations, False)
    return Search(_ordered(solutions), sizes[0] + sizes[1], combinations, True)


def _halves(
    groups: list[_Group], operations_max: int
) -> tuple[tuple[list[int], list[int]], tuple[list[_Group], list[_Group]]] | None:
    """Return the sums of each half and the groups dealt to it, None if there are too many sums."""
    halves: tuple[list[int], list[int]] = ([0], [0])
    if not [group for group in groups if group[1] is not None or len(group[2]) > 1]:
        dealt = groups[::2], groups[1::2]
        if (1 << len(dealt[0])) + (1 << len(dealt[1])) > operations_max:
            return None
        for sums, half in zip(halves, dealt, strict=True):
            for gross, _, _ in half:
                sums += [total + gross for total in sums]
        return halves, dealt
    shared: tuple[list[_Group], list[_Group]] = ([], [])
    sizes = [1, 1]
    for amounts, group in sorted([(_amounts(group), group) for group in groups], key=_count_of_ways, reverse=True):
        side = 0 if sizes[0] <= sizes[1] else 1
        sizes[side] *= len(amounts) + 1
        if sizes[0] + sizes[1] > operations_max:
            return None
        sums = halves[side]
        if len(amounts) == 1:
            (only,) = amounts
            sums += [total + only for total in sums]
        else:
            sums += [total + amount for total in sums for amount in amounts]
        shared[side].append(group)
    return halves, shared


def _count_of_ways(dealt: tuple[list[int], _Group]) -> int:
    return len(dealt[0])


def _taken(groups: list[_Group], place: int) -> Solution:
    """Return what the sum at a place of a half takes: the sums without a group come first, then all with each way of it."""
    sizes = [1]
    for group in groups:
        sizes.append(sizes[-1] * (_count(group) + 1))
    taken: Solution = ()
    for group, size in zip(reversed(groups), reversed(sizes[:-1]), strict=True):
        if place >= size:
            place, number = divmod(place - size, _count(group))
            taken += _way(group, number)
    return taken


def _count(group: _Group) -> int:
    return len(group[2]) * (1 if group[1] is None else 2)


def _bitset(groups: list[_Ways], target: int, *, solutions_max: int, operations_max: int, bits_max: int) -> Search:
    """Return the search over the bit set of reachable sums, walked back from the target.

    Negative amounts are turned round: leaving a credit note out is taken as adding it to a higher target.
    """
    shift = sum(max((-amount for amount, _ in group if amount < 0), default=0) for group in groups)
    width = target + shift + 1
    combinations = 1
    for group in groups:
        combinations *= len(group) + 1
    if width * (len(groups) + 1) > bits_max or target <= 0:
        return Search((), 0, combinations, False)
    reachable = _reachable(groups, width)
    if not reachable[-1] >> (target + shift) & 1:
        return Search((), len(groups), combinations, True)
    tables = [bits.to_bytes(width // 8 + 1, "little") for bits in reachable]
    return _walk_back(
        groups, tables, target + shift, solutions_max=solutions_max, operations_max=operations_max,
        combinations=combinations,
    )  # fmt: skip


def _lifted(group: _Ways) -> list[tuple[int, Solution]]:
    """Return the ways of a group, none included, with amounts lifted so that the lowest is zero."""
    lift = max((-amount for amount, _ in group if amount < 0), default=0)
    return sorted((amount + lift, taken) for amount, taken in ((0, ()), *group))


def _reachable(groups: list[_Ways], width: int) -> list[int]:
    mask = (1 << width) - 1
    reachable = [1]
    for group in groups:
        bits = 0
        for amount, _ in _lifted(group):
            bits |= reachable[-1] << amount
        reachable.append(bits & mask)
    return reachable


def _walk_back(
    groups: list[_Ways],
    reachable: list[bytes],
    target: int,
    *,
    solutions_max: int,
    operations_max: int,
    combinations: int,
) -> Search:
    solutions: set[Solution] = set()
    operations = 0
    stack: list[tuple[int, int, Solution]] = [(len(groups), target, ())]
    while stack:
        level, rest, taken = stack.pop()
        if level == 0:
            if taken:
                solutions.add(tuple(sorted(taken)))
            if len(solutions) > solutions_max:
                return Search(_ordered(solutions), operations, combinations, False)
            continue
        for amount, members in _lifted(groups[level - 1]):
            operations += 1
            before = rest - amount
            if before >= 0 and reachable[level - 1][before >> 3] >> (before & 7) & 1:
                stack.append((level - 1, before, taken + members))
        if operations > operations_max:
            return Search(_ordered(solutions), operations, combinations, False)
    return Search(_ordered(solutions), operations, combinations, True)


def _ordered(solutions: set[Solution]) -> tuple[Solution, ...]:
    return tuple(sorted(solutions, key=lambda solution: (len(solution), solution)))
