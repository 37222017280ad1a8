"""One MT940 or MT942 statement while its fields come in."""

from __future__ import annotations

import re

from kontor.banking.formats.amounts import NotAnAmount, unsigned_amount
from kontor.banking.formats.mt940.booking import SIGNS, Booking, booking_of, short_day
from kontor.banking.formats.mt940.details import Details, details_of, non_swift
from kontor.banking.formats.mt940.lines import line_of
from kontor.banking.formats.mt940.usual import Parts, usual_lines
from kontor.banking.formats.unreadable import MissingValue, UnreadableValue
from kontor.banking.rules.statements import (
    Balance,
    Kind,
    LineStatus,
    StatementEvent,
    StatementHead,
    StatementLine,
)
from kontor.banking.rules.tally import Tally
from kontor.core.iban import is_iban
from kontor.core.money import decimals_of

_BALANCE = re.compile(r"(R?[CD])(\d{6})([A-Z]{3})?([\d,]{1,30})(?:\s.*)?", re.DOTALL)
_NUMBER = re.compile(r"(\d+)(?:/(\d+))?")
_ACCOUNT_CURRENCY = re.compile(r"(.*\d)/?([A-Z]{3})", re.DOTALL)
_FLOOR = re.compile(r"([A-Z]{3})")
_OPENING = {"60F": "OPBD", "60M": "ITBD", "60": "OPBD"}
_CLOSING = {"62F": "CLBD", "62M": "ITBD", "62": "CLBD"}
_OTHER_BALANCES = {"64": "CLAV", "65": "FWAV"}
_NO_DETAILS = Details()
_STATUSES = (LineStatus.BOOKED, LineStatus.PENDING)  # of a whole day, of the running one


