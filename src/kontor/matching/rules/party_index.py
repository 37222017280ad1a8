"""Hold parties with their indexes: by IBAN, name, alias, customer number and e-mail address."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import attrgetter

from kontor.matching.rules import keys, text
from kontor.matching.rules.ruleset import Ruleset
from kontor.matching.rules.values import PartyRow


@dataclass(frozen=True, slots=True)
class PartyIndex:
    """Parties by everything that names them; `trigram_parties` holds the first party of each distinct name."""

    parties: dict[int, PartyRow]
    tokens: dict[int, frozenset[str]]
    ibans: dict[str, list[int]]
    names: dict[frozenset[str], list[int]]
    aliases: dict[frozenset[str], list[int]]
    alias_tokens: dict[int, tuple[frozenset[str], ...]]
    token_parties: dict[str, list[int]]
    trigram_parties: dict[str, list[int]]
    customers: dict[str, list[int]]
    emails: dict[str, list[int]]
    name_answers: dict[str, dict[int, str]] = field(default_factory=dict)


def index_parties(rows: Iterable[PartyRow], *, ruleset: Ruleset) -> PartyIndex:
    """Return the indexes over parties but for trigrams, which `learn_trigrams` adds."""
    index = PartyIndex({}, {}, {}, {}, {}, {}, {}, {}, {}, {})
    cut = ruleset.list_length_max
    for party in sorted(rows, key=attrgetter("party_id")):
        identity = party.party_id
        index.parties[identity] = party
        _add_name(index, identity, text.name_tokens(party.name), cut)
        for iban in party.ibans:
            add_entry(index.ibans, keys.iban_key(iban), identity, cut)
        if party.aliases:
            aliases = index.alias_tokens[identity] = tuple([text.name_tokens(alias) for alias in party.aliases])
            for alias in aliases:
                add_entry(index.aliases, alias, identity, cut)
        for address in party.emails:
            add_entry(index.emails, address.lower(), identity, cut)
        number = party.customer_number
        if number:
            is_plain = number.isascii() and number.isalnum()
            add_entry(index.customers, number.upper() if is_plain else text.squeeze(number), identity, cut)
    return index


def _add_name(index: PartyIndex, identity: int, tokens: frozenset[str], cut: int) -> None:
    index.tokens[identity] = tokens
    found = index.names.get(tokens)
    if found is None:
        index.names[tokens] = [identity]
    elif len(found) <= cut:
        found.append(identity)
    for token in tokens:
        found = index.token_parties.get(token)
        if found is None:
            index.token_parties[token] = [identity]
        elif len(found) <= cut:
            found.append(identity)


def learn_trigrams(index: PartyIndex, names: Iterable[frozenset[str]] | None, *, ruleset: Ruleset) -> None:
    """Index the first party of each distinct name by the trigrams that `names` have, by all of them if `None`."""
    asked = None if names is None else {gram for tokens in names for gram in text.trigrams(tokens)}
    if asked is not None and not asked:
        return
    lists, cut = index.trigram_parties, ruleset.list_length_max
    lists.clear()
    known: dict[str, list[str]] = {}
    hot = set[str]()
    for named in index.names.values():
        identity = named[0]
        grams = set[str]()
        for token in index.tokens[identity]:
            found = known.get(token)
            if found is None:
                found = [
                    gram for gram in text.trigrams_of(token) if gram not in hot and (asked is None or gram in asked)
                ]
                known[token] = found
            grams.update(found)
        for gram in grams:
            parties = lists.get(gram)
            if parties is None:
                lists[gram] = [identity]
            elif len(parties) <= cut:
                parties.append(identity)
            else:
                hot.add(gram)


def add_entry[K](index: dict[K, list[int]], key: K, entry: int, cut: int) -> None:
    """Append `entry` to the list of `key` until it is one longer than `cut`, which marks it hot."""
    found = index.get(key)
    if found is None:
        index[key] = [entry]
    elif len(found) <= cut and found[-1] != entry:
        found.append(entry)
