"""Where receipts show in the shell, and what other contexts are told of them."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from kontor.core.audit import guard_objects, name_verbs
from kontor.core.rights import declare
from kontor.openitems.actions.watching import watch_undoing
from kontor.organisations.change_words import name_codes
from kontor.organisations.farewells import register_farewell_check
from kontor.organisations.metering import register_counter
from kontor.organisations.rules.plans import Kind
from kontor.payments.payees import register_payees
from kontor.receipts.actions.booking import keep_waivers
from kontor.receipts.actions.outcomes import make_known
from kontor.receipts.desk.shell import furnish_desk
from kontor.receipts.desk.words import STATES, VARIANTS
from kontor.receipts.notices import offer_notification
from kontor.receipts.own_shell import furnish_own
from kontor.receipts.permissions import RIGHTS
from kontor.receipts.queries.counting import check_farewell, count_receipts
from kontor.receipts.queries.intake import WAITING_COUNT
from kontor.receipts.queries.payees import payees_of_receipts
from kontor.receipts.record_names import name_our_objects
from kontor.receipts.verbs import VERBS
from kontor.ui.navigation import Count, NavItem, register


def furnish() -> None:
    """Register everything."""
    declare(RIGHTS)
    name_verbs(VERBS)
    name_our_objects()
    name_codes("receipts.document", "state", STATES)
    name_codes("receipts.document", "variant", VARIANTS)
    guard_objects("receipts.note", right="receipts.process")
    register_farewell_check(check_farewell)
    make_known()
    furnish_desk()
    offer_notification()
    furnish_own()
    register_payees(payees_of_receipts)
    watch_undoing(keep_waivers)
    register_counter(Kind.RECEIPTS, count=count_receipts)
    register(NavItem(label=gettext_noop("Mail inbox"), url_name="receipts:letters", icon="mail", right="receipts.process",
                     badge=Count(sql=WAITING_COUNT), group="Receipts", order=60))  # fmt: skip
    register(NavItem(label=gettext_noop("Receipt submission"), url_name="receipts:setup", icon="receipt-text",
                     right="receipts.setup", group="Settings", order=50))  # fmt: skip
    register(NavItem(label=gettext_noop("Receipt mailboxes"), url_name="receipts:mailboxes", icon="mail",
                     right="receipts.setup", group="Settings", order=55))  # fmt: skip
