"""What a bank's reason for giving a transfer back is called (ISO 20022 external return reason codes)."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

REASONS = {
    "AC01": gettext_noop("IBAN wrong or unknown"),
    "AC03": gettext_noop("IBAN wrong or unknown"),
    "AC04": gettext_noop("account closed"),
    "AC06": gettext_noop("account blocked"),
    "AC13": gettext_noop("not an account of a consumer"),
    "AG01": gettext_noop("transfers to this account are forbidden"),
    "AG02": gettext_noop("transfers to this account are forbidden"),
    "AM05": gettext_noop("counted as a double payment"),
    "BE04": gettext_noop("address of the payee is missing"),
    "CNOR": gettext_noop("bank of the payee cannot be reached"),
    "DNOR": gettext_noop("bank of the payer cannot be reached"),
    "DUPL": gettext_noop("counted as a double payment"),
    "ERIN": gettext_noop("not supported by the bank of the payee"),
    "FOCR": gettext_noop("called back at our wish"),
    "FR01": gettext_noop("suspected fraud"),
    "FRAD": gettext_noop("suspected fraud"),
    "MD07": gettext_noop("payee has died"),
    "MS02": gettext_noop("refused by the payee"),
    "MS03": gettext_noop("the bank gives no reason"),
    "NARR": gettext_noop("the reason stands in the purpose"),
    "RC01": gettext_noop("BIC wrong"),
    "RC07": gettext_noop("BIC wrong"),
    "RR01": gettext_noop("account of the payer is missing"),
    "RR02": gettext_noop("address of the payer is missing"),
    "RR03": gettext_noop("address of the payee is missing"),
    "RR04": gettext_noop("forbidden by law at the place of the payee"),
    "TECH": gettext_noop("technical fault"),
    "TM01": gettext_noop("received too late"),
}


def reason_words(code: str) -> str:
    """Return the reason in the reader's language; an unknown code is named."""
    if not code:
        return _("not stated by the bank")
    known = REASONS.get(code)
    return _(known) if known else _("reason %(code)s") % {"code": code}
