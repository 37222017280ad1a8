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

    @property
    def order(self) -> tuple[int, tuple[Share, ...]]:
        """Return the sort key: best score first, then the items' own order."""
        return -self.score, self.shares

    def add(
        self,
        rule: str,
        points: int,
        *,
        place: tuple[str, int, int] = _NOWHERE,
        item: int | None = None,
        detail: str = "",
    ) -> None:
        """Count points with their evidence."""
        self.score += points
        self.marks.append((rule, points, place[0], place[1], place[2], item, detail))


def weigh_item(at: int, *, equal: int = 1, question: Question, store: Store, ruleset: Ruleset) -> Candidate:
    """Return the explanation of a transaction by one item.

    The end of a discount is a due date of its own, so who takes a valid discount pays inside the due window.
    """
    item = store.items.items[at]
    is_same_way = store.items.signed[at] * question.direction > 0
    candidate = Candidate(())
    _weigh_naming(at, item, candidate, question=question, store=store, ruleset=ruleset)
    _weigh_party(item.party_id, candidate, question=question, store=store, ruleset=ruleset)
    takes_discount = False
    if is_same_way and item.amount_open == question.amount:
        candidate.shares = ((at, question.amount, 0, 0),)
        candidate.is_explained = candidate.is_exact = True
        candidate.add("amount_open", ruleset.amount_open, place=_AMOUNT, item=item.item_id)
    elif is_same_way:
        settlement = settle(question.amount, item, question.transaction.value_date)
        candidate.shares = ((at, settlement.cash, settlement.discount, settlement.difference),)
        candidate.remainder = settlement.remainder
        candidate.is_explained = settlement.is_explained
        candidate.is_exact = takes_discount = settlement.kind == "discount" and any(
            tier.amount == settlement.discount for tier in item.discounts
        )
        _weigh_amount(settlement, item, candidate, ruleset=ruleset)
    else:
        candidate.shares = ((at, 0, 0, 0),)
        candidate.remainder = question.amount
        candidate.add("wrong_direction", ruleset.wrong_direction, item=item.item_id)
        candidate.is_flagged = True
    days = (question.transaction.booking_date - item.due_date).days
    if takes_discount or -ruleset.due_days_before <= days <= ruleset.due_days_after:
        candidate.add("due_window", ruleset.due_window, item=item.item_id, detail=str(days))
    if equal > 1:
        candidate.add("oldest_of_equal", ruleset.oldest_of_equal, item=item.item_id, detail=str(equal))
        candidate.notes.append(f"oldest_of_equal:{equal}")
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
        _weigh_party(party_id, candidate, question=question, store=store, ruleset=ruleset)
    elif question.payer.explicit:
        candidate.add("other_party", ruleset.other_party)
    candidate.add(rule, _set_points(rule, ruleset), place=_AMOUNT, detail=detail)
    booked = question.transaction.booking_date
    days = (booked - max(item.due_date for item in items)).days
    takes_discount = any(share[2] for share in shares)
    if takes_discount or -ruleset.due_days_before <= days <= ruleset.due_days_after:
        candidate.add("due_window", ruleset.due_window)
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
    at: int, item: OpenItemRow, candidate: Candidate, *, question: Question, store: Store, ruleset: Ruleset
) -> None:
    """Count references, orders, mandates and document numbers."""
    identity = item.item_id
    if question.references and at in question.references:
        candidate.add(
            "structured_reference", ruleset.structured_reference, place=question.references[at], item=identity
        )
        candidate.is_named = True
    if at in question.orders:
        name = _list_name(identity, question=question, store=store)
        candidate.add("own_order", ruleset.own_order, place=question.orders[at], item=identity, detail=name)
        candidate.is_named = candidate.is_ordered = True
    if at in question.mandates:
        candidate.add("mandate_debit", ruleset.mandate_debit, place=question.mandates[at], item=identity)
    hit = question.named.items.get(at)
    if hit is None and question.named.hot and item.party_id in question.payer.signs:
        hit = number_in_pool(at, named=question.named, index=store.items, ruleset=ruleset)
    if hit is not None:
        candidate.add(hit.kind, hit.points, place=(hit.field, hit.start, hit.end), item=identity, detail=hit.key)
        candidate.is_named = True
    if not question.names_document or (candidate.is_named and not _others_named((at,), question)):
        return
    if not candidate.is_named and question.named.foreign and item.party_id in question.payer.signs:
        foreign = mistyped_number(at, named=question.named, index=store.items)
        if foreign is not None:
            place = ("text", foreign.start, foreign.end)
            candidate.add("number_mistyped", ruleset.number_mistyped, place=place, item=identity, detail=foreign.digits)
            candidate.is_named = True
            return
    candidate.add("other_number", ruleset.other_number, place=_other_place((at,), question), item=identity)


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
        candidate.add(rule, points // len(positions) - before, place=place, item=identity, detail=detail)
    candidate.is_named = any(at in question.strong or at in question.references for at in positions)
    is_all_named = all(at in question.named.items or at in question.references for at in positions)
    if question.names_document and (not candidate.is_named or _others_named(positions, question)):
        candidate.add("other_number", ruleset.other_number, place=_other_place(positions, question))
    if candidate.is_named and not is_all_named:
        candidate.notes.append("not_all_named")


def _others_named(positions: tuple[int, ...], question: Question) -> bool:
    """Tell whether the text names a document, elsewhere in it, that the explanation leaves out."""
    return _other_hit(positions, question) is not None


def _other_hit(positions: tuple[int, ...], question: Question) -> NumberHit | None:
    strong = question.strong
    if len(strong) <= 1 and all(at in positions for at in strong):
        return None
    own = [hit for at in positions if (hit := question.named.items.get(at)) is not None]
    for at in sorted(strong):
        hit = strong[at]
        if at not in positions and not any(
            hit.field != mine.field or (hit.start < mine.end and mine.start < hit.end) for mine in own
        ):
            return hit
    return None


def _other_place(positions: tuple[int, ...], question: Question) -> tuple[str, int, int]:
    hit = _other_hit(positions, question)
    if hit is not None:
        return hit.field, hit.start, hit.end
    for foreign in question.named.foreign[:1]:
        return "text", foreign.start, foreign.end
    return "", 0, 0


def _weigh_party(party_id: int, candidate: Candidate, *, question: Question, store: Store, ruleset: Ruleset) -> None:
    """Count the signs for the item's party, or that the transaction is explicitly another's."""
    payer = question.payer
    sign = payer.signs.get(party_id)
    if sign is not None:
        candidate.add(sign.rule, sign.points, place=(sign.field, sign.start, sign.end))
    customer = question.named.customers.get(party_id)
    if customer is not None:
        candidate.add("customer_number", ruleset.customer_number, place=("text", *customer))
    if payer.explicit and party_id not in payer.explicit and not candidate.is_ordered:
        owner = min(payer.explicit)
        name = store.parties.parties[owner].name if owner in store.parties.parties else ""
        candidate.add("other_party", ruleset.other_party, place=("counterparty_iban", 0, 0), detail=name)
    if party_id in question.learned:
        candidate.add("learned_pair", ruleset.learned_pair, place=("text", 0, len(question.transaction.text)))


def _weigh_amount(settlement: Settlement, item: OpenItemRow, candidate: Candidate, *, ruleset: Ruleset) -> None:
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
        candidate.add(rule, points, place=_AMOUNT, item=item.item_id, detail=detail)


def _weigh_state(item: OpenItemRow, candidate: Candidate, *, question: Question, ruleset: Ruleset) -> None:
    """Count what speaks against the item itself."""
    transaction = question.transaction
    identity = item.item_id
    if item.currency != transaction.currency:
        candidate.add("other_currency", ruleset.other_currency, item=identity, detail=item.currency)
        candidate.is_flagged = True
        candidate.is_explained = candidate.is_exact = False
    early = (item.document_date - transaction.booking_date).days
    if early > ruleset.early_days:
        candidate.add("paid_early", ruleset.paid_early, item=identity, detail=str(early))
    if item.is_in_payment and not candidate.is_ordered:
        candidate.add("in_payment", ruleset.in_payment, item=identity)
        candidate.is_flagged = True
    if item.is_blocked:
        candidate.add("blocked", ruleset.blocked, item=identity)
        candidate.is_flagged = True


def _weigh_flag(candidate: Candidate, flag: Place, *, ruleset: Ruleset) -> None:
    """Count a donation or fee that is named instead of a document."""
    rule, start, end = flag
    candidate.add(rule, ruleset.donation_text, place=("text", start, end))
    candidate.notes.append(rule)
    candidate.is_flagged = True
