"""Find the sets of open items whose amounts add up to a payment, exactly and within a count of operations."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """An item that may be part of a sum: its number, gross and, with a valid discount, net amount.

    Amounts are in the payment's direction: a credit note is negative. Parts come oldest first.
    """

    at: int
    gross: int
    net: int | None = None


type Solution = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Search:
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
    if sum([part.gross for part in parts if part.gross > 0]) < target:
        return Search((), 0, 1, True)
    if len(parts) <= items_max and (empty := _meet_in_sums(parts, target, operations_max=operations_max)):
        return empty
    groups = _groups(parts, target)
    if len(parts) <= items_max:
        search = _meet(groups, target, solutions_max=solutions_max, operations_max=operations_max)
        if search is not None:
            return search
    return _bitset(groups, target, solutions_max=solutions_max, operations_max=operations_max, bits_max=bits_max)


def _meet_in_sums(parts: Sequence[Part], target: int, *, operations_max: int) -> Search | None:
    """Return the empty search if no sums of the two halves meet, None if they do or are too many; no set is built."""
    credit = -sum([part.gross for part in parts if part.gross < 0])
    equal: dict[tuple[int, int | None], int] = {}
    for part in parts:
        key = part.gross, part.net
        if (part.gross if part.net is None else part.net) <= target + credit:
            equal[key] = equal.get(key, 0) + 1
    options = [
        [gross * times for times in range(1, count + 1)]
        + ([] if net is None else [net * times for times in range(1, count + 1)])
        for (gross, net), count in equal.items()
    ]
    options.sort(key=len, reverse=True)
    halves, sizes = ([0], [0]), [1, 1]
    for amounts in options:
        side = 0 if sizes[0] <= sizes[1] else 1
        sizes[side] *= len(amounts) + 1
        if sizes[0] + sizes[1] > operations_max:
            return None
        sums = halves[side]
        sums += [total + amount for total in sums for amount in amounts]
    if not set(halves[0]).isdisjoint([target - total for total in halves[1]]):
        return None
    return Search((), sizes[0] + sizes[1], sizes[0] * sizes[1], True)


@dataclass(frozen=True, slots=True)
class _Group:
    """Equal parts, oldest first, with the ways to take some of them: (sum, parts taken with their amounts)."""

    options: tuple[tuple[int, Solution], ...]


def _groups(parts: Sequence[Part], target: int) -> list[_Group]:
    credit = -sum(part.gross for part in parts if part.gross < 0)
    equal: dict[tuple[int, int | None], list[int]] = {}
    for part in parts:
        smallest = part.gross if part.net is None else part.net
        if smallest <= target + credit:
            equal.setdefault((part.gross, part.net), []).append(part.at)
    return [_Group(tuple(_ways(gross, net, members))) for (gross, net), members in equal.items()]


def _ways(gross: int, net: int | None, members: list[int]) -> Iterator[tuple[int, Solution]]:
    for count in range(1, len(members) + 1):
        yield gross * count, tuple((at, gross) for at in members[:count])
        if net is not None:
            yield net * count, tuple((at, net) for at in members[:count])


def _meet(groups: list[_Group], target: int, *, solutions_max: int, operations_max: int) -> Search | None:
    """Return the search by meeting in the middle, None if it takes too many operations."""
    left, right, sizes = _halves(groups)
    if sum(sizes) > operations_max:
        return None
    sums: dict[int, list[Solution]] = {}
    for total, taken in _all_sums(left):
        sums.setdefault(total, []).append(taken)
    solutions: set[Solution] = set()
    operations = sizes[0]
    for total, taken in _all_sums(right):
        operations += 1
        for other in sums.get(target - total, ()):
            if taken or other:
                solutions.add(tuple(sorted(taken + other)))
            if len(solutions) > solutions_max:
                return Search(_ordered(solutions), operations, sizes[0] * sizes[1], False)
    return Search(_ordered(solutions), operations, sizes[0] * sizes[1], True)


def _halves(groups: list[_Group]) -> tuple[list[_Group], list[_Group], tuple[int, int]]:
    """Deal the groups, most options first, to the half with fewer combinations."""
    left, right = list[_Group](), list[_Group]()
    sizes = [1, 1]
    for group in sorted(groups, key=lambda group: -len(group.options)):
        side = 0 if sizes[0] <= sizes[1] else 1
        (left, right)[side].append(group)
        sizes[side] *= len(group.options) + 1
    return left, right, (sizes[0], sizes[1])


def _all_sums(groups: list[_Group]) -> list[tuple[int, Solution]]:
    found: list[tuple[int, Solution]] = [(0, ())]
    for group in groups:
        found += [(total + amount, taken + members) for total, taken in found for amount, members in group.options]
    return found


def _bitset(groups: list[_Group], target: int, *, solutions_max: int, operations_max: int, bits_max: int) -> Search:
    """Return the search over the bit set of reachable sums, walked back from the target.

    Negative amounts are turned round: leaving a credit note out is taken as adding it to a higher target.
    """
    shift = sum(max((-amount for amount, _ in group.options if amount < 0), default=0) for group in groups)
    width = target + shift + 1
    combinations = 1
    for group in groups:
        combinations *= len(group.options) + 1
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


def _lifted(group: _Group) -> list[tuple[int, Solution]]:
    """Return the ways of a group, none included, with amounts lifted so that the lowest is zero."""
    lift = max((-amount for amount, _ in group.options if amount < 0), default=0)
    return sorted((amount + lift, taken) for amount, taken in ((0, ()), *group.options))


def _reachable(groups: list[_Group], width: int) -> list[int]:
    mask = (1 << width) - 1
    reachable = [1]
    for group in groups:
        bits = 0
        for amount, _ in _lifted(group):
            bits |= reachable[-1] << amount
        reachable.append(bits & mask)
    return reachable


def _walk_back(
    groups: list[_Group],
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
