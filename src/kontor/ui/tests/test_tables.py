from __future__ import annotations

import zipfile
from dataclasses import dataclass
from datetime import date
from io import BytesIO

from django.http import HttpResponse
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from kontor.ui.tables.columns import Bulk, Column, Filter
from kontor.ui.tables.export import export_response, guarded
from kontor.ui.tables.page import table_html
from kontor.ui.tables.table import Table


@dataclass(frozen=True, slots=True)
class Item:
    number: str
    due: date | None
    unpaid: int


ITEMS = (
    Item("2026-0001", date(2026, 9, 1), 71400),
    Item("2026-0002", None, 100),
    Item("=cmd|' /C calc'!A0", date(2026, 8, 1), -38675),
)


def a_table(query: str = "", *, size: int = 50, post: dict[str, object] | None = None) -> Table[Item]:
    factory = RequestFactory()
    request = factory.post(f"/items/?{query}", post) if post is not None else factory.get(f"/items/?{query}")
    return Table(
        request,
        ITEMS,
        columns=(
            Column[Item](key="number", label="Nummer", sort="number"),
            Column[Item](key="due", label="Fällig", kind="day", sort="due"),
            Column[Item](key="unpaid", label="Offen", kind="amount", sort="unpaid", total="value"),
        ),
        label="Offene Posten",
        sort="due",
        search=lambda rows, q: [row for row in rows if q in row.number],
        filters=(
            Filter(
                key="side",
                anything="alle",
                choices=(("d", "Soll"),),
                apply=lambda rows, _v: [r for r in rows if r.unpaid > 0],
            ),
        ),
        bulk=(Bulk(label="Mahnen", url="/mahnen/"),),
        row_id=lambda row: row.number,
        size=size,
    )


def test_rows_are_sorted_by_the_address_and_those_without_a_value_come_last() -> None:
    assert [item.due for item in a_table().rows] == [date(2026, 8, 1), date(2026, 9, 1), None]
    assert [item.due for item in a_table("sort=-due").rows] == [date(2026, 9, 1), date(2026, 8, 1), None]


def test_an_unknown_sort_key_falls_back_to_the_table_s_own() -> None:
    assert a_table("sort=password").sort == "due"


def test_totals_are_those_of_the_whole_filter_not_of_the_page() -> None:
    table = a_table("rows=25", size=1)

    assert table.totals == {"unpaid": 32825}
    assert a_table("side=d").totals == {"unpaid": 71500}


def test_search_and_conditions_narrow_the_rows_and_are_kept_by_every_link() -> None:
    table = a_table("q=2026&side=d")

    assert table.count == 2
    assert all("q=2026" in head.url and "side=d" in head.url for head in table.heads)
    assert "q=" not in table.reset_url


def test_a_condition_with_an_unknown_value_is_not_applied() -> None:
    assert a_table("side=everything").count == 3
    assert not a_table("side=everything").has_filter


def test_a_page_out_of_range_shows_the_nearest() -> None:
    assert a_table("p=99", size=1).page.number == 3


def test_a_bulk_post_means_the_ticked_rows_or_the_whole_filter() -> None:
    assert [item.number for item in a_table(post={"ids": ["2026-0002"]}).selected()] == ["2026-0002"]
    assert len(a_table("side=d", post={"all": "1"}).selected()) == 2


def test_csv_has_a_mark_semicolons_and_no_formulas() -> None:
    response = export_response(a_table(), "csv")

    assert isinstance(response, HttpResponse)
    text = response.content.decode()
    assert text.startswith("\ufeffNummer;Fällig;Offen;")
    assert "'=cmd" in text
    assert ";-386,75;EUR" in text


def test_a_file_has_what_stands_below_a_cell_in_a_column_of_its_own_and_no_dashes() -> None:
    table = a_table()
    number = Column[Item](key="number", label="Nummer", sub=lambda row: f"=Text {row.number}", sub_label="Text")
    dash = Column[Item](key="dash", label="Ort", value=lambda _row: "–", sub=lambda _row: "unsaid")
    table.columns = (number, dash)

    lines = export_response(table, "csv").content.decode().splitlines()

    assert lines[0] == "\ufeffNummer;Text;Ort"
    assert lines[1].endswith(";")
    assert ";'=Text " in lines[1]


def test_xlsx_holds_amounts_as_numbers() -> None:
    response = export_response(a_table(), "xlsx")

    assert isinstance(response, HttpResponse)
    book = zipfile.ZipFile(BytesIO(response.content))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<v>-386.75</v>" in sheet
    assert "<f>" not in sheet


@given(st.text(alphabet=" \u00a0\u3000", max_size=3), st.sampled_from("=+-@\t\r\n＝＋－＠"), st.text(max_size=5))
def test_no_text_can_start_a_formula(blanks: str, sign: str, rest: str) -> None:
    assert guarded(f"{blanks}{sign}{rest}").startswith("'")


@given(st.text(alphabet=st.characters(categories=["L", "N"]), min_size=1))
def test_harmless_text_stays_as_it_is(text: str) -> None:
    assert guarded(text) == text


def test_nothing_that_was_typed_or_stored_becomes_markup_in_the_written_table() -> None:
    evil = '"><script>alert(1)</script>'
    table = a_table(f"q=&side=d&sort=unpaid&rows=25&x={evil}")
    table.label, table.search_hint, table.sentence, table.name = evil, evil, evil, evil
    table.columns = (
        Column[Item](key="number", label=evil, sort="number", value=lambda _row: evil, sub=lambda _row: evil),
    )
    table.row_label = lambda _row: evil

    html = table_html(table, form_key=evil)

    assert "<script>" not in html
    assert html.count("&lt;script&gt;") > 8


def test_a_table_without_rows_offers_to_reset_the_filter() -> None:
    html = table_html(a_table("q=nirgends"), form_key="k")

    assert "k-table" not in html
    assert 'href="/items/"' in html
