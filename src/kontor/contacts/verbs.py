"""The words of the record for acts of contacts."""

from kontor.core.refusal import gettext_noop

VERBS = {
    "contacts.create_party": gettext_noop("Contact created"),
    "contacts.update_party": gettext_noop("Contact changed"),
    "contacts.give_number": gettext_noop("Number given to a contact"),
    "contacts.add_bank_details": gettext_noop("Bank details added"),
    "contacts.remove_bank_details": gettext_noop("Bank details removed"),
    "contacts.set_payment_term": gettext_noop("Payment term agreed"),
    "contacts.archive_party": gettext_noop("Contact archived"),
    "contacts.restore_party": gettext_noop("Contact taken out of the archive"),
    "contacts.import_parties": gettext_noop("Contacts imported"),
    "contacts.create_payment_term": gettext_noop("Payment term created"),
    "contacts.update_payment_term": gettext_noop("Payment term changed"),
    "contacts.make_default_term": gettext_noop("Default payment term changed"),
}
