"""What the viewer writes: names and words from outside stay text."""

from __future__ import annotations

from kontor.core.tenancy import pretended_tenant
from kontor.documents.models import StoredFile
from kontor.receipts.desk.detail import Page
from kontor.receipts.desk.marks import ReadValue
from kontor.receipts.desk.viewed import choices_of, found_of, pages_of, thumbs_of

EVIL = '"><script>alert(1)</script>'


def test_what_was_read_stays_text_in_the_bar() -> None:
    value = ReadValue(field="supplier_name", label="Lieferant", shown=EVIL, code="ocr", agrees=False)

    written = found_of([value])

    assert "<script>" not in written
    assert written.count("&quot;&gt;&lt;script&gt;") == 2
    assert 'data-show="supplier"' in written
    assert "k-found is-off" in written


def test_the_name_of_a_file_without_a_picture_stays_text() -> None:
    with pretended_tenant(1):
        page = Page(1, StoredFile(name=EVIL), None, ())

    written = pages_of([page], code="verein", title=EVIL)

    assert "<script>" not in written
    assert 'id="page-1"' in written
    assert thumbs_of([page], code="verein").count("<script>") == 0


def test_the_choice_that_is_set_is_selected_and_its_words_stay_text() -> None:
    written = choices_of([("project", "Projekt", [("1", EVIL), ("2", "Garten")], "2")])

    assert '<option value="2" selected>Garten</option>' in written
    assert "<script>" not in written
