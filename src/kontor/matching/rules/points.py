"""Weigh one explanation of a transaction: the points for and against it, each with its evidence."""

from dataclasses import dataclass, field

from kontor.matching.rules.numbers import NumberHit, mistyped_number, number_in_pool
from kontor.matching.rules.question import Place, Question
from kontor.matching.rules.ruleset import Ruleset
from kontor.matching.rules.store import Store
from kontor.matching.rules.tolerance import Settlement, settle
from kontor.matching.rules.values import OpenItemRow

type Share = tuple[int, int, int, int]
"""Position, cash, discount and difference."""

type Mark = tuple[str, int, str, int, int, int | None, str]
"""The fields of an Evidence, in its order."""


_NOWHERE = ("", 0, 0)
_AMOUNT = ("amount", 0, 0)


@dataclass(slots=True)
class Candidate:
    """An explanation: what each item takes, its points with their evidence, and whether it may be posted unattended.

    `is_exact` means that the amount is explained by open amounts and valid discounts alone, `is_ordered` that the
    transaction is a payment order of our own: then it counts neither that its item is in payment nor whose account
    the money went to, since both were our will.
    """

    shares: tuple[Share, ...]
    score: int = 0
    marks: list[Mark] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    remainder: int = 0
    is_explained: bool = False
    is_exact: bool = False
    is_flagged: bool = False
    is_named: bool = False
    is_ordered: bool = False

    def count(
        self, rule: str, points: int, place: tuple[str, int, int] = _NOWHERE, item: int | None = None, detail: str = ""
    ) -> None:
        """Count points with their evidence."""
        self.score += points
        self.marks.append((rule, points, *place, item, detail))


def weigh_item(at: int, *, equal: int = 1, question: Question, store: Store, ruleset: Ruleset) -> Candidate:
    """Return the explanation of a transaction by one item.

    The end of a discount is a due date of its own, so who takes a valid discount pays inside the due window.
    """
    item = store.items.items[at]
    identity, booked = item.item_id, question.transaction.booking_date
    is_same_way = store.items.signed[at] * question.direction > 0
    candidate = Candidate((), 0, [], [])
    _weigh_naming(at, item, candidate, question, store, ruleset)
    _weigh_party(item.party_id, candidate, question, store, ruleset)
    takes_discount = False
    if is_same_way and item.amount_open == question.amount:
        candidate.shares = ((at, question.amount, 0, 0),)
        candidate.is_explained = candidate.is_exact = True
        candidate.count("amount_open", ruleset.amount_open, _AMOUNT, identity)
    elif is_same_way:
        settlement = settle(question.amount, item, question.transaction.value_date)
        candidate.shares = ((at, settlement.cash, settlement.discount, settlement.difference),)
        candidate.remainder = settlement.remainder
        candidate.is_explained = settlement.is_explained
        candidate.is_exact = takes_discount = settlement.kind == "discount" and any(
            tier.amount == settlement.discount for tier in item.discounts
        )
        _weigh_amount(settlement, item, candidate, ruleset)
    else:
        candidate.shares = ((at, 0, 0, 0),)
        candidate.remainder = question.amount
        candidate.count("wrong_direction", ruleset.wrong_direction, _NOWHERE, identity)
        candidate.is_flagged = True
    days = (booked - item.due_date).days
    if takes_discount or -ruleset.due_days_before <= days <= ruleset.due_days_after:
        candidate.count("due_window", ruleset.due_window, _NOWHERE, identity, str(days))
    if equal > 1:
        candidate.count("oldest_of_equal", ruleset.oldest_of_equal, _NOWHERE, identity, str(equal))
        candidate.notes.append(f"oldest_of_equal:{equal}")
    if (
        item.document_date > booked
        or item.is_in_payment
        or item.is_blocked
        or item.currency != question.transaction.currency
    ):
        _weigh_state(item, candidate, question=question, ruleset=ruleset)
    if question.flag is not None:
        _weigh_flag(candidate, question.flag, ruleset=ruleset)
    return candidate


