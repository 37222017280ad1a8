"""Plans: what they allow, what they cost, and that reaching a limit hides nothing."""

import argparse
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from django.db import connections
from hypothesis import given
from hypothesis import strategies as st

from kontor.core.clock import now
from kontor.core.tenancy import current_tenant_id, tenant
from kontor.organisations import commands, metering
from kontor.organisations.actions import end_access, give_role, grant_access, reserve_tenant_id
from kontor.organisations.door import acting
from kontor.organisations.founding import add_tenant
from kontor.organisations.memberships import accept_membership, request_membership
from kontor.organisations.metering import check_room, has_feature, measure, meter, register_counter, register_seat_right
from kontor.organisations.models import Membership, Organisation, Tenant, User
from kontor.organisations.rules.plans import (
    GIGABYTE,
    PRESETS,
    Kind,
    NoRoom,
    NoRoomForBytes,
    NoRoomForMembers,
    NoRoomForReceipts,
    NoRoomForSeats,
    Terms,
    check_limit,
    format_bytes,
    limit_of,
    monthly_price,
)
from kontor.organisations.subscribing import (
    NegativeExtras,
    NotExtendable,
    UnknownPlan,
    UnreadablePlans,
    load_plans,
    months_after,
    order_plan,
    plan_of_code,
    plans_of_text,
)
from tests.builders import a_member, a_tenant, a_user

DAY = date(2026, 11, 22)
_receipts: dict[int, int] = {}
_bytes: dict[int, int] = {}


def _count_receipts() -> int:
    return _receipts.get(current_tenant_id(), 0)


def _count_bytes() -> int:
    return _bytes.get(current_tenant_id(), 0)


