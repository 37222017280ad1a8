"""Writing payment terms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import IntegrityError
from django_subatomic import db

from kontor.contacts.models import PaymentTerm
from kontor.contacts.rules.terms import DAYS_MAX, DiscountTier, checked_tiers, stored_tiers
from kontor.core.audit import act
from kontor.core.refusal import Refusal, gettext_noop
from kontor.core.tenancy import Actor
from kontor.organisations.models import Tenant


class TermCodeTaken(Refusal):
    """Another payment term has the code."""

    sentence = gettext_noop("A payment term with the code “%(code)s” exists already. Please choose another code.")
    status = 409


class WrongTermDays(Refusal):
    """The term lies outside what the office uses."""

    sentence = gettext_noop("A payment term has between 0 and %(days)s days.")


class NegativeLimit(Refusal):
    """A limit below nothing."""

    sentence = gettext_noop(
        "A tolerated difference cannot be negative. An empty field does not limit, 0 tolerates nothing."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TermFacts:
    """Everything about a payment term; limits as in `rules.terms.Tolerances`."""

    code: str
    name: str
    net_days: int = 14
    discounts: tuple[DiscountTier, ...] = ()
    discount_grace_days: int = 0
    under_fixed: int | None = None
    under_percent: Decimal | None = None
    over_fixed: int | None = None
    over_percent: Decimal | None = None


@act("contacts.create_payment_term")
def create_payment_term(facts: TermFacts, *, is_default: bool = False, by: Actor | None) -> PaymentTerm:
    """Create a payment term.

    Raises:
        TermCodeTaken, WrongTermDays, NegativeLimit, WrongTiers, TooManyTiers
    """
    columns = _term_columns(facts)
    try:
        with db.savepoint():
            term = PaymentTerm.objects.create(**columns)
    except IntegrityError as taken:
        raise TermCodeTaken(code=facts.code) from taken
    if is_default:
        make_default_term(term, by=by)
    return term


@act("contacts.update_payment_term")
def update_payment_term(term: PaymentTerm, facts: TermFacts, *, by: Actor | None) -> None:
    """Change a payment term; open items keep the terms they were opened with.

    Raises:
        TermCodeTaken, WrongTermDays, NegativeLimit, WrongTiers, TooManyTiers
    """
    columns = _term_columns(facts)
    try:
        with db.savepoint():
            PaymentTerm.objects.filter(id=term.id).update(**columns)
    except IntegrityError as taken:
        raise TermCodeTaken(code=facts.code) from taken


@act("contacts.make_default_term")
def make_default_term(term: PaymentTerm, *, by: Actor | None) -> None:
    """Let parties without a term of their own have this one."""
    PaymentTerm.objects.filter(is_default=True).exclude(id=term.id).update(is_default=False)
    PaymentTerm.objects.filter(id=term.id).update(is_default=True)


def open_contacts(tenant: Tenant, *, first_day: date, by: Actor | None) -> None:  # an opener's shape
    """Give new books their first payment terms: 14 days net for everybody, 30 days with discount as an offer."""
    create_payment_term(TermFacts(code="14", name="14 Tage netto", net_days=14), is_default=True, by=by)
    tiers = (DiscountTier(10, Decimal("2.0")),)
    create_payment_term(TermFacts(code="30-2", name="10 Tage 2 %, 30 Tage netto", net_days=30, discounts=tiers), by=by)


def _term_columns(facts: TermFacts) -> dict[str, object]:
    if not (0 <= facts.net_days <= DAYS_MAX and 0 <= facts.discount_grace_days <= DAYS_MAX):
        raise WrongTermDays(days=DAYS_MAX)
    limits: Sequence[int | Decimal | None] = (
        facts.under_fixed,
        facts.under_percent,
        facts.over_fixed,
        facts.over_percent,
    )
    if any(limit is not None and limit < 0 for limit in limits):
        raise NegativeLimit
    return {
        "code": facts.code.strip(), "name": facts.name.strip(), "net_days": facts.net_days,
        "discounts": stored_tiers(checked_tiers(facts.discounts, net_days=facts.net_days)),
        "discount_grace_days": facts.discount_grace_days, "under_fixed": facts.under_fixed,
        "under_percent": facts.under_percent, "over_fixed": facts.over_fixed, "over_percent": facts.over_percent,
    }  # fmt: skip
