"""Find the document, order and customer numbers a transaction's text names.

The longest number wins and uses up its digits, so 123 is never found in 1234. A key that too many items share names
none of them by itself; it only counts inside the payer's items.
"""

from kontor.matching.rules import text
from kontor.matching.rules.named import ForeignNumber, NamedNumbers, NumberHit, NumberKind
from kontor.matching.rules.ruleset import Ruleset
from kontor.matching.rules.shapes import LISTING, Cut, Shape
from kontor.matching.rules.store import ItemIndex, Store
from kontor.matching.rules.values import TransactionRow

type Run = tuple[str, int, int]
type Noise = tuple[tuple[int, int], ...]
"""The spans of dates and amounts in the text."""

_DIGIT_WEIGHT_PERCENT = (0, 20, 40, 80)


def spoken_numbers(lettered: str, shape: Shape, *, store: Store, ruleset: Ruleset) -> NamedNumbers:
    """Return what the numbers in a text of base letters name."""
    named = NamedNumbers({}, {}, [], {})
    for cut in shape.cuts:
        runs = tuple([(lettered[start:end], start, end) for start, end in cut.runs])
        _read_cut(cut, runs, shape.noise, named=named, store=store, ruleset=ruleset)
    if store.items.has_mixed:
        for start, end in shape.words:
            word = text.joined_word(lettered[start:end])
            _note_items(word, start, end, named=named, index=store.items, ruleset=ruleset)
    return named


def number_in_pool(at: int, *, named: NamedNumbers, index: ItemIndex, ruleset: Ruleset) -> NumberHit | None:
    """Return how the text names an item of the payer by a key that too many items share."""
    for kind, key in _item_kinds(at, index):
        if key in named.hot:
            start, end = named.hot[key]
            return NumberHit(kind, _kind_points(kind, key, 1, ruleset), start, end, key)
    return None


def mistyped_number(at: int, *, named: NamedNumbers, index: ItemIndex) -> ForeignNumber | None:
    """Return the number in the text that is one typing error away from an item's."""
    digits = index.digits[at]
    return next((foreign for foreign in named.foreign if text.is_near(foreign.digits, digits)), None)


def _read_cut(
    cut: Cut, runs: tuple[Run, ...], noise: Noise, *, named: NamedNumbers, store: Store, ruleset: Ruleset
) -> None:
    """Look up the windows of a chunk's runs, longest first, and note a range's unknown number."""
    count = len(runs)
    letters, letters_start, prefix, _ = cut
    if count == 1:
        if not _look_up(runs, prefix, letters, letters_start, noise, named=named, store=store, ruleset=ruleset):
            _note_foreign(runs, prefix, noise, named=named, index=store.items)
        return
    used = [False] * count
    for width in range(min(count, text.WINDOW_RUNS_MAX), 0, -1):
        for first in range(count - width + 1):
            last = first + width
            if True in used[first:last]:
                continue
            window = runs[first:last] if width < count else runs
            if first > 0:
                is_found = _look_up(window, "", "", 0, noise, named=named, store=store, ruleset=ruleset)
            else:
                is_found = _look_up(
                    window, prefix, letters, letters_start, noise, named=named, store=store, ruleset=ruleset
                )
            if is_found:
                if width == count:
                    return
                used[first:last] = [True] * width
    if True not in used:
        _note_foreign(runs, prefix, noise, named=named, index=store.items)


def _look_up(
    runs: tuple[Run, ...],
    prefix: str,
    letters: str,
    letters_start: int,
    noise: Noise,
    *,
    named: NamedNumbers,
    store: Store,
    ruleset: Ruleset,
) -> bool:
    """Note what some runs name, with a document `prefix` or other `letters` before them; tell if they name anything."""
    joined, start, end = runs[0]
    stripped = joined.lstrip("0")
    if len(runs) > 1:
        joined = "".join([run[0] for run in runs])
        stripped = "".join([run[0].lstrip("0") for run in runs])
        end = runs[-1][2]
    index = store.items
    if prefix:
        at = letters_start + len(letters) - len(prefix)
        if _look_up_prefixed(runs, prefix, at, (joined, stripped), named=named, index=index, ruleset=ruleset):
            return True
    elif letters and _note_customers(runs, letters, letters_start, joined, named=named, store=store):
        return True
    if letters and index.order_numbers and letters + joined in index.order_numbers:
        return _note_items(letters + joined, letters_start, end, named=named, index=index, ruleset=ruleset)
    if len(runs) == 1 and named.base and len(joined) > 2 and letters in LISTING:
        key = named.base + joined
        if (
            key in index.numbers
            and not _is_noise(runs, noise)
            and _note_items(key, start, end, named=named, index=index, ruleset=ruleset)
        ):
            return True
    if _look_up_digits(runs, (joined, stripped), noise, named=named, index=index, ruleset=ruleset):
        return True
    return _note_customers(runs, "", start, joined, named=named, store=store)


def _look_up_prefixed(
    runs: tuple[Run, ...], prefix: str, at: int, numbers: tuple[str, str], *, named: NamedNumbers, index: ItemIndex,
    ruleset: Ruleset,
) -> bool:  # fmt: skip
    """Note what the runs name together with a range's prefix that stands `at` a place."""
    for number in numbers:
        key = prefix + number
        if key in index.numbers and _note_items(key, at, runs[-1][2], named=named, index=index, ruleset=ruleset):
            named.base = prefix + numbers[0][: -len(runs[-1][0])]
            if len(runs) > 1:
                _note_shorter(runs, prefix, at, named=named, index=index, ruleset=ruleset)
            return True
    return False