@pytest.fixture(autouse=True)
def counters(database: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Count receipts and bytes of these tests only, and let the right to see the record take a seat."""
    monkeypatch.setattr(metering, "_counters", {})
    monkeypatch.setattr(metering, "_seat_rights", set())
    register_counter(Kind.RECEIPTS, count=_count_receipts)
    register_counter(Kind.BYTES, count=_count_bytes)
    with acting(by=None):
        load_plans(PRESETS)
    yield
    _receipts.clear()
    _bytes.clear()


def on_plan(books: Tenant, code: str, *, seats: int = 0, units: int = 0) -> None:
    with acting(by=None):
        order_plan(books.organisation, plan=plan_of_code(code), extra_seats=seats, extra_units=units, on=DAY, by=None)


def submit(books: Tenant, times: int = 1) -> None:
    """Do what a context that makes receipts does."""
    for _ in range(times):
        with tenant(books.id):
            check_room(Kind.RECEIPTS, tenant=books, on=DAY)
            _receipts[books.id] = _receipts.get(books.id, 0) + 1


def join(books: Tenant, *, only_upload: bool = False) -> Membership:
    code = Organisation.objects.get(id=books.organisation_id).invitation_code
    person = a_user()
    with acting(by=person):
        membership, _ = request_membership(person, code=code, at=now())
    with acting(by=None):
        accept_membership(membership, only_upload=only_upload, at=now(), on=DAY, by=person)
    return membership


def test_the_fifty_first_receipt_of_free_is_refused_and_upgrading_keeps_the_fifty() -> None:
    books = a_tenant()
    on_plan(books, "free")
    submit(books, 50)

    with pytest.raises(NoRoomForReceipts, match="holds 50 receipts") as refused:
        submit(books)
    assert "existing receipts stay" in str(refused.value)
    assert measure(books.organisation).receipts == 50

    on_plan(books, "premium")
    submit(books)
    assert measure(books.organisation).receipts == 51


def test_the_third_member_of_free_is_refused_but_may_submit() -> None:
    books = a_tenant()
    a_member(books, role="administrator")
    on_plan(books, "free")
    join(books)

    with pytest.raises(NoRoomForMembers, match="room for 2 members"):
        join(books)

    joined = join(books, only_upload=True)
    assert (meter(books.organisation).members, meter(books.organisation).upload_only) == (2, 1)
    with tenant(books.id):
        grant_access(joined.user, tenant=books, role="submitter", by=None)
    with pytest.raises(NoRoomForMembers), tenant(books.id):
        give_role(joined.user, role="bookkeeper", by=None)


def test_whoever_gets_more_than_submitting_takes_a_full_place() -> None:
    books = a_tenant()
    on_plan(books, "free")
    joined = join(books, only_upload=True)

    with tenant(books.id):
        grant_access(joined.user, tenant=books, role="reviewer", by=None)

    assert (meter(books).members, meter(books).upload_only) == (1, 0)


def test_a_person_let_in_directly_needs_a_place_as_well() -> None:
    books = a_tenant()
    on_plan(books, "free")
    a_member(books)
    a_member(books)

    with pytest.raises(NoRoomForMembers):
        a_member(books)
    a_member(books, role="submitter")


def test_receipts_of_all_books_of_an_organisation_count_together() -> None:
    books = a_tenant()
    ada = a_member(books, role="administrator")
    with tenant(reserve_tenant_id(), by=ada):
        other = add_tenant(
            books.organisation, name="Zweiter Mandant", country="DE", chart="SKR03", first_year=2026, by=ada
        )
    on_plan(books, "free")
    submit(books, 30)
    submit(other, 20)

    with pytest.raises(NoRoomForReceipts):
        submit(other)
    with pytest.raises(NoRoomForReceipts):
        submit(books)


def test_two_at_once_do_not_both_take_the_last_place() -> None:
    books = a_tenant()
    on_plan(books, "free")
    submit(books, 49)

    def try_it(_: int) -> bool:
        try:
            submit(books)
        except NoRoom:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(try_it, range(6)))

    assert done.count(True) == 1
    assert _receipts[books.id] == 50


def test_without_a_plan_nothing_is_limited_and_asking_is_one_query(database: None) -> None:
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    books = Tenant.objects.select_related("organisation").get(id=a_tenant().id)
    submit(books, 60)
    with tenant(books.id), CaptureQueriesContext(connection) as seen:
        check_room(Kind.RECEIPTS, tenant=books, on=DAY)

    assert len(seen) == 1


def test_storage_is_full_at_its_last_byte_and_more_can_be_ordered() -> None:
    books = a_tenant()
    on_plan(books, "basic")
    _bytes[books.id] = GIGABYTE // 2 - 10
    with tenant(books.id):
        check_room(Kind.BYTES, tenant=books, adding=10, on=DAY)
    with pytest.raises(NoRoomForBytes, match="500 MB"), tenant(books.id):
        check_room(Kind.BYTES, tenant=books, adding=11, on=DAY)

    on_plan(books, "basic", units=1)

    with tenant(books.id):
        check_room(Kind.BYTES, tenant=books, adding=11, on=DAY)


def test_a_dashboard_seat_is_taken_once_per_person_and_freed_with_the_role() -> None:
    register_seat_right("ledger.view")
    books = a_tenant()
    on_plan(books, "basic")
    first, second = a_member(books, role="reader"), a_member(books, role="submitter")
    with tenant(books.id):
        give_role(first, role="bookkeeper", by=None)
    assert meter(books).seats == 1
    with pytest.raises(NoRoomForSeats, match="1 dashboard seats"), tenant(books.id):
        give_role(second, role="reader", by=None)

    with tenant(books.id):
        end_access(first, tenant=books, by=None)
        give_role(second, role="reader", by=None)

    assert meter(books).seats == 1
    assert measure(books.organisation).seats == 1


def test_a_smaller_plan_is_possible_and_only_new_things_need_room() -> None:
    books = a_tenant()
    on_plan(books, "premium")
    for _ in range(3):
        a_member(books)
    submit(books, 60)

    on_plan(books, "free")

    assert (measure(books.organisation).members, meter(books).receipts) == (3, 60)
    with pytest.raises(NoRoomForReceipts):
        submit(books)


def test_the_trial_shows_the_dashboard_of_premium_for_one_month_and_only_once() -> None:
    books = a_tenant()
    on_plan(books, "free")

    assert has_feature("accounts.budget", tenant=books, on=date(2026, 12, 21))
    assert not has_feature("accounts.budget", tenant=books, on=date(2026, 12, 22))
    assert has_feature("results.trend", tenant=books, on=date(2026, 12, 22))

    with acting(by=None):
        again = order_plan(books.organisation, plan=plan_of_code("free"), on=date(2027, 3, 1), by=None)
    assert again.trial_until == date(2026, 12, 22)


def test_a_trial_gives_no_more_receipts() -> None:
    books = a_tenant()
    on_plan(books, "free")
    submit(books, 50)

    with pytest.raises(NoRoomForReceipts):
        submit(books)


def test_what_a_plan_does_not_sell_cannot_be_ordered() -> None:
    books = a_tenant()
    with pytest.raises(NotExtendable):
        on_plan(books, "free", seats=1)
    with pytest.raises(NegativeExtras):
        on_plan(books, "basic", seats=-1)
    with pytest.raises(UnknownPlan):
        on_plan(books, "platinum")


def _terms(code: str) -> Terms:
    return next(terms for terms in PRESETS if terms.code == code)


@pytest.mark.parametrize(
    ("code", "seats", "units", "price"),
    [("free", 0, 0, 0), ("basic", 0, 0, 399), ("basic", 2, 1, 999), ("premium", 0, 0, 599), ("premium", 1, 2, 1649)],
)
def test_the_price_is_plan_and_seats_and_storage(code: str, seats: int, units: int, price: int) -> None:
    assert monthly_price(_terms(code), extra_seats=seats, extra_units=units) == price


def test_the_presets_are_the_published_table() -> None:
    free, basic, premium = (_terms(code) for code in ("free", "basic", "premium"))

    assert (free.members_max, free.upload_only_members_max, free.receipts_max, free.dashboard_seats) == (2, None, 50, 1)
    assert limit_of(Kind.SEATS, free, extra_seats=5) == 1
    assert (basic.bytes_max, premium.bytes_max) == (500_000_000, 1_000_000_000)
    assert len(premium.features) == 8
    assert set(free.features) < set(basic.features) < set(premium.features)


@given(st.integers(0, 200), st.integers(1, 50), st.integers(0, 200))
def test_a_limit_is_never_exceeded_and_never_refuses_early(used: int, adding: int, limit: int) -> None:
    terms = Terms(code="x", name="X", receipts_max=limit)
    if used + adding > limit:
        with pytest.raises(NoRoomForReceipts):
            check_limit(Kind.RECEIPTS, terms=terms, used=used, adding=adding, limit=limit)
    else:
        check_limit(Kind.RECEIPTS, terms=terms, used=used, adding=adding, limit=limit)


@pytest.mark.parametrize(
    ("day", "later"),
    [(date(2026, 1, 31), date(2026, 2, 28)), (date(2026, 12, 15), date(2027, 1, 15)), (date(2027, 1, 30), date(2027, 2, 28)),
     (date(2028, 1, 31), date(2028, 2, 29)), (date(2026, 2, 28), date(2026, 3, 28))],
)  # fmt: skip
def test_a_month_later_is_the_same_day_or_the_last(day: date, later: date) -> None:
    assert months_after(day, 1) == later


def test_bytes_are_written_as_people_say_them() -> None:
    assert [format_bytes(n) for n in (0, 1_500_000, 500_000_000, GIGABYTE, 1_500_000_000)] == [
        "0 MB", "1 MB", "500 MB", "1 GB", "1.5 GB",
    ]  # fmt: skip


def test_plans_are_read_from_a_file_and_a_bad_file_changes_nothing() -> None:
    text = json.dumps([{"code": "club", "name": "Verein", "price": 150, "receipts_max": 200}])

    assert plans_of_text(text)[0].receipts_max == 200
    for bad in ("", "{}x", '[{"code": "a"}]', '[{"code": "a", "name": "A", "colour": 1}]', "[1]"):
        with pytest.raises(UnreadablePlans):
            plans_of_text(bad)


def _run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    commands.add_parsers(parser.add_subparsers())
    args = parser.parse_args(words)
    status: int = args.run(args)
    return status


def test_the_operator_loads_and_sets_plans_by_command(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    books = a_tenant()
    file = tmp_path / "plans.json"
    file.write_text(json.dumps([{"code": "club", "name": "Verein", "price": 150, "is_offered": False}]))
    assert _run("load-plans", str(file), "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"plans": ["club"]}
    assert _run("load-plans", "--json") == 0
    assert json.loads(capsys.readouterr().out)["plans"] == ["unlimited", "free", "basic", "premium"]

    assert _run("set-plan", books.code, "basic", "--seats", "2", "--json") == 0

    told = json.loads(capsys.readouterr().out)
    assert (told["plan"], told["used"]["members"]) == ("basic", 0)
    assert "Basic" in _words(capsys, "set-plan", books.code, "basic")
    assert len(_words(capsys, "create-activation-code", "--plan", "free").split()[0]) == 14


def _words(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert _run(*words) == 0
    return capsys.readouterr().out


def test_the_plan_page_shows_use_and_takes_orders(database: None) -> None:
    from kontor.organisations.tests.test_joining import a_client  # noqa: PLC0415

    books = a_tenant()
    ada: User = a_member(books, role="administrator")
    client, address = a_client(ada, fresh=True), f"/organisations/{books.organisation_id}/plan"
    assert "Unbegrenzt" in client.get(address).content.decode()

    assert client.post(address, {"plan": "free"}).status_code == 302
    submit(books, 50)
    page = client.get(address).content.decode()
    assert "50 von 50" in page
    assert "Nichts Neues" in page or "nichts Neues" in page
    assert client.post(address, {"plan": "free", "extra_seats": "1"}).status_code == 422
    assert client.post(address, {"plan": "premium", "extra_seats": "1"}).status_code == 302
    page = client.get(address).content.decode()
    assert "8,49" in page
