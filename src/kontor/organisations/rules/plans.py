"""What plans allow and cost: pure figures. Money in minor units, storage in bytes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from kontor.core.refusal import Refusal, gettext_noop

GIGABYTE = 1_000_000_000


class Kind(StrEnum):
    """What is measured."""

    MEMBERS = "members"
    UPLOAD_ONLY = "upload_only"
    SEATS = "seats"
    RECEIPTS = "receipts"
    BYTES = "bytes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """A plan as figures; a limit of None is none, a price of None means "cannot be extended"."""

    code: str
    name: str
    currency: str = "EUR"
    price: int = 0
    members_max: int | None = None
    upload_only_members_max: int | None = None
    dashboard_seats: int | None = None
    dashboard_seat_price: int | None = None
    dashboard_level: str = ""
    receipts_max: int | None = None
    bytes_max: int | None = None
    bytes_unit: int | None = None
    bytes_unit_price: int | None = None
    features: tuple[str, ...] = ()
    trial_of: str = ""
    is_offered: bool = True
    place: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What an organisation uses now."""

    members: int = 0
    upload_only: int = 0
    seats: int = 0
    receipts: int = 0
    bytes: int = 0

    def of(self, kind: Kind) -> int:
        """Return the figure of one kind."""
        return {
            Kind.MEMBERS: self.members, Kind.UPLOAD_ONLY: self.upload_only, Kind.SEATS: self.seats,
            Kind.RECEIPTS: self.receipts, Kind.BYTES: self.bytes,
        }[kind]  # fmt: skip


class NoRoom(Refusal):
    """A limit of the plan is reached; what exists stays."""

    status = 409
    leads_to_plan: ClassVar[bool] = True


class NoRoomForMembers(NoRoom):
    """All places of members are taken."""

    sentence = gettext_noop(
        "The plan “%(plan)s” has room for %(limit)s members, and all places are taken. People who only submit receipts can still be accepted for that; a larger plan has room for more."
    )


class NoRoomForUploadOnly(NoRoom):
    """All places of people who only submit are taken."""

    sentence = gettext_noop(
        "The plan “%(plan)s” has room for %(limit)s people who only submit receipts, and all places are taken. A larger plan has room for more."
    )


class NoRoomForSeats(NoRoom):
    """All dashboard seats are taken."""

    sentence = gettext_noop(
        "The plan “%(plan)s” has %(limit)s dashboard seats, and all are taken. Another seat can be ordered or freed under “Plan”, or a larger plan chosen."
    )


class NoRoomForReceipts(NoRoom):
    """The receipts of the plan are used up."""

    sentence = gettext_noop(
        "The plan “%(plan)s” holds %(limit)s receipts, and all are used. Nothing is lost: existing receipts stay, and with a larger plan new ones can be submitted. The administrator of the organisation changes the plan."
    )


class NoRoomForBytes(NoRoom):
    """The storage of the plan is full."""

    sentence = gettext_noop(
        "The storage of the plan “%(plan)s” is full (%(limit)s). Existing files stay; the administrator of the organisation can order more storage."
    )


REFUSALS: dict[Kind, type[NoRoom]] = {
    Kind.MEMBERS: NoRoomForMembers,
    Kind.UPLOAD_ONLY: NoRoomForUploadOnly,
    Kind.SEATS: NoRoomForSeats,
    Kind.RECEIPTS: NoRoomForReceipts,
    Kind.BYTES: NoRoomForBytes,
}


def limit_of(kind: Kind, terms: Terms, *, extra_seats: int = 0, extra_units: int = 0) -> int | None:
    """Return the limit with what was ordered on top; None is none."""
    match kind:
        case Kind.MEMBERS:
            return terms.members_max
        case Kind.UPLOAD_ONLY:
            return terms.upload_only_members_max
        case Kind.SEATS:
            return (
                None
                if terms.dashboard_seats is None
                else terms.dashboard_seats + _extendable(terms.dashboard_seat_price, extra_seats)
            )
        case Kind.RECEIPTS:
            return terms.receipts_max
        case Kind.BYTES:
            if terms.bytes_max is None:
                return None
            return terms.bytes_max + (terms.bytes_unit or 0) * _extendable(terms.bytes_unit_price, extra_units)


def monthly_price(terms: Terms, *, extra_seats: int = 0, extra_units: int = 0) -> int:
    """Return the price of a month: plan, further dashboard seats, further storage."""
    seats = (terms.dashboard_seat_price or 0) * extra_seats
    return terms.price + seats + (terms.bytes_unit_price or 0) * extra_units


def check_limit(kind: Kind, *, terms: Terms, used: int, adding: int, limit: int | None) -> None:
    """Refuse what would exceed the limit; what is already too much stays.

    Raises:
        NoRoom: the limit is reached.
    """
    if limit is not None and adding > 0 and used + adding > limit:
        words = format_bytes(limit) if kind is Kind.BYTES else str(limit)
        raise REFUSALS[kind](plan=terms.name, limit=words)


def format_bytes(amount: int) -> str:
    """Write bytes as MB or GB with one decimal at most: "500 MB", "1.5 GB"."""
    if amount < GIGABYTE:
        return f"{amount // 1_000_000} MB"
    return f"{amount / GIGABYTE:.1f}".removesuffix(".0") + " GB"


def _extendable(price: int | None, extra: int) -> int:
    return extra if price is not None else 0


UNLIMITED = Terms(code="unlimited", name="Unlimited", features=("*",), is_offered=False)

_FREE = ("donations.development", "results.trend")
_BASIC = (*_FREE, "donations.compare", "projects.results")
_PREMIUM = (*_BASIC, "accounts.results", "accounts.budget", "projects.budget", "projects.accounts")

# Figures of the price list (inventory OC-25, OC-26); an operator may load others.
PRESETS = (
    UNLIMITED,
    Terms(
        code="free", name="Free", members_max=2, dashboard_seats=1, dashboard_level="Simple", receipts_max=50,
        features=_FREE, trial_of="premium", place=1,
    ),
    Terms(
        code="basic", name="Basic", price=399, dashboard_seats=1, dashboard_seat_price=200, dashboard_level="Basic",
        bytes_max=GIGABYTE // 2, bytes_unit=GIGABYTE // 2, bytes_unit_price=200, features=_BASIC, place=2,
    ),
    Terms(
        code="premium", name="Premium", price=599, dashboard_seats=1, dashboard_seat_price=250, dashboard_level="Premium",
        bytes_max=GIGABYTE, bytes_unit=GIGABYTE, bytes_unit_price=400, features=_PREMIUM, place=3,
    ),
)  # fmt: skip

TRIAL_MONTHS = 1
