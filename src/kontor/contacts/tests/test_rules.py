"""Names, numbers, terms: pure stories."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kontor.contacts.rules.names import sort_name
from kontor.contacts.rules.numbers import NumbersUsedUp, WrongNumber, checked_number, next_number
from kontor.contacts.rules.parties import (
    NameMissing,
    NameTooLong,
    PartyFacts,
    PostalAddress,
    WrongCountry,
    WrongEmail,
    check_party,
)
from kontor.contacts.rules.terms import (
    DiscountTier,
    TooManyTiers,
    WrongTiers,
    checked_tiers,
    discount_on,
    due_date,
    effective_limits,
    stored_tiers,
    tiers_of,
)

TEN_TWO = DiscountTier(10, Decimal("2.0"))
amounts = st.integers(1, 10**12)
percents = st.decimals("0", "100", places=3)


@dataclass(frozen=True)
class Term:
    under_fixed: int | None = None
    under_percent: Decimal | None = None
    over_fixed: int | None = None
    over_percent: Decimal | None = None


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Müller & Söhne", "muller sohne"),
        ("Groß", "gross"),
        ("  Évêché d'Æthelred ", "eveche d aethelred"),
        ("Łukasz", "lukasz"),
        ("STRAẞE", "strasse"),
        ("Ärzte  ohne\tGrenzen e.V.", "arzte ohne grenzen e v"),
    ],
)
def test_umlauts_sort_with_their_base_letters(name: str, key: str) -> None:
    assert sort_name(name) == key


@given(st.text(max_size=80))
def test_a_sort_name_sorts_to_itself(name: str) -> None:
    assert sort_name(sort_name(name)) == sort_name(name)


def test_the_first_debtor_is_10000_and_the_first_creditor_70000() -> None:
    assert (next_number("debtor", highest=None), next_number("creditor", highest=None)) == ("10000", "70000")


def test_the_last_number_of_a_range_has_no_successor() -> None:
    with pytest.raises(NumbersUsedUp):
        next_number("debtor", highest=69_999)


@pytest.mark.parametrize("text", ["", " ", "10 000", "ä", "1" * 21, "-1", "1;2"])
def test_numbers_that_exports_cannot_carry_are_refused(text: str) -> None:
    with pytest.raises(WrongNumber):
        checked_number(text)


def test_an_empty_term_tolerates_nothing() -> None:
    assert effective_limits(100_00, Term()) == (0, 0)


def test_the_smaller_of_both_limits_counts() -> None:
    term = Term(under_fixed=500, under_percent=Decimal(2), over_fixed=100, over_percent=Decimal(5))

    assert effective_limits(100_00, term) == (200, 100)
    assert effective_limits(1000_00, term) == (500, 100)


def test_a_limit_of_zero_tolerates_nothing_even_beside_a_percentage() -> None:
    assert effective_limits(100_00, Term(under_fixed=0, under_percent=Decimal(10))) == (0, 0)


@given(amounts, st.none() | st.integers(0, 10**9), st.none() | percents)
def test_no_tolerance_exceeds_a_filled_limit(amount: int, fixed: int | None, percent: Decimal | None) -> None:
    under, over = effective_limits(amount, Term(under_fixed=fixed, under_percent=percent))

    assert over == 0
    assert under >= 0
    assert fixed is None or under <= fixed
    assert percent is None or Decimal(under) * 100 <= percent * amount
    assert under == 0 or fixed is not None or percent is not None


def test_discount_ends_with_its_last_day_and_grace() -> None:
    invoiced = date(2026, 3, 1)

    assert discount_on(invoiced, paid_on=date(2026, 3, 11), tiers=[TEN_TWO]) == Decimal("2.0")
    assert discount_on(invoiced, paid_on=date(2026, 3, 12), tiers=[TEN_TWO]) == 0
    assert discount_on(invoiced, paid_on=date(2026, 3, 12), tiers=[TEN_TWO], grace_days=1) == Decimal("2.0")
    assert due_date(invoiced, net_days=14) == date(2026, 3, 15)


@given(st.integers(0, 60), st.integers(0, 60))
def test_who_pays_earlier_never_gets_less_discount(early: int, later: int) -> None:
    tiers = [DiscountTier(7, Decimal(3)), DiscountTier(21, Decimal(1))]
    first, second = sorted((early, later))
    invoiced = date(2026, 1, 1)

    def discount(days: int) -> Decimal:
        return discount_on(invoiced, paid_on=invoiced + timedelta(days=days), tiers=tiers)

    assert discount(first) >= discount(second)


@pytest.mark.parametrize(
    "tiers",
    [
        (DiscountTier(10, Decimal(2)), DiscountTier(10, Decimal(1))),
        (DiscountTier(10, Decimal(2)), DiscountTier(20, Decimal(2))),
        (DiscountTier(40, Decimal(2)),),
        (DiscountTier(10, Decimal(0)),),
        (DiscountTier(-1, Decimal(2)),),
        (DiscountTier(10, Decimal(100)),),
    ],
)
def test_tiers_that_contradict_are_refused(tiers: tuple[DiscountTier, ...]) -> None:
    with pytest.raises(WrongTiers):
        checked_tiers(tiers, net_days=30)


def test_tiers_are_kept_shortest_first_and_read_back_equal() -> None:
    tiers = checked_tiers([DiscountTier(20, Decimal("1.5")), TEN_TWO], net_days=30)

    assert [tier.days for tier in tiers] == [10, 20]
    assert tiers_of(stored_tiers(tiers)) == tiers
    with pytest.raises(WrongTiers):
        tiers_of([{"tage": 10}])
    with pytest.raises(TooManyTiers):
        checked_tiers([DiscountTier(day, Decimal(5 - day)) for day in range(1, 5)], net_days=30)


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        (PartyFacts(name=" "), NameMissing),
        (PartyFacts(name="x" * 141), NameTooLong),
        (PartyFacts(name="A", email="a@b.de, nonsense"), WrongEmail),
        (PartyFacts(name="A", address=PostalAddress(town="Wien", country="Österreich")), WrongCountry),
    ],
)
def test_what_banks_and_post_would_refuse_is_refused_at_once(facts: PartyFacts, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        check_party(facts)
