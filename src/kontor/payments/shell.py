"""Where payments show in the shell."""

from __future__ import annotations

from kontor.core.audit import name_verbs
from kontor.core.rights import declare
from kontor.payments.permissions import RIGHTS
from kontor.payments.verbs import VERBS


def furnish() -> None:
    """Register everything."""
    declare(RIGHTS)
    name_verbs(VERBS)
