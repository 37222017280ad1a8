"""Read one transaction: everything it says, before any item is weighed."""

from dataclasses import dataclass

from kontor.matching.rules import text
from kontor.matching.rules.named import NamedNumbers, NumberHit
from kontor.matching.rules.numbers import note_references, spoken_numbers
from kontor.matching.rules.payer import Payer, find_payer
from kontor.matching.rules.ruleset import Ruleset
from kontor.matching.rules.store import Place, Speech, Store
from kontor.matching.rules.values import TransactionRow

_STRONG_DIGITS = 6
_SILENT_MAX = 20_000


@dataclass(slots=True)
class Question:
    """A transaction with what it names; items are positions in the store, `amount` is positive.

    `references`, `orders` and `mandates` tell where the item was named (field, start, end). `strong` are the items
    named by a number that cannot be chance. `flag` is the donation or fee word when no document is named.
    """

    transaction: TransactionRow
    direction: int
    amount: int
    named: NamedNumbers
    references: dict[int, Place]
    orders: dict[int, Place]
    mandates: dict[int, Place]
    payer: Payer
    strong: dict[int, NumberHit]
    names_document: bool
    flag: Place | None
    learned: frozenset[int]
    asks_several: bool

    @property
    def names_nothing_else(self) -> bool:
        """Tell whether no document number, reference or order is named at all."""
        return not (self.names_document or self.references or self.orders or self.strong)


def read_question(transaction: TransactionRow, *, store: Store, ruleset: Ruleset) -> Question:
    """Return what a transaction names."""
    spoken, named, referred = _heard(transaction.text, store=store, ruleset=ruleset)
    if transaction.structured_reference or transaction.end_to_end_id:
        note_references(transaction, named=named, store=store, ruleset=ruleset)
    payer = find_payer(transaction, named=named, store=store, ruleset=ruleset)
    direction = 1 if transaction.amount > 0 else -1
    hits = named.items
    strong = {at: hit for at, hit in hits.items() if _is_strong(at, hit, direction, payer=payer, store=store)}
    references = {}
    if store.items.references and (referred or transaction.structured_reference):
        references = _named_references(transaction, referred, store=store)
    names_document = bool(strong or named.foreign)
    orders = _named_orders(transaction, store=store) if store.orders else {}
    is_silent = not (names_document or references or orders)
    if is_silent and spoken is None:
        spoken = _speech(text.fold(transaction.text), ruleset=ruleset)
    return Question(
        transaction, direction, abs(transaction.amount), named, references, orders,
        _named_mandates(transaction, store=store, ruleset=ruleset) if transaction.mandate_id else {}, payer, strong,
        names_document,
        spoken.flag if is_silent and spoken else None,
        _learned_parties(transaction, payer, store=store) if store.learned else frozenset(),
        is_silent and spoken is not None and spoken.asks_several,
    )  # fmt: skip


def _heard(
    said: str, *, store: Store, ruleset: Ruleset
) -> tuple[Speech | None, NamedNumbers, list[tuple[str, int, int]]]:
    """Return what the words of a text mean, if that is known yet, what its numbers name and its structured references.

    Texts that name nothing are few and come again and again; what they mean is kept.
    """
    speech = store.silent.get(said)
    if speech is not None:
        return speech, NamedNumbers({}, {}, [], {}), []
    lettered = text.base_letters(said)
    shape = store.items.shapes.shape_of(lettered)
    named = spoken_numbers(lettered, shape, store=store, ruleset=ruleset)
    references = (
        text.structured_references(text.without_tags(lettered)) if shape.may_refer and store.items.references else []
    )
    if named.items or named.customers or named.foreign or named.hot or references:
        return None, named, references
    speech = _speech(text.without_tags(lettered), ruleset=ruleset)
    if len(store.silent) < _SILENT_MAX:
        store.silent[said] = speech
    return speech, named, references