def weigh_set(
    shares: tuple[Share, ...],
    *,
    rule: str,
    detail: str,
    remainder: int = 0,
    question: Question,
    store: Store,
    ruleset: Ruleset,
) -> Candidate:
    """Return the explanation of a transaction by several items; `rule` says how their sum was found."""
    candidate = Candidate(shares, remainder=remainder)
    items = [store.items.items[share[0]] for share in shares]
    _weigh_set_naming(shares, candidate, question=question, store=store, ruleset=ruleset)
    party_id = items[0].party_id
    if all(item.party_id == party_id for item in items):
        _weigh_party(party_id, candidate, question, store, ruleset)
    elif question.payer.explicit:
        candidate.count("other_party", ruleset.other_party)
    candidate.count(rule, _set_points(rule, ruleset), _AMOUNT, None, detail)
    booked = question.transaction.booking_date
    days = (booked - max(item.due_date for item in items)).days
    takes_discount = any(share[2] for share in shares)
    if takes_discount or -ruleset.due_days_before <= days <= ruleset.due_days_after:
        candidate.count("due_window", ruleset.due_window)
    for item in sorted(items, key=_trouble)[:1]:
        _weigh_state(item, candidate, question=question, ruleset=ruleset)
    if question.flag is not None:
        _weigh_flag(candidate, question.flag, ruleset=ruleset)
    candidate.is_explained = remainder == 0 and rule != "partial_sum"
    candidate.is_exact = candidate.is_explained and rule in ("subset_unique", "subset_ambiguous")
    return candidate


def _trouble(item: OpenItemRow) -> tuple[bool, bool]:
    return not item.is_blocked, not item.is_in_payment


def _set_points(rule: str, ruleset: Ruleset) -> int:
    match rule:
        case "subset_unique":
            return ruleset.subset_unique
        case "subset_ambiguous":
            return ruleset.subset_ambiguous
        case "amount_tolerance":
            return ruleset.amount_tolerance
        case _:
            return 0


def _weigh_naming(
    at: int, item: OpenItemRow, candidate: Candidate, question: Question, store: Store, ruleset: Ruleset
) -> None:
    """Count references, orders, mandates and document numbers."""
    identity, named = item.item_id, question.named
    if at in question.references:
        candidate.count("structured_reference", ruleset.structured_reference, question.references[at], identity)
        candidate.is_named = True
    if at in question.orders:
        name = _list_name(identity, question=question, store=store)
        candidate.count("own_order", ruleset.own_order, question.orders[at], identity, name)
        candidate.is_named = candidate.is_ordered = True
    if at in question.mandates:
        candidate.count("mandate_debit", ruleset.mandate_debit, question.mandates[at], identity)
    hit = named.items.get(at)
    if hit is None and named.hot and item.party_id in question.payer.signs:
        hit = number_in_pool(at, named=named, index=store.items, ruleset=ruleset)
    if hit is not None:
        candidate.count(hit.kind, hit.points, (hit.field, hit.start, hit.end), identity, hit.key)
        candidate.is_named = True
    if not question.names_document:
        return
    other = _other_hit((at,), question)
    if candidate.is_named and other is None:
        return
    if not candidate.is_named and named.foreign and item.party_id in question.payer.signs:
        foreign = mistyped_number(at, named=named, index=store.items)
        if foreign is not None:
            place = ("text", foreign.start, foreign.end)
            candidate.count("number_mistyped", ruleset.number_mistyped, place, identity, foreign.digits)
            candidate.is_named = True
            return
    candidate.count("other_number", ruleset.other_number, _place_of(other, question), identity)


def _list_name(item_id: int, *, question: Question, store: Store) -> str:
    lines = store.orders.get(question.transaction.end_to_end_id, ())
    return next((line.name for line in lines if line.item_id == item_id), "")


