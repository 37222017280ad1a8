"""Explain a transaction by several items: those it names, all that are open, or a set that adds up."""

from collections.abc import Iterable

from kontor.matching.rules.marks import Candidate, Share
from kontor.matching.rules.points import weigh_set
from kontor.matching.rules.pool import Pool
from kontor.matching.rules.question import Question
from kontor.matching.rules.ruleset import Ruleset
from kontor.matching.rules.store import Store
from kontor.matching.rules.subset import Part, Search, Solution, find_sums, part_of
from kontor.matching.rules.tolerance import discount_on, settle

_PARTIES_MAX = 3


def weigh_sets(question: Question, named: list[int], pool: Pool, *, store: Store, ruleset: Ruleset) -> list[Candidate]:
    """Return the explanations by several items, from the surest way of finding them to the widest search."""
    parts = _parts(named, question, store=store) if named else []
    if len(parts) > 1:
        found = _named_sets(parts, question, store=store, ruleset=ruleset)
        if found:
            return found
    if question.amount == 0 or pool.count < 2:
        return _greedy(parts, question, store=store, ruleset=ruleset)
    found = _pool_sets(parts, pool, question, store=store, ruleset=ruleset)
    return found or _greedy(parts, question, store=store, ruleset=ruleset)


def _parts(positions: Iterable[int], question: Question, *, store: Store) -> list[Part]:
    """Return the items of the transaction's side and currency as parts, gross and net of a valid discount."""
    items, signed, direction = store.items.items, store.items.signed, question.direction
    side = "receivable" if direction > 0 else "payable"
    on, currency = question.transaction.value_date, question.transaction.currency
    parts = []
    for at in positions:
        item = items[at]
        if item.side != side or item.currency != currency:
            continue
        gross = signed[at] * direction
        net = None
        if item.discounts and gross > 0 and (tier := discount_on(item, on)) is not None:
            net = gross - tier.amount
        parts.append(part_of((at, gross, net)))
    return parts


def _named_sets(parts: list[Part], question: Question, *, store: Store, ruleset: Ruleset) -> list[Candidate]:
    """Return the sets of named items that add up; all of them gross is looked at before anything is searched."""
    parts = _one_per_place(parts, question, store=store)
    if sum([part.gross for part in parts]) == question.amount:
        everything = tuple(sorted([(part.at, part.gross) for part in parts]))
        return _weighed((everything,), "subset_unique", question, store=store, ruleset=ruleset, of=len(parts))
    search = _search(parts, question.amount, ruleset)
    whole = [solution for solution in search.solutions if len(solution) == len(parts)]
    if len(whole) == 1:
        return _weighed(whole, "subset_unique", question, store=store, ruleset=ruleset, of=len(parts))
    return _solutions(search, question, store=store, ruleset=ruleset, of=len(parts))


def _one_per_place(parts: list[Part], question: Question, *, store: Store) -> list[Part]:
    """Return the parts without those whose number, at the same place, is also one of the payer's items."""
    signs = question.payer.signs
    own = {
        (hit.field, hit.start)
        for part in parts
        if (hit := question.strong.get(part.at)) and store.items.items[part.at].party_id in signs
    }
    return [
        part
        for part in parts
        if store.items.items[part.at].party_id in signs
        or (question.strong[part.at].field, question.strong[part.at].start) not in own
    ]


def _pool_sets(named: list[Part], pool: Pool, question: Question, *, store: Store, ruleset: Ruleset) -> list[Candidate]:
    """Return the sets of a party's items that add up and contain every item that is named."""
    found: list[Candidate] = []
    forced = {part.at for part in named}
    for positions in pool.first_parties(_PARTIES_MAX):
        if len(positions) < 2 or not forced.issubset(positions):
            continue
        free = [at for at in positions if at not in forced] if forced else positions
        parts = _parts(free, question, store=store)
        rest = question.amount
        if not named:
            everything = _everything(parts, question, store=store, ruleset=ruleset)
            if everything:
                found += everything
                continue
        else:
            rest -= sum([part.gross for part in named])
        if not parts or rest <= 0:
            continue
        search = _search(_due_parts(parts, question, store=store, ruleset=ruleset), rest, ruleset)
        if not search.solutions:
            continue
        if named:
            fixed = tuple([(part.at, part.gross) for part in named])
            solutions = tuple([tuple(sorted(fixed + solution)) for solution in search.solutions])
            search = Search(solutions, search.operations, search.combinations, search.is_complete)
        found += _solutions(search, question, store=store, ruleset=ruleset, of=len(positions))
    return found