def _speech(folded: str, *, ruleset: Ruleset) -> Speech:
    return Speech(_flag(folded, ruleset=ruleset), any(phrase in folded for phrase in ruleset.several_phrases))


def question_naming(
    transaction: TransactionRow, at: int, hit: NumberHit, *, store: Store, ruleset: Ruleset
) -> Question | None:
    """Return what a transaction says whose text names one item's number and no other document, customer or reference.

    `None` if the number may be chance: then the words count as well.
    """
    named = NamedNumbers({at: hit}, {}, [], {})
    payer = find_payer(transaction, named=named, store=store, ruleset=ruleset)
    direction = 1 if transaction.amount > 0 else -1
    if not _is_strong(at, hit, direction, payer=payer, store=store):
        return None
    learned = _learned_parties(transaction, payer, store=store) if store.learned else frozenset[int]()
    mandates = _named_mandates(transaction, store=store, ruleset=ruleset) if transaction.mandate_id else {}
    orders = _named_orders(transaction, store=store) if store.orders else {}
    amount = abs(transaction.amount)
    return Question(
        transaction, direction, amount, named, {}, orders, mandates, payer, {at: hit}, True, None, learned, False
    )


def _is_strong(at: int, hit: NumberHit, direction: int, *, payer: Payer, store: Store) -> bool:
    """Tell whether a number is no chance: it goes the transaction's way, and is long or one of the payer's."""
    item = store.items.items[at]
    if hit.kind == "order_number" or not (store.items.signed[at] * direction > 0 or item.is_credit_note):
        return False
    if hit.kind == "number_digits" or hit.key.isdecimal():
        return len(hit.key) >= _STRONG_DIGITS or (hit.kind != "number_digits" and item.party_id in payer.signs)
    return len(hit.key) > 3


def _named_references(
    transaction: TransactionRow, spoken: list[tuple[str, int, int]], *, store: Store
) -> dict[int, Place]:
    index = store.items.references
    found: dict[int, Place] = {}
    if transaction.structured_reference:
        key = text.squeeze(transaction.structured_reference)
        for at in index.get(key, ()):
            found[at] = ("structured_reference", 0, len(transaction.structured_reference))
    for key, start, end in spoken:
        for at in index.get(key, ()):
            found.setdefault(at, ("text", start, end))
    return found


def _named_orders(transaction: TransactionRow, *, store: Store) -> dict[int, Place]:
    if not transaction.end_to_end_id:
        return {}
    lines = store.orders.get(transaction.end_to_end_id, ())
    place = ("end_to_end_id", 0, len(transaction.end_to_end_id))
    position = store.items.position
    return {position[line.item_id]: place for line in lines if line.item_id in position}


def _named_mandates(transaction: TransactionRow, *, store: Store, ruleset: Ruleset) -> dict[int, Place]:
    if not transaction.creditor_id:
        return {}
    positions = store.items.mandates.get(transaction.mandate_id, ())[: ruleset.list_length_max]
    return dict.fromkeys(positions, ("mandate_id", 0, len(transaction.mandate_id)))


def _flag(folded: str, *, ruleset: Ruleset) -> Place | None:
    """Return where a donation or a fee is named."""
    for stem in ruleset.donation_stems:
        if stem in folded:
            start = folded.index(stem)
            return "donation_text", start, start + len(stem)
    spoken = set(text.words(folded))
    for rule, listed in (("donation_text", ruleset.donation_words), ("fee_text", ruleset.fee_words)):
        said = spoken.intersection(listed)
        if said:
            start, word = min((folded.index(word), word) for word in said)
            return rule, start, start + len(word)
    return None


def _learned_parties(transaction: TransactionRow, payer: Payer, *, store: Store) -> frozenset[int]:
    template = text.text_template(transaction.text)
    iban = transaction.counterparty_iban
    return frozenset(party_id for party_id in payer.signs if (iban, template, party_id) in store.learned)