class Statement:
    """Collects fields and turns them into events; one object reads all statements of a file in turn.

    `count` is the number of statements finished so far.
    """

    def __init__(self) -> None:
        self.ready: list[StatementEvent] = []
        self._line = 1
        self._booking: Booking | None = None
        self._details: list[str] = []
        self._non_swift: str | None = None
        self.count = 0
        self._reset()

    def take(self, tag: str, content: str, line: int) -> None:
        """Take the next field.  Raises: UnreadableValue, MissingValue, UnknownCurrency."""
        if tag == "61":
            self._flush()
            self._line = line
            self._booking = self._read_booking(content)
        elif tag == "86":
            self._details.append(content)
        elif tag == "NS":
            self._take_non_swift(content)
        else:
            self._flush()
            self._line = line
            self._take_frame(tag, content)

    def take_usual(self, bookings: list[Parts], start: int) -> int:
        """Take the usual bookings in a row from `start` on, as `usual_lines` does; return how many they were.

        Nothing is taken while the account or its currency is not known yet.
        """
        if not self._account or not self._currency or decimals_of(self._currency) != 2:
            return 0
        self._flush()
        if self._head is None:
            self._opened()
        lines = usual_lines(bookings, start, currency=self._currency, status=self._status)
        self._untallied += lines
        self.ready += lines
        return len(lines)

    def end(self) -> None:
        """Finish the running statement, if there is one."""
        self._flush()
        if not self._is_running:
            return
        head = self._opened()
        self._count_lines()
        self.count += 1
        self.ready.append(
            self._tally.foot(head, balances=tuple(self._balances), opening=self._opening, closing=self._closing)
        )
        self._reset()

    def fetch(self) -> list[StatementEvent]:
        """Return the events that are ready and forget them."""
        self._count_lines()
        ready, self.ready = self.ready, []
        return ready

    def _count_lines(self) -> None:
        self._tally.add_all(self._untallied)
        self._untallied.clear()

    def _reset(self) -> None:
        self._is_running = False
        self._head: StatementHead | None = None
        self._tally = Tally()
        self._untallied: list[StatementLine] = []
        self._balances: list[Balance] = []
        self._opening: Balance | None = None
        self._closing: Balance | None = None
        self._message_id: str | None = None
        self._account = ""
        self._currency: str | None = None
        self._number: str | None = None
        self._page: int | None = None
        self._owner: str | None = None
        self._is_interim = False
        self._status = LineStatus.BOOKED
        self._details.clear()

    def _take_frame(self, tag: str, content: str) -> None:
        if tag == "20":
            self.end()
            self._message_id = content.strip() or None
        elif tag == "25":
            self._take_account(content)
        elif tag in {"28", "28C"}:
            found = _NUMBER.match(content)
            if found:
                self._number, self._page = found[1], int(found[2][:9]) if found[2] else None
        elif tag in {"13", "13D", "34F", "90C", "90D"}:
            self._take_interim(tag, content)
        elif tag[:2] in {"60", "62", "64", "65"}:
            self._take_balance(tag, content)
        self._is_running = True

    def _take_account(self, content: str) -> None:
        account = content.replace("\n", "").strip()
        found = _ACCOUNT_CURRENCY.fullmatch(account)
        if found and not is_iban(account):
            account, self._currency = found[1], self._currency or found[2]
        self._account = account

    def _take_interim(self, tag: str, content: str) -> None:
        self._is_interim = self._is_interim or self._head is None
        found = _FLOOR.match(content) if tag == "34F" else None
        if found and self._currency is None:
            self._currency = found[1]

    def _take_balance(self, tag: str, content: str) -> None:
        found = _BALANCE.fullmatch(content)
        if not found:
            raise UnreadableValue(field=f":{tag}:", value=content[:60], line=self._line)
        mark, day, currency, text = found.groups()
        currency = currency or self._currency
        if currency is None:
            raise MissingValue(field=f":{tag}: (currency)", line=self._line)
        try:
            amount = SIGNS[mark] * unsigned_amount(text, currency=currency)
            on = short_day(day)
        except (NotAnAmount, ValueError):
            raise UnreadableValue(field=f":{tag}:", value=content[:60], line=self._line) from None
        kind = _OPENING.get(tag) or _CLOSING.get(tag) or _OTHER_BALANCES.get(tag, tag)
        balance = Balance(kind, amount, currency, on)
        self._balances.append(balance)
        self._currency = currency
        if tag in _OPENING:
            self._opening = balance
            self._is_interim = False
        elif tag in _CLOSING:
            self._opened()
            self._closing = balance

    def _take_non_swift(self, content: str) -> None:
        if self._booking is not None:
            self._non_swift = content
            return
        owner = re.search(r"^22(.+)$", content, re.MULTILINE)
        self._owner = owner[1].strip() if owner else None

    def _opened(self) -> StatementHead:
        if self._head is not None:
            return self._head
        if not self._account:
            raise MissingValue(field=":25:", line=self._line)
        compact = self._account.replace(" ", "")
        iban = compact if is_iban(compact) else None
        self._head = StatementHead(
            format="MT942" if self._is_interim else "MT940",
            kind=Kind.INTERIM if self._is_interim else Kind.BOOKED,
            message_id=self._message_id,
            number=self._number,
            page=self._page,
            account_iban=iban,
            account_other=None if iban else self._account,
            account_owner=self._owner,
            currency=self._currency,
            from_date=self._opening.on if self._opening else None,
            balances=tuple(self._balances),
        )
        self._status = _STATUSES[self._is_interim]
        self.ready.append(self._head)
        return self._head

    def _read_booking(self, content: str) -> Booking:
        booking = booking_of(content)
        if booking is None:
            raise UnreadableValue(field=":61:", value=content[:60], line=self._line)
        self._is_running = True
        return booking

    def _flush(self) -> None:
        """Make a line of the booking that is complete now."""
        booking = self._booking
        if booking is None:
            self._details.clear()
            return
        if self._head is None:
            self._opened()
        if self._currency is None:
            raise MissingValue(field=":60F:", line=self._line)
        line = line_of(booking, self._read_details(), currency=self._currency, status=self._status, number=self._line)
        self._untallied.append(line)
        self.ready.append(line)
        self._booking = self._non_swift = None
        self._details.clear()

    def _read_details(self) -> Details:
        if len(self._details) == 1:
            return details_of(self._details[0])
        if self._details:
            return details_of("\n".join(self._details))
        return non_swift(self._non_swift) if self._non_swift else _NO_DETAILS
