"""Where payments show in the shell: rail, palette, the list of payables; and what their acts and refusals are called."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kontor.core.audit import name_verbs, show_objects
from kontor.core.refinement import means
from kontor.core.rights import declare
from kontor.openitems.actions.watching import watch_returns
from kontor.openitems.bulk import register_bulk
from kontor.openitems.models import ItemKind
from kontor.organisations.access import TenantRequest
from kontor.payments.actions.returning import note_restored, note_returned, note_undone
from kontor.payments.permissions import RIGHTS
from kontor.payments.record_names import name_our_objects
from kontor.payments.rules.refusals import ListKept
from kontor.payments.verbs import VERBS
from kontor.ui.navigation import Command, NavItem, register, register_command
from kontor.ui.tables.columns import Bulk


def furnish() -> None:
    """Register everything."""
    declare(RIGHTS)
    name_verbs(VERBS)
    name_our_objects()
    show_objects("payments.batch", url_name="payments:batch", argument="batch_id")
    means("paymentbatch_kept", ListKept)
    register(
        NavItem(label=gettext_noop("Payment lists"), url_name="payments:list", icon="send", right="payments.view",
                group="Bank", order=30, keys="g z")
    )  # fmt: skip
    register_command(
        Command(label=gettext_noop("New payment list"), url_name="payments:new", icon="send", right="payments.prepare",
                words="überweisung zahlungslauf sepa pain erstattung auszahlen")
    )  # fmt: skip
    register_bulk(_pay)
    watch_returns(returned=note_returned, restored=note_restored, undone=note_undone)


def _pay(request: TenantRequest, kind: str) -> Bulk | None:
    if kind != ItemKind.PAYABLE or "payments.prepare" not in request.rights:
        return None
    return Bulk(label=_("Pay"), url=reverse("payments:choose", kwargs={"tenant": request.tenant.code}), icon="send")
