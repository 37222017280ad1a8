"""Setting up VAT: dated versions of tax codes, and the regime."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models.functions import Coalesce

from kontor.core.audit import act
from kontor.core.refusal import Refusal, gettext_noop
from kontor.core.tenancy import current_tenant_id
from kontor.ledger.models.entries import JournalLine
from kontor.ledger.models.periods import FiscalYear, Period, PeriodState
from kontor.ledger.models.taxes import TaxCode, VatRegime

RATE_MAX = 100


class NoSuchTaxCode(Refusal):
    """No version of that id."""

    sentence = gettext_noop("This tax code does not exist in these books.")
    status = 404


class CodeNameTaken(Refusal):
    """Codes tell tax treatments apart."""

    sentence = gettext_noop(
        "There is already a tax code “%(code)s”. A change of it from a day on is a new version of it."
    )
    status = 409


class VersionBefore(Refusal):
    """Versions follow each other."""

    sentence = gettext_noop(
        "The newest version of “%(code)s” is valid from %(day)s. A new version begins later than that."
    )


class EndsBeforeStart(Refusal):
    """A span has an end after its start."""

    sentence = gettext_noop("The version of “%(code)s” begins on %(day)s and cannot end before that.")


class EntriesFollow(Refusal):
    """Tax that was posted keeps the version it was calculated with."""

    sentence = gettext_noop(
        "“%(code)s” was used in an entry of %(day)s already. Tax that is posted keeps its version: please choose a "
        "later day."
    )
    status = 409


class NewestOnly(Refusal):
    """What later versions follow stays."""

    sentence = gettext_noop("Only the newest version of “%(code)s” can be taken back.")
    status = 409


class OnlyVersion(Refusal):
    """A code has a version."""

    sentence = gettext_noop("“%(code)s” has this version only. A code that is not needed any more is ended.")
    status = 409


class NotFirstOfMonth(Refusal):
    """VAT returns are made for whole months."""

    sentence = gettext_noop("A VAT regime begins on the first day of a month, since returns are made for whole months.")


class RegimeKnown(Refusal):
    """One regime per day."""

    sentence = gettext_noop("A VAT regime from %(day)s on is there already. Remove it first if it is wrong.")
    status = 409


class RegimeInClosedPeriod(Refusal):
    """What is reported is reported."""

    sentence = gettext_noop(
        "The months through %(day)s are closed. A VAT regime begins after them: what was reported stays as it is."
    )
    status = 409


class RegimeBeforeBooks(Refusal):
    """Nothing is taxed before the books begin."""

    sentence = gettext_noop("The books begin on %(day)s. A VAT regime cannot begin before them.")


class RegimeInForce(Refusal):
    """The past stays."""

    sentence = gettext_noop(
        "The regime from %(day)s on is in force already and stays. If it is wrong, add the right one from a later "
        "month on."
    )
    status = 409


class RegimeUsed(Refusal):
    """Entries were taxed under it."""

    sentence = gettext_noop("There are entries with VAT from %(day)s on already, so this regime stays.")
    status = 409


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionFacts:
    """What a version of a tax code says; kind and roles come from the version before."""

    name_de: str
    name_en: str = ""
    rate_percent: Decimal
    deductible_percent: Decimal
    base_box: str = ""
    tax_box: str = ""
    contra_box: str = ""
    category: str = ""
    reason: str = ""
    reason_en: str = ""


@act("ledger.add_tax_version")
def add_tax_version(of: int, facts: VersionFacts, *, valid_from: date) -> TaxCode:
    """Let a tax code say something else from a day on; the version before ends the day before.

    Raises:
        NoSuchTaxCode, VersionBefore, EntriesFollow
    """
    newest = _newest(of)
    if valid_from <= newest.valid_from:
        raise VersionBefore(code=newest.code, day=newest.valid_from.isoformat())
    _check_unused(newest.code, valid_from)
    before = valid_from - timedelta(days=1)
    if newest.valid_to is None or newest.valid_to > before:
        TaxCode.objects.filter(id=newest.id).update(valid_to=before)
    return _version(newest, facts, code=newest.code, valid_from=valid_from)


@act("ledger.create_tax_code")
def create_tax_code(like: int, facts: VersionFacts, *, code: str, valid_from: date) -> TaxCode:
    """Add a tax code that works like another one.  Raises: NoSuchTaxCode, CodeNameTaken."""
    if TaxCode.objects.filter(code=code).exists():
        raise CodeNameTaken(code=code)
    return _version(_newest(like), facts, code=code, valid_from=valid_from)


@act("ledger.end_tax_version")
def end_tax_version(version_id: int, *, valid_to: date | None) -> None:
    """End the newest version of a code on a day, or take its end back (None).

    Raises:
        NoSuchTaxCode, NewestOnly, EndsBeforeStart, EntriesFollow
    """
    newest = _newest(version_id)
    if newest.id != version_id:
        raise NewestOnly(code=newest.code)
    if valid_to is not None:
        if valid_to < newest.valid_from:
            raise EndsBeforeStart(code=newest.code, day=newest.valid_from.isoformat())
        _check_unused(newest.code, valid_to + timedelta(days=1))
    TaxCode.objects.filter(id=version_id).update(valid_to=valid_to)


@act("ledger.remove_tax_version")
def remove_tax_version(version_id: int) -> None:
    """Take back the newest version of a code that no entry uses; the one before runs on.

    Raises:
        NoSuchTaxCode, NewestOnly, OnlyVersion, EntriesFollow
    """
    newest = _newest(version_id)
    if newest.id != version_id:
        raise NewestOnly(code=newest.code)
    earlier = TaxCode.objects.filter(code=newest.code, valid_from__lt=newest.valid_from).order_by("-valid_from").first()
    if earlier is None:
        raise OnlyVersion(code=newest.code)
    _check_unused(newest.code, newest.valid_from)
    TaxCode.objects.filter(tenant_id=current_tenant_id(), id=version_id).delete()
    if earlier.valid_to == newest.valid_from - timedelta(days=1):
        TaxCode.objects.filter(id=earlier.id).update(valid_to=newest.valid_to)


@act("ledger.set_vat_regime")
def set_vat_regime(
    *, valid_from: date, status: str, output_timing: str, input_timing: str, return_period: str
) -> VatRegime:
    """Set the VAT regime from a day on; entries posted before keep theirs.

    Raises:
        NotFirstOfMonth, RegimeKnown, RegimeBeforeBooks, RegimeInClosedPeriod
    """
    first = FiscalYear.objects.order_by("first_day").values_list("first_day", flat=True).first()
    if first is not None and valid_from < first:
        raise RegimeBeforeBooks(day=first.isoformat())
    if valid_from.day != 1:
        raise NotFirstOfMonth
    if VatRegime.objects.filter(valid_from=valid_from).exists():
        raise RegimeKnown(day=valid_from.isoformat())
    _check_open(valid_from)
    return VatRegime.objects.create(
        valid_from=valid_from, status=status, output_timing=output_timing, input_timing=input_timing,
        return_period=return_period,
    )  # fmt: skip


@act("ledger.remove_vat_regime")
def remove_vat_regime(regime_id: int, *, on: date) -> None:
    """Remove a regime that begins after day `on` and under which nothing was taxed yet.

    Raises:
        RegimeInForce, RegimeInClosedPeriod, RegimeUsed
    """
    regime = VatRegime.objects.filter(id=regime_id).first()
    if regime is None:
        return
    day = regime.valid_from.isoformat()
    if regime.valid_from <= on:
        raise RegimeInForce(day=day)
    _check_open(regime.valid_from)
    if JournalLine.objects.filter(entry_date__gte=regime.valid_from).exclude(tax_code="").exists():
        raise RegimeUsed(day=day)
    VatRegime.objects.filter(tenant_id=current_tenant_id(), id=regime_id).delete()


def _newest(version_id: int) -> TaxCode:
    """Return the newest version of the code that `version_id` belongs to, with all its versions locked."""
    code = TaxCode.objects.filter(id=version_id).values_list("code", flat=True).first()
    if code is None:
        raise NoSuchTaxCode
    return list(TaxCode.objects.select_for_update().filter(code=code).order_by("valid_from"))[-1]


def _version(like: TaxCode, facts: VersionFacts, *, code: str, valid_from: date) -> TaxCode:
    return TaxCode.objects.create(
        code=code, valid_from=valid_from, kind=like.kind, tax_role=like.tax_role, contra_role=like.contra_role,
        undue_role=like.undue_role, name_de=facts.name_de, name_en=facts.name_en or facts.name_de,
        rate_percent=facts.rate_percent, deductible_percent=facts.deductible_percent, base_box=facts.base_box,
        tax_box=facts.tax_box, contra_box=facts.contra_box, category=facts.category, reason=facts.reason,
        reason_en=facts.reason_en or facts.reason,
    )  # fmt: skip


def _check_unused(code: str, since: date) -> None:
    """Refuse if a line was taxed by `code` for a service on `since` or later."""
    used = (
        JournalLine.objects.filter(tax_code=code)
        .annotate(service=Coalesce("entry__service_to", "entry__document_date"))
        .filter(service__gte=since).order_by("-service").values_list("service", flat=True).first()
    )  # fmt: skip
    if used is not None:
        raise EntriesFollow(code=code, day=used.isoformat())


def _check_open(valid_from: date) -> None:
    closed = (
        Period.objects.exclude(state=PeriodState.OPEN)
        .filter(last_day__gte=valid_from)
        .order_by("-last_day")
        .values_list("last_day", flat=True)
        .first()
    )
    if closed is not None:
        raise RegimeInClosedPeriod(day=closed.isoformat())
