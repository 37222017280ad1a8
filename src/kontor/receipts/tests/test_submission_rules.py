"""What is forecast, and how readings of several files are put together."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from kontor.receipts.rules.expectation import expected_day, next_weekday
from kontor.receipts.rules.reading import together

FRIDAY = 4


def proposal(value: object, origin: str, confidence: int = 50) -> dict[str, object]:
    return {"value": value, "origin": origin, "confidence": confidence}


def test_a_receipt_of_sunday_that_has_to_be_approved_is_paid_on_friday() -> None:
    assert expected_day(date(2026, 11, 22), payment_weekday=FRIDAY, waits_for_approval=True) == date(2026, 11, 27)


def test_a_receipt_of_wednesday_misses_friday_if_somebody_has_to_approve_it_first() -> None:
    wednesday = date(2026, 11, 25)
    assert expected_day(wednesday, payment_weekday=FRIDAY, waits_for_approval=False) == date(2026, 11, 27)
    assert expected_day(wednesday, payment_weekday=FRIDAY, waits_for_approval=True) == date(2026, 12, 4)


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(0, 6))
def test_the_next_weekday_is_that_weekday_within_a_week(on: date, weekday: int) -> None:
    found = next_weekday(on, weekday=weekday)
    assert found.weekday() == weekday
    assert 0 <= (found - on).days < 7


def test_what_a_machine_wrote_comes_before_what_was_seen_and_the_surer_before_the_less_sure() -> None:
    photo = {"amount": proposal(99_00, "ocr", 95), "date": proposal("2026-03-01", "ocr", 40)}
    invoice = {"amount": proposal(119_00, "xml", 50), "date": proposal("2026-03-12", "ocr", 80)}
    found = together([photo, invoice])
    assert (found["amount"]["value"], found["date"]["value"]) == (119_00, "2026-03-12")


def test_an_amount_never_gets_the_currency_of_another_file() -> None:
    swiss = {"amount": proposal(50_00, "qr"), "currency": proposal("CHF", "qr")}
    euro = {"amount": proposal(60_00, "xml")}
    assert "currency" not in together([swiss, euro])
    assert together([swiss])["currency"]["value"] == "CHF"
