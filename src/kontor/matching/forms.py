"""What the workbench's forms say: ticked items with amounts, and lines that go straight to accounts."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import QueryDict

from kontor.core.money import minor_units
from kontor.core.numbers import parse_amount
from kontor.core.refusal import Refusal, gettext_noop
from kontor.matching.choices import SHORTFALLS, SURPLUSES
from kontor.matching.detail import Typed
from kontor.openitems.rules.steps import AccountShare

ITEMS_MAX = 200
LINES_MAX = 20


class AccountMissing(Refusal):
    """A direct line without account."""

    sentence = gettext_noop("Line %(line)s has no account. Please choose one, or empty the line.")


class UnreadableAmount(Refusal):
    """An amount beside an item that cannot be read."""

    sentence = gettext_noop("The amount “%(text)s” cannot be read. Please write it like 1.234,50.")


class UnreadableLine(Refusal):
    """A direct line whose amount cannot be read."""

    sentence = gettext_noop("The amount in line %(line)s cannot be read. Please write it like 1.234,50.")


def typed_items(posted: QueryDict, *, currency: str, region: str) -> Typed:
    """Return what was ticked and typed; what cannot be read stays as it was typed."""
    items = tuple(dict.fromkeys(int(key) for key in posted.getlist("items")[:ITEMS_MAX] if key.isdigit()))
    amounts: dict[int, int] = {}
    unreadable: dict[int, str] = {}
    for key in items:
        text = posted.get(f"amount-{key}", "").strip()
        if not text:
            continue
        try:
            amounts[key] = _minor(text, currency=currency, region=region)
        except Refusal:
            unreadable[key] = text
    return Typed(
        items=items, amounts=amounts, unreadable=unreadable, shortfall=_one_of(posted, "shortfall", SHORTFALLS),
        surplus=_one_of(posted, "surplus", SURPLUSES),
    )  # fmt: skip


def check_readable(form: Typed) -> None:
    """Refuse a form with an amount that nobody can read.  Raises: UnreadableAmount."""
    for text in form.unreadable.values():
        raise UnreadableAmount(text=text)


def direct_lines(posted: QueryDict, *, rest: int, currency: str, region: str) -> list[AccountShare]:
    """Return the lines that go straight to accounts; amounts are typed as parts of the payment, empty takes what is left.

    Raises:
        AccountMissing, UnreadableLine
    """
    direction = 1 if rest > 0 else -1
    left = abs(rest)
    lines: list[AccountShare] = []
    for number in range(1, min(line_count(posted), LINES_MAX) + 1):
        values = {
            name: posted.get(f"{name}-{number}", "").strip() for name in ("account", "part", "tax", "project", "text")
        }
        if not values["account"] and not values["part"]:
            continue
        if not values["account"]:
            raise AccountMissing(line=number)
        part = _part(values["part"], number, currency=currency, region=region) if values["part"] else left
        left -= part
        lines.append(_account_share(values, part * direction))
    return lines


def line_count(posted: Mapping[str, str]) -> int:
    """Return how many direct lines the form shows, at least one."""
    asked = posted.get("lines", "1")
    return max(1, min(int(asked) if asked.isdigit() else 1, LINES_MAX))


def _account_share(values: Mapping[str, str], amount: int) -> AccountShare:
    return AccountShare(
        account=values["account"].split(" ")[0], amount=amount, tax_code=values["tax"],
        project_id=int(values["project"]) if values["project"].isdigit() else None, text=values["text"],
    )  # fmt: skip


def _part(text: str, number: int, *, currency: str, region: str) -> int:
    try:
        return _minor(text, currency=currency, region=region)
    except Refusal as unreadable:
        raise UnreadableLine(line=number) from unreadable


def _minor(text: str, *, currency: str, region: str) -> int:
    return minor_units(parse_amount(text, decimal_mark="." if region == "CH" else ","), currency)


def _one_of(posted: QueryDict, name: str, known: tuple[str, ...]) -> str:
    found = posted.get(name, "")
    return found if found in known else ""
