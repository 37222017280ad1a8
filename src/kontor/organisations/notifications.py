"""What people are told by mail, and how often: each context registers its occasions, each person chooses."""

from __future__ import annotations

from dataclasses import dataclass

from kontor.core.refusal import gettext_noop
from kontor.organisations.models import User

EACH, DAILY, OFF = "each", "daily", "off"
MODES = {
    EACH: gettext_noop("at once"),
    DAILY: gettext_noop("once a day"),
    OFF: gettext_noop("never"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """Something that people may be told by mail; `modes` are the answers that make sense."""

    code: str
    label: str
    default: str = EACH
    modes: tuple[str, ...] = (EACH, DAILY, OFF)


_occasions: dict[str, Occasion] = {}


def register_notification(
    code: str, *, label: str, default: str = EACH, modes: tuple[str, ...] = (EACH, DAILY, OFF)
) -> None:
    """Offer an occasion in everybody's settings; `label` is an English message id."""
    _occasions.setdefault(code, Occasion(code=code, label=label, default=default, modes=modes))


def occasions() -> list[Occasion]:
    """Return all occasions in order of registration."""
    return list(_occasions.values())


def mode_of(user: User, code: str) -> str:
    """Return how the person wants to be told: "each", "daily" or "off"."""
    chosen = user.notifications.get(code)
    occasion = _occasions[code]
    return chosen if chosen in occasion.modes else occasion.default
