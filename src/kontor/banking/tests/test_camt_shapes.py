"""Known shapes give what the XML parser gives, whatever stands between and inside the entries."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kontor.banking.formats.camt.reader import _Reader
from kontor.banking.rules.statements import StatementEvent
from kontor.banking.tests.samples import a_detail, a_statement, an_entry, camt, lines_in
from kontor.core.refusal import Refusal


def _by_parser_alone(text: str) -> list[StatementEvent]:
    with patch.object(_Reader, "_read_known", return_value=False):
        return camt(text)


_words = st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), max_size=20).map(
    lambda text: text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
)
_texts = st.one_of(
    _words, st.sampled_from(["", " ", "a]]b", "x&amp;y", "&#8364;", "]", "a\tb", "zwei\nZeilen", "a\r\nb", "\ue000"])
)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(_texts, _texts, st.integers(1, 3), st.sampled_from(["CRDT", "DBIT"])), min_size=2, max_size=8)
)
def test_entries_read_by_shape_equal_those_read_by_the_parser(rows: list[tuple[str, str, int, str]]) -> None:
    entries = "".join(
        an_entry(details=a_detail(text=text, name=name) * count, direction=direction)
        for text, name, count, direction in rows
    )
    document = a_statement(entries)

    assert repr(camt(document)) == repr(_by_parser_alone(document))


def test_most_entries_of_one_shape_do_not_need_the_parser() -> None:
    document = a_statement(an_entry(details=a_detail()) * 50)

    with patch.object(_Reader, "_read_new", autospec=True, side_effect=_Reader._read_new) as slow:
        assert len(lines_in(camt(document))) == 50

    assert slow.call_count == 1


@pytest.mark.parametrize(
    "hidden",
    [
        "<!-- {} -->",
        "<!-- {0}{0} -->{0}",
        "<AddtlStmtInf><![CDATA[ {} ]]></AddtlStmtInf>",
        "{0}<AddtlStmtInf><![CDATA[ {0} ]]></AddtlStmtInf>{0}",
        "<?hint {} ?>",
        "{0} <!-- --> {0}",
    ],
)
def test_hidden_entries_are_not_read(hidden: str) -> None:
    entry = an_entry(details=a_detail())
    document = a_statement(entry * 3 + hidden.format(entry) + entry * 2)

    assert repr(camt(document)) == repr(_by_parser_alone(document))


@pytest.mark.parametrize("text", ["<![CDATA[</Ntry>]]>", "<!-- </Ntry><Ntry> -->", "<![CDATA[<TxDtls>]]>x"])
def test_tags_inside_a_text_are_text(text: str) -> None:
    document = a_statement(an_entry(details=a_detail()) * 2 + an_entry(details=a_detail(text=text)) + an_entry())

    assert repr(camt(document)) == repr(_by_parser_alone(document))


@pytest.mark.parametrize("broken", ["a < b", "a & b", "&unknown;", "a ]]> b", "\x01", "</Nm>", "<Nm>"])
def test_a_broken_text_is_refused_with_its_line_also_in_a_known_shape(broken: str) -> None:
    entry = an_entry(details=a_detail())
    document = a_statement(entry * 5 + an_entry(details=a_detail(text=broken)) + entry)

    with pytest.raises(Refusal) as refused:
        camt(document)

    assert refused.value.facts["line"] == 11


@pytest.mark.parametrize("amount", ["1.005", "", "-5.00", "1e3", "12,5x", "١٢.٠٠", "1_000.00", "9" * 40])
def test_an_amount_that_cannot_be_right_is_refused_with_its_line_in_a_known_shape(amount: str) -> None:
    entry = an_entry(details=a_detail())
    document = a_statement(entry * 5 + an_entry(amount=amount, details=a_detail()) + entry)

    with pytest.raises(Refusal) as refused:
        camt(document)

    assert refused.value.facts["line"] == 11


def test_an_entry_cut_at_any_block_end_is_read_whole() -> None:
    document = a_statement("".join(an_entry(reference=f"R{n}", details=a_detail()) for n in range(40)))

    for size in (97, 211, 1009):
        with patch("kontor.banking.formats.camt.reader._BLOCK", size):
            assert [line.bank_reference for line in lines_in(camt(document))] == [f"R{n}" for n in range(40)]


def test_an_entry_larger_than_the_buffer_goes_to_the_parser() -> None:
    document = a_statement(an_entry(amount="300.00", details=a_detail(amount='<Amt Ccy="EUR">100.00</Amt>') * 3) * 3)

    with (
        patch("kontor.banking.formats.camt.reader._BLOCK", 100),
        patch("kontor.banking.formats.camt.reader._ENTRY_MAX", 200),
    ):
        assert len(lines_in(camt(document))) == 9
