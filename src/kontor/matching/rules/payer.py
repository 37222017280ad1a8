"""Tell which parties a transaction may come from or go to, and by which sign."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from kontor.matching.rules import keys, text
from kontor.matching.rules.named import NamedNumbers
from kontor.matching.rules.party_index import PartyIndex
from kontor.matching.rules.ruleset import Ruleset
from kontor.matching.rules.store import Store
from kontor.matching.rules.values import TransactionRow, value_of_many

_RARE_TRIGRAMS = 8


@value_of_many
class PartySign:
    """The strongest sign for a party and where it stands in the transaction."""

    rule: str
    points: int
    field: str
    start: int
    end: int


@dataclass(slots=True)
class Payer:
    """The parties a transaction points to.

    `explicit` are those it names beyond doubt (IBAN, customer number); `certain` is the one party that alone is meant
    by a confirmed IBAN, or by a customer number together with the name.
    """

    signs: dict[int, PartySign] = field(default_factory=dict)
    explicit: set[int] = field(default_factory=set)
    certain: int | None = None


def find_payer(transaction: TransactionRow, *, named: NamedNumbers, store: Store, ruleset: Ruleset) -> Payer:
    """Return the parties behind a transaction: by IBAN, customer number, e-mail, then name."""
    payer = Payer({}, set(), None)
    parties = store.parties
    if transaction.counterparty_iban:
        _by_iban(transaction.counterparty_iban, payer=payer, parties=parties, ruleset=ruleset)
    if named.customers:
        payer.explicit.update(named.customers)
    if not payer.signs:
        _without_iban(transaction, payer=payer, named=named, store=store, ruleset=ruleset)
    return payer


def _without_iban(
    transaction: TransactionRow, *, payer: Payer, named: NamedNumbers, store: Store, ruleset: Ruleset
) -> None:
    """Note the parties that an e-mail address or the name points to; a customer number with its name is certain."""
    parties, name = store.parties, transaction.counterparty_name
    _by_mail(transaction, payer=payer, parties=parties, ruleset=ruleset)
    if name:
        asked = {store.items.items[at].party_id for at in named.items} | set(named.customers)
        rules = _confirmed_names(name, asked, parties=parties, ruleset=ruleset)
        if not rules and not payer.signs:
            rules = parties_named(name, parties=parties, ruleset=ruleset)
        for party_id, rule in rules.items():
            sign = PartySign(rule, name_points(rule, ruleset), "counterparty_name", 0, len(name))
            if party_id not in payer.signs or payer.signs[party_id].points < sign.points:
                payer.signs[party_id] = sign
    if len(named.customers) == 1:
        (customer,) = named.customers
        if customer in payer.signs and payer.signs[customer].points >= ruleset.party_name:
            payer.certain = customer


def name_points(rule: str, ruleset: Ruleset) -> int:
    """Return the points of a way to agree by name."""
    match rule:
        case "party_alias":
            return ruleset.party_alias
        case "party_name":
            return ruleset.party_name
        case _:
            return ruleset.party_trigram


def _by_iban(iban: str, *, payer: Payer, parties: PartyIndex, ruleset: Ruleset) -> None:
    owners = parties.ibans.get(iban) or parties.ibans.get(keys.iban_key(iban))
    if not owners or len(owners) > ruleset.key_items_max:
        return
    sign = _iban_sign(ruleset.party_iban, len(iban))
    payer.explicit.update(owners)
    if len(owners) == 1:
        payer.certain = owners[0]
        payer.signs[owners[0]] = sign
    else:
        payer.signs.update(dict.fromkeys(owners, sign))


@lru_cache(maxsize=100)
def _iban_sign(points: int, length: int) -> PartySign:
    return PartySign("party_iban", points, "counterparty_iban", 0, length)


def _by_mail(transaction: TransactionRow, *, payer: Payer, parties: PartyIndex, ruleset: Ruleset) -> None:
    if not parties.emails:
        return
    for name, content in (("text", transaction.text), ("counterparty_name", transaction.counterparty_name)):
        for address, start, end in text.mail_addresses(content):
            for party_id in parties.emails.get(address, ())[: ruleset.key_items_max]:
                payer.signs[party_id] = PartySign("party_email", ruleset.party_email, name, start, end)


def _confirmed_names(name: str, asked: set[int], *, parties: PartyIndex, ruleset: Ruleset) -> dict[int, str]:
    """Return those of the asked parties that the name agrees with."""
    if not asked:
        return {}
    tokens = text.name_tokens(name)
    found = {}
    for party_id in sorted(asked):
        if party_id not in parties.tokens:
            continue
        rule = confirmed_name(tokens, party_id, parties=parties, ruleset=ruleset)
        if rule:
            found[party_id] = rule
    return found


def parties_named(name: str, *, parties: PartyIndex, ruleset: Ruleset) -> dict[int, str]:
    """Return the parties a name may mean with the rule, none if it is too common to tell; answers are kept."""
    answer = parties.name_answers.get(name)
    if answer is None:
        tokens = text.name_tokens(name)
        answer = _parties_by_words(tokens, parties=parties, ruleset=ruleset)
        if answer is None:
            answer = _parties_alike(tokens, parties=parties, ruleset=ruleset)
        parties.name_answers[name] = answer
    return answer


def names_without_answer(names: Iterable[str], *, parties: PartyIndex, ruleset: Ruleset) -> set[frozenset[str]]:
    """Return the words of those names that only trigrams can tell; the answers of the others are kept."""
    unresolved = set[frozenset[str]]()
    for name in set(names) - parties.name_answers.keys():
        tokens = text.name_tokens(name)
        answer = _parties_by_words(tokens, parties=parties, ruleset=ruleset)
        if answer is None:
            unresolved.add(tokens)
        else:
            parties.name_answers[name] = answer
    return unresolved


def _parties_by_words(tokens: frozenset[str], *, parties: PartyIndex, ruleset: Ruleset) -> dict[int, str] | None:
    """Return the parties whose name or alias has these words, `None` if there are none."""
    aliases, names = parties.aliases.get(tokens, ()), parties.names.get(tokens, ())
    if aliases or names:
        if len(aliases) + len(names) > ruleset.key_items_max:
            return {}
        return dict.fromkeys(names, "party_name") | dict.fromkeys(aliases, "party_alias")
    lists = [found for token in sorted(tokens) if (found := parties.token_parties.get(token))]
    rarest = min(lists, key=len, default=[])
    if len(rarest) <= ruleset.list_length_max:
        agreeing = [party_id for party_id in rarest if _tokens_agree(tokens, parties.tokens[party_id])]
        if agreeing:
            return dict.fromkeys(agreeing, "party_name") if len(agreeing) <= ruleset.key_items_max else {}
    return None


def _parties_alike(tokens: frozenset[str], *, parties: PartyIndex, ruleset: Ruleset) -> dict[int, str]:
    """Return the parties whose name is similar; they must share several of the name's rarest trigrams."""
    grams = text.trigrams(tokens)
    index, cut = parties.trigram_parties, ruleset.list_length_max
    lists = sorted([found for gram in sorted(grams) if (found := index.get(gram)) and len(found) <= cut], key=len)
    rare = lists[:_RARE_TRIGRAMS]
    shared = Counter([party_id for found in rare for party_id in found])
    least = max(2, len(rare) // 2)
    alike = {
        namesake: "party_trigram"
        for party_id in sorted([party_id for party_id, count in shared.items() if count >= least])
        if _similar_percent(grams, parties.tokens[party_id]) >= ruleset.trigram_percent_min
        for namesake in parties.names[parties.tokens[party_id]]
    }
    return alike if len(alike) <= ruleset.key_items_max else {}


def confirmed_name(tokens: frozenset[str], party_id: int, *, parties: PartyIndex, ruleset: Ruleset) -> str:
    """Return the rule by which a name agrees with a party's, none if it does not."""
    if tokens in parties.alias_tokens.get(party_id, ()):
        return "party_alias"
    own = parties.tokens[party_id]
    if tokens == own or _tokens_agree(tokens, own):
        return "party_name"
    if _similar_percent(text.trigrams(tokens), own) >= ruleset.trigram_percent_min:
        return "party_trigram"
    return ""


def _tokens_agree(tokens: frozenset[str], other: frozenset[str]) -> bool:
    """Tell whether one name is the other with more words; a single word must be all there is and telling."""
    common = tokens & other
    if len(common) >= 2:
        return common in (tokens, other)
    return tokens == other and any(len(token) >= 4 for token in common)


def _similar_percent(grams: frozenset[str], other: frozenset[str]) -> int:
    theirs = text.trigrams(other)
    union = len(grams | theirs)
    return 100 * len(grams & theirs) // union if union else 0