def _weigh_set_naming(
    shares: tuple[Share, ...], candidate: Candidate, *, question: Question, store: Store, ruleset: Ruleset
) -> None:
    """Count a set's numbers by the share of its items that are named."""
    positions = tuple(share[0] for share in shares)
    points = 0
    for at in positions:
        identity = store.items.items[at].item_id
        hit = question.named.items.get(at)
        if at in question.references:
            counted = ruleset.structured_reference
            rule, place, detail = "structured_reference", question.references[at], ""
        elif hit is not None:
            counted = hit.points
            rule, place, detail = hit.kind, (hit.field, hit.start, hit.end), hit.key
        else:
            continue
        before = points // len(positions)
        points += counted
        candidate.count(rule, points // len(positions) - before, place, identity, detail)
    candidate.is_named = any(at in question.strong or at in question.references for at in positions)
    is_all_named = all(at in question.named.items or at in question.references for at in positions)
    if question.names_document:
        other = _other_hit(positions, question)
        if other is not None or not candidate.is_named:
            candidate.count("other_number", ruleset.other_number, _place_of(other, question))
    if candidate.is_named and not is_all_named:
        candidate.notes.append("not_all_named")


def _other_hit(positions: tuple[int, ...], question: Question) -> NumberHit | None:
    """Return a document that the text names elsewhere in it and the explanation leaves out."""
    strong = question.strong
    left = strong.keys() - positions
    if not left:
        return None
    items = question.named.items
    own = [hit for at in positions if (hit := items.get(at)) is not None]
    for at in sorted(left) if len(left) > 1 else left:
        hit = strong[at]
        for mine in own:
            if hit.field != mine.field or (hit.start < mine.end and mine.start < hit.end):
                break
        else:
            return hit
    return None


def _place_of(hit: NumberHit | None, question: Question) -> Place:
    """Return where another document is named, or a number of the tenant's ranges that is no open item's."""
    if hit is not None:
        return hit.field, hit.start, hit.end
    for foreign in question.named.foreign[:1]:
        return "text", foreign.start, foreign.end
    return _NOWHERE


def _weigh_party(party_id: int, candidate: Candidate, question: Question, store: Store, ruleset: Ruleset) -> None:
    """Count the signs for the item's party, or that the transaction is explicitly another's."""
    payer = question.payer
    sign = payer.signs.get(party_id)
    if sign is not None:
        candidate.count(sign.rule, sign.points, (sign.field, sign.start, sign.end))
    customer = question.named.customers.get(party_id)
    if customer is not None:
        candidate.count("customer_number", ruleset.customer_number, ("text", *customer))
    if payer.explicit and party_id not in payer.explicit and not candidate.is_ordered:
        owner = min(payer.explicit)
        name = store.parties.parties[owner].name if owner in store.parties.parties else ""
        candidate.count("other_party", ruleset.other_party, ("counterparty_iban", 0, 0), None, name)
    if party_id in question.learned:
        candidate.count("learned_pair", ruleset.learned_pair, ("text", 0, len(question.transaction.text)))


def _weigh_amount(settlement: Settlement, item: OpenItemRow, candidate: Candidate, ruleset: Ruleset) -> None:
    rule, points, detail = "", 0, ""
    if settlement.kind == "full":
        rule, points = "amount_open", ruleset.amount_open
    elif settlement.kind == "discount" and candidate.is_exact:
        rule, points, detail = "amount_discount", ruleset.amount_discount, str(settlement.discount)
        if settlement.is_within_grace:
            rule, points = "amount_discount_grace", ruleset.amount_discount_grace
    elif settlement.is_explained:
        rule, points = "amount_tolerance", ruleset.amount_tolerance
        detail = str(settlement.difference or settlement.discount)
    elif settlement.kind == "credit" and item.return_fee and settlement.remainder == item.return_fee:
        rule, points, detail = "amount_return_fee", ruleset.amount_return_fee, str(item.return_fee)
    elif settlement.kind == "partial":
        candidate.notes.append("partial_payment")
    else:
        candidate.notes.append("overpayment")
    if rule:
        candidate.count(rule, points, _AMOUNT, item.item_id, detail)


def _weigh_state(item: OpenItemRow, candidate: Candidate, *, question: Question, ruleset: Ruleset) -> None:
    """Count what speaks against the item itself."""
    transaction = question.transaction
    identity = item.item_id
    if item.currency != transaction.currency:
        candidate.count("other_currency", ruleset.other_currency, _NOWHERE, identity, item.currency)
        candidate.is_flagged = True
        candidate.is_explained = candidate.is_exact = False
    early = (item.document_date - transaction.booking_date).days
    if early > ruleset.early_days:
        candidate.count("paid_early", ruleset.paid_early, _NOWHERE, identity, str(early))
    if item.is_in_payment and not candidate.is_ordered:
        candidate.count("in_payment", ruleset.in_payment, _NOWHERE, identity)
        candidate.is_flagged = True
    if item.is_blocked:
        candidate.count("blocked", ruleset.blocked, _NOWHERE, identity)
        candidate.is_flagged = True


def _weigh_flag(candidate: Candidate, flag: Place, *, ruleset: Ruleset) -> None:
    """Count a donation or fee that is named instead of a document."""
    rule, start, end = flag
    candidate.count(rule, ruleset.donation_text, ("text", start, end))
    candidate.notes.append(rule)
    candidate.is_flagged = True