def _look_up_digits(
    runs: tuple[Run, ...], numbers: tuple[str, str], noise: Noise, *, named: NamedNumbers, index: ItemIndex,
    ruleset: Ruleset,
) -> bool:  # fmt: skip
    """Note what the runs name by their digits alone, unless they are a date or an amount."""
    start, end = runs[0][1], runs[-1][2]
    for key in numbers:
        if (key not in index.numbers and key not in index.order_numbers) or _is_noise(runs, noise):
            continue
        if _note_items(key, start, end, named=named, index=index, ruleset=ruleset):
            if len(runs) > 1:
                _note_shorter(runs, "", start, named=named, index=index, ruleset=ruleset)
            return True
    return False


def _note_items(key: str, start: int, end: int, *, named: NamedNumbers, index: ItemIndex, ruleset: Ruleset) -> bool:
    positions = index.numbers.get(key)
    kind: NumberKind | None = None
    if positions is None:
        positions, kind = index.order_numbers.get(key), "order_number"
        if positions is None:
            return False
    if len(positions) > ruleset.key_items_max:
        named.hot.setdefault(key, (start, end))
        return True
    if len(positions) == 1 and kind is None and positions[0] not in named.items and index.full[positions[0]] == key:
        points = ruleset.number_full if len(key) > 3 else _kind_points("number_full", key, 1, ruleset)
        named.items[positions[0]] = NumberHit("number_full", points, start, end, key)
        return True
    for at in positions:
        how = kind or _kind_of(key, at, index)
        points = _kind_points(how, key, len(positions), ruleset)
        known = named.items.get(at)
        if known is None or known.points < points:
            named.items[at] = NumberHit(how, points, start, end, key)
    return True


def _note_shorter(
    runs: tuple[Run, ...], prefix: str, start: int, *, named: NamedNumbers, index: ItemIndex, ruleset: Ruleset
) -> None:
    """Note an item named in full by fewer runs of a window, since the last ones may be something else."""
    for count in range(len(runs) - 1, 0, -1):
        key = prefix + "".join([run[0] for run in runs[:count]])
        positions = index.numbers.get(key, ())
        for at in positions if len(positions) <= ruleset.key_items_max else ():
            if index.full[at] == key and at not in named.items:
                end = runs[count - 1][2]
                named.items[at] = NumberHit("number_squeezed", ruleset.number_squeezed, start, end, key)


def _note_customers(
    runs: tuple[Run, ...], letters: str, start: int, joined: str, *, named: NamedNumbers, store: Store
) -> bool:
    if not letters and len(joined) < 4:
        return False
    parties = store.parties.customers.get(letters + joined)
    if not parties or len(parties) > 1:
        return False
    named.customers.setdefault(parties[0], (start, runs[-1][2]))
    return True


def _note_foreign(runs: tuple[Run, ...], prefix: str, noise: Noise, *, named: NamedNumbers, index: ItemIndex) -> None:
    for first in range(len(runs)):
        for last in range(first + 1, min(first + text.WINDOW_RUNS_MAX, len(runs)) + 1):
            digits = "".join([run[0] for run in runs[first:last]])
            if len(digits) >= 6 and (len(digits), digits[:4]) in index.leads:
                named.foreign.append(ForeignNumber(digits.lstrip("0"), runs[first][1], runs[last - 1][2]))
                return
    digits = "".join([run[0] for run in runs])
    if prefix and 3 <= len(digits) <= 14 and not _is_noise(runs, noise):
        named.foreign.append(ForeignNumber(digits.lstrip("0"), runs[0][1], runs[-1][2]))


def note_references(transaction: TransactionRow, *, named: NamedNumbers, store: Store, ruleset: Ruleset) -> None:
    """Note the items that are named alone in the structured reference or the end-to-end id."""
    for name, content in (
        ("structured_reference", transaction.structured_reference),
        ("end_to_end_id", transaction.end_to_end_id),
    ):
        if len(content) < 4 or content == "NOTPROVIDED":
            continue
        key = text.squeeze(content)
        positions = store.items.numbers.get(key, ())
        if 0 < len(positions) <= ruleset.key_items_max:
            for at in positions:
                if store.items.full[at] == key and at not in named.items:
                    named.items[at] = NumberHit("number_full", ruleset.number_full, 0, len(content), key, name)


def _is_noise(runs: tuple[Run, ...], noise: Noise) -> bool:
    """Tell whether the runs are a date, an amount or a year."""
    if len(runs) == 1 and len(runs[0][0]) == 4 and runs[0][0][:2] in ("19", "20"):
        return True
    start, end = runs[0][1], runs[-1][2]
    return any(start < until and end > since for since, until in noise)


def _kind_of(key: str, at: int, index: ItemIndex) -> NumberKind:
    if key == index.full[at]:
        return "number_full"
    if key == index.squeezed[at] and not key.isdecimal():
        return "number_squeezed"
    return "number_digits"


def _item_kinds(at: int, index: ItemIndex) -> tuple[tuple[NumberKind, str], ...]:
    return (
        ("number_full", index.full[at]),
        ("number_squeezed", index.squeezed[at]),
        ("number_digits", index.digits[at]),
        ("number_digits", index.last[at]),
    )


def _kind_points(kind: NumberKind, key: str, shared_by: int, ruleset: Ruleset) -> int:
    """Return the points of a number; digits alone count less the shorter and the more common they are."""
    match kind:
        case "number_full" | "number_squeezed":
            points = ruleset.number_full if kind == "number_full" else ruleset.number_squeezed
            return points if len(key) > 3 else points * _DIGIT_WEIGHT_PERCENT[len(key)] // 100
        case "order_number":
            return ruleset.order_number
        case "number_digits":
            weight = _DIGIT_WEIGHT_PERCENT[len(key)] if len(key) < 4 else 100
            return ruleset.number_digits * weight // (100 * shared_by)
