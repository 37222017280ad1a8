"""Say what a run must load so that it decides as over all items, without looking at all of them.

An item is stored with its lookups, each a tag and a text, compared by equality only: `n:` number, `o:` order number,
`r:` structured reference, `p:` prefix of its number, `l:` how long and with which four digits its number begins, and
`m:` marks that some item has a mixed number, an order number or a reference. A key that more than the ruleset's
`key_items_max` open items share names none of them, so one more than that of each number and order number are enough.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from kontor.matching.rules import keys, text
from kontor.matching.rules.party_index import PartyIndex, learn_trigrams
from kontor.matching.rules.payer import names_without_answer, parties_named
from kontor.matching.rules.ruleset import Ruleset
from kontor.matching.rules.values import TransactionRow

MIXED, ORDERED, REFERENCED = "m:mixed", "m:order", "m:reference"
_LEAD_DIGITS_MIN = 6


@dataclass(frozen=True, slots=True)
class Reading:
    """A transaction with its folded text, read once."""

    transaction: TransactionRow
    folded: str
    chunks: tuple[text.Chunk, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to load for one transaction.

    `numbers` are `n:` and `o:` lookups, `references` are `r:` lookups, `parties` those whose open items may be meant.
    With `asks_owners` the parties of the items found by number are such parties too.
    """

    numbers: frozenset[str]
    references: frozenset[str]
    parties: frozenset[int]
    asks_owners: bool


def item_lookups(document_number: str, references: Iterable[str]) -> list[str]:
    """Return the lookups of an item, without doubles."""
    number = keys.item_keys(document_number)
    structured, others = keys.reference_keys(references)
    found = [f"n:{key}" for key in number.numbers]
    found += [f"o:{key}" for key in others]
    found += [f"r:{key}" for key in structured]
    if number.prefix:
        found.append(f"p:{number.prefix}")
    if len(number.digits) >= _LEAD_DIGITS_MIN:
        found.append(f"l:{len(number.digits)}:{number.digits[:4]}")
    found += [mark for mark, holds in ((MIXED, number.is_mixed), (ORDERED, others), (REFERENCED, structured)) if holds]
    return list(dict.fromkeys(found))


def read(transactions: Iterable[TransactionRow]) -> list[Reading]:
    """Return the transactions that may pay something, with their texts folded and cut."""
    payments = [row for row in transactions if row.amount != 0 and not row.is_return]
    folded = [text.fold(row.text) for row in payments]
    return [Reading(row, said, tuple(text.chunks(said))) for row, said in zip(payments, folded, strict=True)]


def range_lookups(readings: Iterable[Reading]) -> set[str]:
    """Return the lookups that ask which number ranges and kinds of references there are at all."""
    found = {MIXED, ORDERED, REFERENCED}
    for reading in readings:
        for chunk in reading.chunks:
            found.update(f"p:{chunk.prefix[at:]}" for at in range(len(chunk.prefix)))
            for first, last in _windows(chunk):
                digits = "".join([run[0] for run in chunk.runs[first:last]])
                if len(digits) >= _LEAD_DIGITS_MIN:
                    found.add(f"l:{len(digits)}:{digits[:4]}")
    return found


def wanted(
    readings: Sequence[Reading], *, ranges: AbstractSet[str], parties: PartyIndex, ruleset: Ruleset
) -> list[Wanted]:
    """Return per transaction what to load; `ranges` are those of `range_lookups` that some open item has.

    Learns the trigrams of names that need them.
    """
    unsigned = [reading.transaction.counterparty_name for reading in readings if not _owners(reading, parties, ruleset)]
    learn_trigrams(parties, names_without_answer(unsigned, parties=parties, ruleset=ruleset), ruleset=ruleset)
    return [_wanted(reading, ranges=ranges, parties=parties, ruleset=ruleset) for reading in readings]


