"""Texts that differ in their digits only are cut once, and read as if each had been cut for itself."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bench.matching_data import labelled
from kontor.matching.rules.cascade import named_item
from kontor.matching.rules.question import read_question
from kontor.matching.rules.store import Store, build_store
from kontor.matching.tests.match_builders import QR_REFERENCE, RF_REFERENCE, RULES, a_party, a_transfer, an_item

ITEMS = [
    an_item(1),
    an_item(2, document_number="RE-2026-000124", references=(QR_REFERENCE, RF_REFERENCE)),
    an_item(3, document_number="R1999"),
    an_item(4, document_number="4711/12"),
]
MIXED = an_item(5, document_number="A7B8/9")
PARTIES = [a_party(), a_party(2, ibans=(), customer_number="12032026")]

_pieces = st.sampled_from(
    [
        "RE-2026-000123", "RE 2026 123", "re2026000124", "2026-000123", "Rechnungsnr.RE", " vom 12.03.2026", "1999",
        " R1999 ", "K10023", " Kd-Nr. 10023", " of 2026", "4711/12", "1.190,00", "EREF+", "SVWZ+", "?20", "?21", "A7B8/9",
        QR_REFERENCE, RF_REFERENCE, "Straße", "№", "²", "٣", " ", " ", "+", " und ", ", ", "x@y1.de",
    ]
)  # fmt: skip
_texts = st.lists(_pieces | st.text(max_size=3), max_size=8).map("".join)


def _store(*, has_mixed: bool) -> Store:
    return build_store([*ITEMS, MIXED] if has_mixed else ITEMS, PARTIES, ruleset=RULES)


def _read(text: str, store: Store) -> object:
    transaction = a_transfer(text=text)
    named = named_item(transaction, store=store, ruleset=RULES)
    return named, read_question(transaction, store=store, ruleset=RULES)


def _with_digits(text: str, digits: str) -> str:
    """Return the text with the digits given instead of its own."""
    others = iter(digits)
    return "".join([next(others, "7") if sign in "0123456789" else sign for sign in text])


@given(_texts, st.text("0123456789", max_size=60))
@example("RE-2026-000123 vom 12.03.1926", "20260001231203202")
@example("?20RE-2026-00?210123", "9" * 20)
@example(f"QR {QR_REFERENCE}", "1" * 27)
def test_a_text_is_read_the_same_after_another_of_its_shape(text: str, digits: str) -> None:
    for has_mixed in (False, True):
        store = _store(has_mixed=has_mixed)
        _read(_with_digits(text, digits), store)

        assert _read(text, store) == _read(text, _store(has_mixed=has_mixed))


def test_few_shapes_are_cut_for_many_texts() -> None:
    data = labelled(transactions=400, items=600)
    store = build_store(data.items, data.parties, ruleset=RULES)

    for transaction in data.transactions:
        read_question(transaction, store=store, ruleset=RULES)

    told = {transaction.text for transaction in data.transactions}
    assert 0 < len(store.items.shapes.known) < len(told) / 2


@pytest.mark.parametrize("year", ["2026", "1926"])
def test_only_a_day_of_this_century_is_taken_for_a_date(year: str) -> None:
    store = build_store([an_item()], [a_party()], ruleset=RULES)
    payment = a_transfer(text=f"RE-2026-000123 vom 12.03.{year}")

    assert (named_item(payment, store=store, ruleset=RULES) is not None) == (year == "2026")
