"""Give the keys by which items and transactions find each other: the contract for precomputed key columns.

An item's keys are stored once. `candidate_keys` of transactions are a superset of what the engine looks up; what a run
must load to decide as over all items is told in `lookups`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from kontor.matching.rules import text
from kontor.matching.rules.values import OpenItemRow, PartyRow, TransactionRow, value_of_many


@value_of_many
class ItemKeys:
    """The number keys of an item: as written, without zeros, digits only, and the digits of its last part."""

    full: str
    squeezed: str
    digits: str
    digits_squeezed: str
    last: str
    prefix: str
    is_mixed: bool

    @property
    def numbers(self) -> tuple[str, ...]:
        """Return the distinct keys, strongest first."""
        distinct = {self.full: 0, self.squeezed: 0, self.digits: 0, self.digits_squeezed: 0, self.last: 0}
        distinct.pop("", None)
        return tuple(distinct)


@dataclass(frozen=True, slots=True)
class Keys:
    """All keys that a set of transactions may hit; amounts are signed minor units."""

    numbers: frozenset[str]
    references: frozenset[str]
    orders: frozenset[str]
    mandates: frozenset[str]
    ibans: frozenset[str]
    names: frozenset[str]
    name_tokens: frozenset[str]
    emails: frozenset[str]
    amounts: frozenset[int]


def item_keys(document_number: str) -> ItemKeys:
    """Return the keys of a document number."""
    plain = text.one_number(document_number)
    if plain is not None:
        prefix, parts = plain
        stripped = [part.lstrip("0") for part in parts]
        digits, short = "".join(parts), "".join(stripped)
        return ItemKeys(prefix + digits, prefix + short, digits.lstrip("0"), short, stripped[-1], prefix, False)
    full = text.squeeze(document_number)
    found = text.chunks(text.fold(document_number))
    parts = [run[0] for chunk in found for run in chunk.runs]
    prefix = found[0].prefix if len(found) == 1 else ""
    digits = "".join(parts)
    stripped = [part.lstrip("0") for part in parts]
    is_mixed = prefix + digits != full
    squeezed = full if is_mixed else prefix + "".join(stripped)
    last = stripped[-1] if stripped and not is_mixed else ""
    return ItemKeys(full, squeezed, digits.lstrip("0"), "".join(stripped), last, prefix, is_mixed)


def reference_keys(references: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the structured references and the other references (order numbers), squeezed."""
    squeezed = [text.squeeze(reference) for reference in references]
    structured = tuple(key for key in squeezed if text.is_qr_reference(key) or text.is_creditor_reference(key))
    return structured, tuple(key for key in squeezed if key and key not in structured)


def party_name_keys(party: PartyRow) -> tuple[str, tuple[str, ...]]:
    """Return the key of a party's name and those of its aliases."""
    aliases = tuple(text.name_key(text.name_tokens(alias)) for alias in party.aliases)
    return text.name_key(text.name_tokens(party.name)), aliases


def iban_key(iban: str) -> str:
    """Return an IBAN without blanks in capitals."""
    return iban.replace(" ", "").upper()


def candidate_keys(transactions: Iterable[TransactionRow]) -> Keys:
    """Return every key that these transactions may hit."""
    numbers: set[str] = set()
    references: set[str] = set()
    orders: set[str] = set()
    mandates: set[str] = set()
    ibans: set[str] = set()
    tokens: set[frozenset[str]] = set()
    emails: set[str] = set()
    amounts: set[int] = set()
    for transaction in transactions:
        folded = text.fold(transaction.text)
        numbers |= number_keys(folded)
        references.update(found[0] for found in text.structured_references(folded))
        references.add(text.squeeze(transaction.structured_reference))
        orders |= {transaction.end_to_end_id, transaction.returns_of}
        mandates.add(transaction.mandate_id)
        ibans.add(iban_key(transaction.counterparty_iban))
        tokens.add(text.name_tokens(transaction.counterparty_name))
        emails.update(found[0] for found in text.mail_addresses(transaction.text))
        emails.update(found[0] for found in text.mail_addresses(transaction.counterparty_name))
        amounts.add(transaction.amount)
    return Keys(
        numbers=frozenset(numbers - {""}),
        references=frozenset(references - {""}),
        orders=frozenset(orders - {""}),
        mandates=frozenset(mandates - {""}),
        ibans=frozenset(ibans - {""}),
        names=frozenset(text.name_key(words) for words in tokens if words),
        name_tokens=frozenset(token for words in tokens for token in words),
        emails=frozenset(emails),
        amounts=frozenset(amounts),
    )


def number_keys(folded: str) -> set[str]:
    """Return every number key a folded text may hit, whatever prefixes the document numbers have."""
    keys = {word for word, _, _ in text.joined_words(folded)}
    for chunk in text.chunks(folded):
        prefixes = [chunk.prefix[at:] for at in range(len(chunk.prefix))]
        for first in range(len(chunk.runs)):
            for last in range(first, min(first + text.WINDOW_RUNS_MAX, len(chunk.runs))):
                runs = [run[0] for run in chunk.runs[first : last + 1]]
                joined, stripped = "".join(runs), "".join(run.lstrip("0") for run in runs)
                keys |= {joined, stripped, joined.lstrip("0")}
                if first == 0:
                    keys.update(prefix + number for prefix in prefixes for number in (joined, stripped))
    return keys


def item_columns(item: OpenItemRow) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what is stored beside an item: its number keys (order numbers included) and structured references."""
    structured, others = reference_keys(item.references)
    return (*item_keys(item.document_number).numbers, *others), structured
