"""Weigh one explanation of a transaction: the points for and against it, each with its evidence."""

from kontor.matching.rules.marks import AMOUNT, NOWHERE, Candidate, Mark, Share
from kontor.matching.rules.naming import weigh_naming, weigh_set_naming
from kontor.matching.rules.question import Question
from kontor.matching.rules.ruleset import Ruleset
from kontor.matching.rules.store import Place, Store
from kontor.matching.rules.tolerance import Settlement, settle
from kontor.matching.rules.values import OpenItemRow


def weigh_item(at: int, *, equal: int = 1, question: Question, store: Store, ruleset: Ruleset) -> Candidate:
    """Return the explanation of a transaction by one item.

    The end of a discount is a due date of its own, so who takes a valid discount pays inside the due window.
    """
    index, transaction, amount = store.items, question.transaction, question.amount
    item, booked = index.items[at], transaction.booking_date
    marks: list[Mark] = []
    candidate = Candidate((), 0, marks, [])
    weigh_naming(at, item, candidate, question, store, ruleset)
    _weigh_party(item.party_id, candidate, question, store, ruleset)
    takes_discount = False
    if index.signed[at] * question.direction <= 0:
        candidate.shares = ((at, 0, 0, 0),)
        candidate.remainder = amount
        candidate.count("wrong_direction", ruleset.wrong_direction, NOWHERE, item.item_id)
        candidate.is_flagged = True
    elif item.amount_open == amount:
        candidate.shares = ((at, amount, 0, 0),)
        candidate.is_explained = candidate.is_exact = True
        candidate.score += ruleset.amount_open
        marks.append(("amount_open", ruleset.amount_open, "amount", 0, 0, item.item_id, ""))
    else:
        takes_discount = _weigh_settled(at, item, candidate, question, ruleset)
    days = (booked - item.due_date).days
    if takes_discount or -ruleset.due_days_before <= days <= ruleset.due_days_after:
        candidate.score += ruleset.due_window
        marks.append(("due_window", ruleset.due_window, "", 0, 0, item.item_id, str(days)))
    if equal > 1:
        candidate.count("oldest_of_equal", ruleset.oldest_of_equal, NOWHERE, item.item_id, str(equal))
        candidate.notes.append(f"oldest_of_equal:{equal}")
    if item.document_date > booked or item.is_in_payment or item.is_blocked or item.currency != transaction.currency:
        _weigh_state(item, candidate, question=question, ruleset=ruleset)
    if question.flag is not None:
        _weigh_flag(candidate, question.flag, ruleset=ruleset)
    return candidate


def _weigh_settled(at: int, item: OpenItemRow, candidate: Candidate, question: Question, ruleset: Ruleset) -> bool:
    """Count what another amount than the open one does to the item; tell whether a discount explains it."""
    settlement = settle(question.amount, item, question.transaction.value_date)
    candidate.shares = ((at, settlement.cash, settlement.discount, settlement.difference),)
    candidate.remainder = settlement.remainder
    candidate.is_explained = settlement.is_explained
    takes_discount = settlement.kind == "discount" and any(
        tier.amount == settlement.discount for tier in item.discounts
    )
    candidate.is_exact = takes_discount
    _weigh_amount(settlement, item, candidate, ruleset)
    return takes_discount


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
    candidate = Candidate(shares, 0, [], [], remainder)
    items = [store.items.items[share[0]] for share in shares]
    weigh_set_naming(shares, candidate, question=question, store=store, ruleset=ruleset)
    party_id = items[0].party_id
    if len({item.party_id for item in items}) == 1:
        _weigh_party(party_id, candidate, question, store, ruleset)
    elif question.payer.explicit:
        candidate.count("other_party", ruleset.other_party)
    candidate.count(rule, _set_points(rule, ruleset), AMOUNT, None, detail)
    booked = question.transaction.booking_date
    days = (booked - max([item.due_date for item in items])).days
    takes_discount = any(share[2] for share in shares)
    if takes_discount or -ruleset.due_days_before <= days <= ruleset.due_days_after:
        candidate.count("due_window", ruleset.due_window)
    _weigh_state(min(items, key=_trouble), candidate, question=question, ruleset=ruleset)
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


def _weigh_party(party_id: int, candidate: Candidate, question: Question, store: Store, ruleset: Ruleset) -> None:
    """Count the signs for the item's party, or that the transaction is explicitly another's."""
    payer, customers = question.payer, question.named.customers
    sign = payer.signs.get(party_id)
    if sign is not None:
        candidate.score += sign.points
        candidate.marks.append((sign.rule, sign.points, sign.field, sign.start, sign.end, None, ""))
    if customers and party_id in customers:
        candidate.count("customer_number", ruleset.customer_number, ("text", *customers[party_id]))
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
        candidate.count(rule, points, AMOUNT, item.item_id, detail)


def _weigh_state(item: OpenItemRow, candidate: Candidate, *, question: Question, ruleset: Ruleset) -> None:
    """Count what speaks against the item itself."""
    transaction = question.transaction
    identity = item.item_id
    if item.currency != transaction.currency:
        candidate.count("other_currency", ruleset.other_currency, NOWHERE, identity, item.currency)
        candidate.is_flagged = True
        candidate.is_explained = candidate.is_exact = False
    early = (item.document_date - transaction.booking_date).days
    if early > ruleset.early_days:
        candidate.count("paid_early", ruleset.paid_early, NOWHERE, identity, str(early))
    if item.is_in_payment and not candidate.is_ordered:
        candidate.count("in_payment", ruleset.in_payment, NOWHERE, identity)
        candidate.is_flagged = True
    if item.is_blocked:
        candidate.count("blocked", ruleset.blocked, NOWHERE, identity)
        candidate.is_flagged = True


def _weigh_flag(candidate: Candidate, flag: Place, *, ruleset: Ruleset) -> None:
    """Count a donation or fee that is named instead of a document."""
    rule, start, end = flag
    candidate.count(rule, ruleset.donation_text, ("text", start, end))
    candidate.notes.append(rule)
    candidate.is_flagged = True
