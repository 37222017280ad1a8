"""The home page of those who only hand receipts in."""

from __future__ import annotations

import pytest

from kontor.receipts.tests.handing_in import signed_in
from kontor.receipts.tests.office import an_office
from kontor.receipts.tests.test_own_rows import full

pytestmark = pytest.mark.usefixtures("database")


def test_a_submitter_sees_where_receipts_under_way_are_and_none_that_is_through() -> None:
    office = an_office()
    full(office)

    page = signed_in(office.volunteer).get(f"/t/{office.tenant.code}/").content.decode()

    assert page.count(f'href="/t/{office.tenant.code}/receipts/mine/') >= 2
    assert 'aria-labelledby="ways-h"' in page
    assert page.count('class="k-badge"') == 2


def test_who_keeps_the_books_has_no_list_of_own_receipts_on_the_home_page() -> None:
    office = an_office()
    full(office)

    page = signed_in(office.clerk).get(f"/t/{office.tenant.code}/").content.decode()

    assert 'aria-labelledby="ways-h"' not in page
