"""The one place that asks what time it is; doors call it and pass the answer down."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

ZONES = {"DE": ZoneInfo("Europe/Berlin"), "AT": ZoneInfo("Europe/Vienna"), "CH": ZoneInfo("Europe/Zurich")}


def now() -> datetime:
    """Return this instant in UTC."""
    return datetime.now(UTC)


def today(country: str = "DE") -> date:
    """Return today's day in the tenant's country."""
    return now().astimezone(ZONES[country]).date()