def _everything(parts: list[Part], question: Question, *, store: Store, ruleset: Ruleset) -> list[Candidate]:
    """Return the explanation by all open items, or by all that are due, gross or net of every discount.

    Where a credit note cancels one of the items, the sum does not tell whether the two belong to it.
    """
    items, booked, amount = store.items.items, question.transaction.booking_date, question.amount
    for what in ("all_open", "all_due"):
        chosen = parts if what == "all_open" else [part for part in parts if items[part.at].due_date <= booked]
        owed = discounts = 0
        for _, gross, net in chosen:
            owed += gross
            if net is not None:
                discounts += gross - net
        if amount not in (owed, owed - discounts) or len(chosen) < 2:
            continue
        all_gross = tuple([(at, gross) for at, gross, _ in chosen])
        solution = (
            all_gross if owed == amount else tuple([(at, gross if net is None else net) for at, gross, net in chosen])
        )
        found = _weighed((solution,), "subset_unique", question, store=store, ruleset=ruleset, of=len(parts))
        found[0].notes.append(what)
        if not {-taken for _, taken in solution}.isdisjoint([taken for _, taken in solution]):
            found[0].notes.append("chance")
        return found
    return []


def _due_parts(parts: list[Part], question: Question, *, store: Store, ruleset: Ruleset) -> list[Part]:
    """Return all parts, or of very many those inside the due window."""
    if len(parts) <= ruleset.subset_items_max:
        return parts
    booked = question.transaction.booking_date
    return [
        part
        for part in parts
        if -ruleset.due_days_before <= (booked - store.items.items[part.at].due_date).days <= ruleset.due_days_after
    ]


def _search(parts: list[Part], target: int, ruleset: Ruleset) -> Search:
    return find_sums(
        parts,
        target,
        solutions_max=ruleset.subset_solutions_max,
        operations_max=ruleset.subset_operations_max,
        items_max=ruleset.subset_items_max,
        bits_max=ruleset.subset_bits_max,
    )


def _solutions(search: Search, question: Question, *, store: Store, ruleset: Ruleset, of: int) -> list[Candidate]:
    """Return the sets a search found; one alone is unique, of many only the first few are shown."""
    solutions = [solution for solution in search.solutions if len(solution) > 1]
    is_unique = len(search.solutions) == 1 and search.is_complete
    rule = "subset_unique" if is_unique else "subset_ambiguous"
    found = _weighed(solutions[: ruleset.proposals_max], rule, question, store=store, ruleset=ruleset, of=of)
    for candidate in found:
        if not is_unique:
            candidate.is_flagged = True
            candidate.notes.append(f"solutions:{len(search.solutions)}")
        elif search.combinations * _chance_factor(question, ruleset) > question.amount:
            candidate.notes.append("chance")
    return found


def _chance_factor(question: Question, ruleset: Ruleset) -> int:
    """Return how many cents of amount each combination needs so that a hit is hardly chance."""
    return ruleset.chance_factor_several if question.asks_several else ruleset.chance_factor


def _weighed(
    solutions: Iterable[Solution], rule: str, question: Question, *, store: Store, ruleset: Ruleset, of: int
) -> list[Candidate]:
    return [
        weigh_set(
            tuple(_share(at, amount, question, store=store) for at, amount in solution),
            rule=rule,
            detail=f"{len(solution)}/{of}",
            question=question,
            store=store,
            ruleset=ruleset,
        )
        for solution in solutions
    ]


def _share(at: int, amount: int, question: Question, *, store: Store) -> Share:
    gross = store.items.signed[at] * question.direction
    return at, amount, gross - amount, 0


def _greedy(parts: list[Part], question: Question, *, store: Store, ruleset: Ruleset) -> list[Candidate]:
    """Return the named items settled oldest first up to the amount; what is missing or left over is told."""
    if len(parts) < 2:
        return []
    reductions = [part for part in parts if part.gross < 0]
    rest = question.amount - sum(part.gross for part in reductions)
    shares: list[Share] = [(part.at, part.gross, 0, 0) for part in reductions]
    is_tolerated = False
    owing = [part for part in parts if part.gross > 0]
    for part in owing:
        if rest <= 0:
            break
        is_last = part is owing[-1]
        if rest >= part.gross and not is_last:
            shares.append((part.at, part.gross, 0, 0))
            rest -= part.gross
            continue
        settlement = settle(rest, store.items.items[part.at], question.transaction.value_date)
        shares.append((part.at, settlement.cash, settlement.discount, settlement.difference))
        rest -= settlement.cash
        is_tolerated = is_last and settlement.is_explained
    rule = "amount_tolerance" if is_tolerated else "partial_sum"
    return [
        weigh_set(
            tuple(sorted(shares)), rule=rule, detail=f"{len(shares)}/{len(parts)}", remainder=max(rest, 0),
            question=question, store=store, ruleset=ruleset,
        )
    ]  # fmt: skip
