"""What the database refuses in the ledger, in the office's words."""

from __future__ import annotations

from kontor.core.refinement import means
from kontor.core.refusal import Refusal, gettext_noop


class EntryStays(Refusal):
    """Posted entries are immutable."""

    sentence = gettext_noop("A posted entry stays as it is. A correction is a reversal and a new entry.")
    status = 409


class PeriodClosed(Refusal):
    """Nothing is posted into a closed period."""

    sentence = gettext_noop("The period of this entry is closed. Please choose another date or reopen the period.")
    status = 409


class DoesNotBalance(Refusal):
    """Debits and credits differ."""

    sentence = gettext_noop("Debits and credits of the entry differ. Nothing was posted.")


class OutsidePeriod(Refusal):
    """The date does not lie in the period."""

    sentence = gettext_noop("The date of the entry does not lie in its period. Nothing was posted.")


class NoSuchStep(Refusal):
    """open ⇄ closed → committed."""

    sentence = gettext_noop("A committed period stays committed, and only a closed one can be committed.")
    status = 409


class AccountKindKept(Refusal):
    """The kind of an account with entries stays."""

    sentence = gettext_noop("An account with entries keeps its type. For another type please create a new account.")
    status = 409


class TaxVersionUsed(Refusal):
    """A version that entries were taxed by stays."""

    sentence = gettext_noop("Entries use this version of the tax code, so it stays.")
    status = 409


class RegimeReachesBack(Refusal):
    """The regime of a closed period stays."""

    sentence = gettext_noop("A VAT regime cannot reach into a closed period: what was reported stays as it is.")
    status = 409


means("entry_immutable", EntryStays)
means("period_closed", PeriodClosed)
means("entry_unbalanced", DoesNotBalance)
means("entry_outside_period", OutsidePeriod)
means("period_step", NoSuchStep)
means("account_kind_kept", AccountKindKept)
means("taxcode_used", TaxVersionUsed)
means("regime_closed", RegimeReachesBack)