def _wanted(reading: Reading, *, ranges: AbstractSet[str], parties: PartyIndex, ruleset: Ruleset) -> Wanted:
    owners = _owners(reading, parties, ruleset)
    numbers = _numbers(reading, ranges)
    tagged = {f"n:{key}" for key in numbers}
    if ORDERED in ranges:
        tagged.update(f"o:{key}" for key in numbers)
    references = _references(reading) if REFERENCED in ranges else frozenset()
    if owners:
        return Wanted(frozenset(tagged), references, frozenset(owners), asks_owners=False)
    return Wanted(
        frozenset(tagged), references, _unsigned_payers(reading, parties=parties, ruleset=ruleset), asks_owners=True
    )


def _owners(reading: Reading, parties: PartyIndex, ruleset: Ruleset) -> list[int]:
    """Return the parties of the counterparty's IBAN, none if it is too common to tell."""
    iban = reading.transaction.counterparty_iban
    owners = parties.ibans.get(iban) or parties.ibans.get(keys.iban_key(iban), [])
    return owners if iban and len(owners) <= ruleset.key_items_max else []


def _unsigned_payers(reading: Reading, *, parties: PartyIndex, ruleset: Ruleset) -> frozenset[int]:
    """Return the parties that a customer number, an e-mail address or the name may mean."""
    transaction = reading.transaction
    found = set[int]()
    for chunk in reading.chunks:
        for first, last in _windows(chunk):
            joined = "".join([run[0] for run in chunk.runs[first:last]])
            found.update(parties.customers.get(joined, ()))
            if first == 0:
                found.update(parties.customers.get(chunk.prefix + joined, ()))
    for content in (transaction.text, transaction.counterparty_name):
        for address, _, _ in text.mail_addresses(content):
            found.update(parties.emails.get(address, ()))
    if transaction.counterparty_name:
        found.update(parties_named(transaction.counterparty_name, parties=parties, ruleset=ruleset))
    return frozenset(found)


def _numbers(reading: Reading, ranges: AbstractSet[str]) -> set[str]:
    """Return every number the text may name: windows of digits, with letters or a known prefix, and lists of ends."""
    found, bases, ends = set[str](), set[str](), set[str]()
    for chunk in reading.chunks:
        letters, runs = chunk.prefix, chunk.runs
        prefixes = [letters[at:] for at in range(len(letters)) if f"p:{letters[at:]}" in ranges]
        heads = {"", letters, *prefixes}
        for first, last in _windows(chunk):
            parts = [run[0] for run in runs[first:last]]
            joined, stripped = "".join(parts), "".join([part.lstrip("0") for part in parts])
            for head in heads if first == 0 else ("",):
                found.add(head + joined)
                found.add(head + stripped)
            found.add(joined.lstrip("0"))
        for prefix in prefixes:
            bases.update(prefix + "".join([run[0] for run in runs[:count]]) for count in range(len(runs)))
        ends.update(run[0] for run in runs if len(run[0]) > 2)
    found.update(base + end for base in bases for end in ends)
    if MIXED in ranges:
        found.update(word for word, _, _ in text.joined_words(reading.folded))
    for content in (reading.transaction.structured_reference, reading.transaction.end_to_end_id):
        if len(content) >= 4 and content != "NOTPROVIDED":
            found.add(text.squeeze(content))
    found.discard("")
    return found


def _references(reading: Reading) -> frozenset[str]:
    shown = reading.transaction.structured_reference
    found = {key for key, _, _ in text.structured_references(reading.folded)}
    if shown:
        found |= {text.squeeze(shown), shown}
    return frozenset(f"r:{key}" for key in found if key)


def _windows(chunk: text.Chunk) -> list[tuple[int, int]]:
    """Return the spans of runs that may be read as one number."""
    count = len(chunk.runs)
    if count == 1:
        return [(0, 1)]
    return [
        (first, last)
        for first in range(count)
        for last in range(first + 1, min(first + text.WINDOW_RUNS_MAX, count) + 1)
    ]
