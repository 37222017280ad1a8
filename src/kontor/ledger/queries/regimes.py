"""When tax falls due in the open books."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kontor.ledger.models.accounts import Account, AccountRole
from kontor.ledger.models.taxes import VatRegime, VatTiming

UNDUE_ROLES = ("input_vat_undue", "output_vat_undue")


@dataclass(frozen=True, slots=True)
class Timing:
    """Whether output and input tax fall due when money moves [Ist] instead of when agreed [Soll]."""

    output_received: bool
    input_received: bool

    @property
    def is_received(self) -> bool:
        """Tell whether anything waits for the money."""
        return self.output_received or self.input_received


def timing_on(day: date) -> Timing:
    """Return when tax falls due by the regime of `day`."""
    regime = VatRegime.objects.filter(valid_from__lte=day).order_by("-valid_from").first()
    if regime is None:
        return Timing(output_received=False, input_received=False)
    received = VatTiming.RECEIVED
    return Timing(regime.output_timing == received, regime.input_timing == received)


def undue_accounts() -> frozenset[str]:
    """Return the numbers of the accounts that hold tax not yet due."""
    return frozenset(AccountRole.objects.filter(role__in=UNDUE_ROLES).values_list("account__number", flat=True))


def money_numbers() -> frozenset[str]:
    """Return the numbers of the accounts where money lies."""
    return frozenset(Account.objects.filter(is_money=True).values_list("number", flat=True))
