"""Why a payment list, an order or its day is refused."""

from __future__ import annotations

from kontor.core.refusal import Refusal, gettext_noop


class NothingToPay(Refusal):
    """An empty list."""

    sentence = gettext_noop("Nothing was chosen to pay. Please tick at least one receipt or invoice.")


class PayeeWithoutIban(Refusal):
    """No account to pay to."""

    sentence = gettext_noop("%(document)s has no IBAN, so it cannot be on a payment list. Please add one first.")


class PayeeWithoutName(Refusal):
    """Nobody to pay."""

    sentence = gettext_noop("%(document)s has no payee. Banks compare the name with the account.")


class OtherCurrency(Refusal):
    """A list has one currency."""

    sentence = gettext_noop("%(document)s is in %(currency)s; this list pays in %(list)s. Please pay it separately.")


class AccountWithoutIban(Refusal):
    """The money account cannot send transfers."""

    sentence = gettext_noop("The account “%(name)s” has no IBAN. Please enter it in its settings, then export again.")


class NoFileForCurrency(Refusal):
    """Transfers of this kind need more than these files say."""

    sentence = gettext_noop("Payment files are written in EUR and CHF; “%(name)s” is kept in %(currency)s.")


class OutsideSepa(Refusal):
    """SEPA does not reach the account."""

    sentence = gettext_noop(
        "%(document)s is paid to the country %(country)s, which a SEPA transfer does not reach. "
        "Please pay it in your online banking and set it paid."
    )


class NotDomestic(Refusal):
    """Swiss francs leave the country by another form of payment."""

    sentence = gettext_noop(
        "%(document)s is paid in Swiss francs to the country %(country)s; a domestic transfer does not reach it. "
        "Please pay it in your online banking and set it paid."
    )


class DayIsPast(Refusal):
    """Banks refuse days that are over."""

    sentence = gettext_noop("The day of execution %(day)s is over. Please choose today or a later day.")


class DayTooFar(Refusal):
    """Banks keep orders for a year at most."""

    sentence = gettext_noop(
        "The day of execution %(day)s is more than a year ahead; banks do not take it. Please choose an earlier day."
    )


class NotExported(Refusal):
    """Nothing was sent to the bank yet."""

    sentence = gettext_noop(
        "Payment list %(number)s was not exported, so the bank cannot have refused anything. Remove the order instead."
    )
    status = 409


class OrderPaid(Refusal):
    """The order was carried out."""

    sentence = gettext_noop("The payment to %(payee)s was carried out. Take its assignment back first.")
    status = 409


class ListKept(Refusal):
    """What the bank was given stays."""

    sentence = gettext_noop("An exported payment list is what the bank was given and no longer changes.")
    status = 409


class NotDraft(Refusal):
    """The list was exported or cancelled."""

    sentence = gettext_noop("Payment list %(number)s was exported or cancelled already and no longer changes.")
    status = 409


class PayeeChanged(Refusal):
    """The bank details are others by now."""

    sentence = gettext_noop(
        "The bank details of %(payee)s have changed since the list was put together. "
        "Please take the order of document %(document)s off the list and add it again."
    )
    status = 409


class NothingOpen(Refusal):
    """The item is paid."""

    sentence = gettext_noop("%(document)s has nothing open any more. Take it off the list, then export again.")
    status = 409


class NotReturned(Refusal):
    """Nothing of our lists came back by this transaction."""

    sentence = gettext_noop("This bank transaction gives back no order of a payment list. Please assign it by hand.")
    status = 409


class NotAwaited(Refusal):
    """Nothing waits in transit for this money."""

    sentence = gettext_noop(
        "This payment was assigned or taken back meanwhile; the transaction does not belong to it any more. "
        "Please assign it by hand."
    )
    status = 409


class NoListFits(Refusal):
    """The list does not explain the debit any more."""

    sentence = gettext_noop(
        "Payment list %(number)s does not fit this debit any more: its orders were paid or changed meanwhile. "
        "Please look at the list, then assign the debit by hand."
    )
    status = 409


class PartlyPaid(Refusal):
    """A line of the list has been settled by the bank."""

    sentence = gettext_noop("Payment list %(number)s is paid in part and can no longer be cancelled.")
    status = 409
