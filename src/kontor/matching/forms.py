"""What the workbench's forms say: ticked items with amounts, and lines that go straight to accounts."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import QueryDict

from kontor.core.money import minor_units
from kontor.core.numbers import parse_amount, row_key, row_keys
from kontor.core.refusal import Refusal, gettext_noop
from kontor.ledger.models.entries import Sphere
from kontor.matching.choices import SHORTFALLS, SURPLUSES
from kontor.matching.detail import Typed
from kontor.matching.queries.choices import party_of
from kontor.openitems.rules.steps import AccountShare

ITEMS_MAX = 200
LINES_MAX = 20
DIRECT_FIELDS = ("account", "part", "tax", "project", "party", "sphere", "text")


class AccountMissing(Refusal):
    """A direct line without account."""

    sentence = gettext_noop("Line %(line)s has no account. Please choose one, or empty the line.")


class ContactUnknown(Refusal):
    """A direct line with a contact that is not there."""

    sentence = gettext_noop("The contact in line %(line)s is not known. Please choose one from the list.")


class UnreadableAmount(Refusal):
    """An amount beside an item that cannot be read."""

    sentence = gettext_noop("The amount “%(text)s” cannot be read. Please write it like 1.234,50.")


class UnreadableLine(Refusal):
    """A direct line whose amount cannot be read."""

    sentence = gettext_noop("The amount in line %(line)s cannot be read. Please write it like 1.234,50.")


def ticked_ids(posted: QueryDict) -> tuple[int, ...]:
    """Return the ids of the ticked items in their order."""
    return tuple(dict.fromkeys(row_keys(posted.getlist("items")[:ITEMS_MAX])))


def preselected_ids(query: QueryDict) -> tuple[int, ...]:
    """Return the ids of items that were chosen elsewhere, as an address lists them: `items=1,2`."""
    numbers = query.get("items", "").split(",")
    return tuple(
        dict.fromkeys(int(number) for number in numbers[:ITEMS_MAX] if number.isdecimal() and len(number) < 19)
    )


def typed_items(posted: QueryDict, *, currency: str, region: str, currencies: Mapping[int, str] | None = None) -> Typed:
    """Return what was ticked and typed; what cannot be read stays as it was typed.

    `currencies` are those of the items: beside one in another `currency` stands what of the payment belongs to it.
    """
    items = ticked_ids(posted)
    known = currencies or {}
    amounts, unreadable = _readable(
        {key: posted.get(f"amount-{key}", "") for key in items},
        currencies={key: known.get(key, currency) for key in items}, region=region,
    )  # fmt: skip
    paid, unreadable_paid = _readable(
        {key: posted.get(f"paid-{key}", "") for key in items if known.get(key, currency) != currency},
        currencies=dict.fromkeys(items, currency), region=region,
    )  # fmt: skip
    return Typed(
        items=items, amounts=amounts, unreadable=unreadable, paid=paid, unreadable_paid=unreadable_paid,
        shortfall=_one_of(posted, "shortfall", SHORTFALLS), surplus=_one_of(posted, "surplus", SURPLUSES),
    )  # fmt: skip


def _readable(
    texts: Mapping[int, str], *, currencies: Mapping[int, str], region: str
) -> tuple[dict[int, int], dict[int, str]]:
    """Return the amounts of the texts that say one, and the texts that cannot be read."""
    amounts: dict[int, int] = {}
    unreadable: dict[int, str] = {}
    for key, text in texts.items():
        if not text.strip():
            continue
        try:
            amounts[key] = _minor(text.strip(), currency=currencies[key], region=region)
        except Refusal:
            unreadable[key] = text.strip()
    return amounts, unreadable


def check_readable(form: Typed) -> None:
    """Refuse a form with an amount that nobody can read.  Raises: UnreadableAmount."""
    for text in (*form.unreadable.values(), *form.unreadable_paid.values()):
        raise UnreadableAmount(text=text)


def direct_lines(posted: QueryDict, *, rest: int, currency: str, region: str) -> list[AccountShare]:
    """Return the lines that go straight to accounts; amounts are typed as parts of the payment, empty takes what is left.

    Raises:
        AccountMissing, ContactUnknown, UnreadableLine
    """
    direction = 1 if rest > 0 else -1
    left = abs(rest)
    lines: list[AccountShare] = []
    for number in range(1, min(line_count(posted), LINES_MAX) + 1):
        values = {name: posted.get(f"{name}-{number}", "").strip() for name in DIRECT_FIELDS}
        if not values["account"] and not values["part"]:
            continue
        if not values["account"]:
            raise AccountMissing(line=number)
        part = _part(values["part"], number, currency=currency, region=region) if values["part"] else left
        left -= part
        lines.append(_account_share(values, part * direction, number))
    return lines


def line_count(posted: Mapping[str, str]) -> int:
    """Return how many direct lines the form shows, at least one."""
    asked = posted.get("lines", "1")
    return max(1, min(row_key(asked) or 1, LINES_MAX))


def _account_share(values: Mapping[str, str], amount: int, number: int) -> AccountShare:
    party_id = party_of(values["party"]) if values["party"] else None
    if values["party"] and party_id is None:
        raise ContactUnknown(line=number)
    return AccountShare(
        account=values["account"].split(" ")[0], amount=amount, tax_code=values["tax"], text=values["text"],
        project_id=row_key(values["project"]),
        sphere=values["sphere"] if values["sphere"] in Sphere.values else None, party_id=party_id,
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
