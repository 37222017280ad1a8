"""Parties, their accounts, addresses, bank details and terms."""

from __future__ import annotations

from django.db import models

from kontor.core.fields import AmountField
from kontor.core.tenancy import TenantKey, TenantModel


class PartyKind(models.TextChoices):
    """A legal person or a natural one."""

    ORGANISATION = "organisation"
    PERSON = "person"


class Channel(models.TextChoices):
    """How invoices and reminders go to a customer unless a document says otherwise [Versandweg]."""

    EMAIL = "email"
    E_INVOICE = "e_invoice"
    LETTER = "letter"
    PORTAL = "portal"


class PaymentTerm(TenantModel):
    """When to pay and what may differ [Zahlungsbedingung].

    `discounts` are tiers `{"days": 10, "percent": "2.0"}`, shortest first. An empty limit does not
    limit; both empty tolerate nothing (inventory §5.5).
    """

    code = models.TextField()
    name = models.TextField()
    net_days = models.IntegerField(default=14)
    discounts = models.JSONField(default=list)
    discount_grace_days = models.IntegerField(default=0)
    under_fixed = AmountField(null=True)
    under_percent = models.DecimalField(max_digits=6, decimal_places=3, null=True)
    over_fixed = AmountField(null=True)
    over_percent = models.DecimalField(max_digits=6, decimal_places=3, null=True)
    is_default = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant_id", "code"], name="paymentterm_code")]


class Party(TenantModel):
    """A customer, supplier, donor or member [Kontakt]: one address record with any number of parts to play."""

    kind = models.TextField(choices=PartyKind.choices, default=PartyKind.ORGANISATION)
    name = models.TextField()
    sort_name = models.TextField()
    aliases = models.JSONField(default=list)
    email = models.TextField(default="")
    phone = models.TextField(default="")
    contact_person = models.TextField(default="")
    vat_number = models.TextField(default="")
    language = models.TextField(default="de")
    channel = models.TextField(choices=Channel.choices, default="", db_default="", blank=True)
    note = models.TextField(default="")
    is_archived = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["tenant_id", "sort_name", "id"], name="party_sorted")]


class Address(TenantModel):
    """A structured postal address of a party (ISO 20022 PstlAdr; unstructured ones are no longer accepted)."""

    party = TenantKey(Party)
    street = models.TextField(default="")
    building_number = models.TextField(default="")
    extra = models.TextField(default="")
    postcode = models.TextField(default="")
    town = models.TextField()
    country = models.TextField(default="DE")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant_id", "party"], name="address_one")]


class BankDetails(TenantModel):
    """A party's account at a bank [Bankverbindung]; counts as confirmed for matching (decisions.md 14)."""

    party = TenantKey(Party)
    iban = models.TextField()
    bic = models.TextField(default="")
    holder = models.TextField(default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant_id", "party", "iban"], name="bankdetails_once")]
        indexes = [models.Index(fields=["tenant_id", "iban"], name="bankdetails_iban")]


class Side(models.TextChoices):
    """Which sub-ledger a party account belongs to."""

    DEBTOR = "debtor"
    CREDITOR = "creditor"


class PartyAccount(TenantModel):
    """A party's debtor or creditor number [Debitoren-/Kreditorenkonto]."""

    party = TenantKey(Party)
    side = models.TextField(choices=Side.choices)
    number = models.TextField()
    payment_term = TenantKey(PaymentTerm, null=True)
    is_dunned = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "side", "number"], name="partyaccount_number"),
            models.UniqueConstraint(fields=["tenant_id", "party", "side"], name="partyaccount_side"),
        ]
