"""What the acts of payments are called in the record."""

from kontor.core.refusal import gettext_noop

VERBS = {
    "payments.batch": gettext_noop("Payment list"),
    "payments.collect": gettext_noop("Payment list put together"),
    "payments.add": gettext_noop("Orders added to a payment list"),
    "payments.remove": gettext_noop("Order taken off a payment list"),
    "payments.change": gettext_noop("Day or account of a payment list changed"),
    "payments.reject": gettext_noop("Order refused by the bank"),
    "payments.export": gettext_noop("Payment file written"),
    "payments.cancel": gettext_noop("Payment list cancelled"),
    "payments.return": gettext_noop("Order came back from the bank"),
    "payments.restore": gettext_noop("Return of an order taken back"),
    "payments.take_back": gettext_noop("Returned transfer assigned to its order"),
    "payments.pay_list": gettext_noop("Debit assigned to a payment list"),
    "payments.clear_transit": gettext_noop("Debit assigned to a payment set by hand"),
    "payments.settle": gettext_noop("Payment list set paid"),
}
