"""Users, organisations, tenants and roles."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from kontor.core.quick_rows import QuickModel
from kontor.core.tenancy import TenantKey, TenantModel
from kontor.organisations.permissions import PRESETS

# Without I, J, L, O, 0, 1: read aloud and copied from a poster.
CODE_LETTERS = "ABCDEFGHKMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 6


class UserManager(BaseUserManager["User"]):
    """Make users by their e-mail address."""

    def create_user(self, email: str, *, name: str, password: str | None = None, is_verified: bool = True) -> User:
        """Create a user; without a password they sign in by a one-time link first.

        `is_verified`: whoever creates the account vouches that the address is the person's own.
        """
        from allauth.account.models import EmailAddress  # noqa: PLC0415  # its table points at this one

        user = self.model(email=self.normalize_email(email).lower(), name=name)
        user.set_password(password)
        user.save()
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=is_verified)
        return user


def new_invitation_code() -> str:
    """Return six letters and digits that nobody mistakes for one another."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


class Theme(models.TextChoices):
    """Light, dark, or as the device has it."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class User(QuickModel, AbstractBaseUser):
    """A person who signs in [Benutzer]; may belong to several organisations."""

    email = models.EmailField()
    name = models.TextField()
    language = models.TextField(default="de")
    theme = models.TextField(choices=Theme.choices, default=Theme.SYSTEM)
    single_keys = models.BooleanField(default=True)
    notifications = models.JSONField(default=dict)
    is_active = models.BooleanField(default=True)
    terms_accepted_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_ignoring_case"),
            models.UniqueConstraint(fields=["email"], name="user_email"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        """Return the person's name."""
        return self.name


class OrganisationKind(models.TextChoices):
    """What an organisation is; proposes the chart of accounts."""

    ASSOCIATION = "association"
    CHURCH = "church"
    FOUNDATION = "foundation"
    AGENCY = "agency"
    COMPANY = "company"
    OTHER = "other"


class Organisation(models.Model):
    """An association, church, agency or company [Organisation]."""

    name = models.TextField()
    kind = models.TextField(choices=OrganisationKind.choices, default=OrganisationKind.OTHER)
    official_email = models.EmailField(default="")
    main_admin = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    invitation_code = models.TextField(unique=True, default=new_invitation_code)
    demands_second_factor = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Country(models.TextChoices):
    """Where the books are kept; decides figures, charts and taxes."""

    DE = "DE"
    AT = "AT"
    CH = "CH"


class Chart(models.TextChoices):
    """Chart of accounts [Kontenrahmen]."""

    SKR03 = "SKR03"
    SKR04 = "SKR04"
    SKR42 = "SKR42"
    KMU = "KMU"
    EKR = "EKR"


class Tenant(models.Model):
    """One set of books [Mandant]; its code stands in every address."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    code = models.SlugField(unique=True)
    name = models.TextField()
    country = models.TextField(choices=Country.choices)
    base_currency = models.TextField()
    chart = models.TextField(choices=Chart.choices)
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class MembershipState(models.TextChoices):
    """How far a person belongs to the organisation; only `active` counts."""

    REQUESTED = "requested"
    ACTIVE = "active"
    DECLINED = "declined"
    ENDED = "ended"


class Membership(models.Model):
    """A user's place in an organisation [Mitgliedschaft]."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="memberships")
    state = models.TextField(choices=MembershipState.choices, default=MembershipState.ACTIVE)
    is_admin = models.BooleanField(default=False)
    is_upload_only = models.BooleanField(default=False)
    requested_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "organisation"], name="membership_once")]


class TenantAccess(models.Model):
    """That a user may enter a tenant; what they may do there is said by roles."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="accesses")
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="accesses")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "tenant"], name="tenantaccess_once")]


class Role(TenantModel):
    """A named bundle of rights [Rolle] within a tenant.

    A preset's rights are those that the program gives it today, so that books opened long ago get new rights with the
    program; `rights` counts for roles of one's own.
    """

    preset = models.TextField(default="")
    name = models.TextField()
    rights = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant_id", "name"], name="role_name")]

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the codes of the role's rights."""
        return codes_of(self.preset, self.rights)


def codes_of(preset: str, own: Sequence[str] | str) -> tuple[str, ...]:
    """Return the codes of a role's rights: those of its preset, else its own, which a plain row gives as JSON."""
    known = PRESETS.get(preset)
    if known is not None:
        return known[2]
    return tuple(json.loads(own) if isinstance(own, str) else own)


class RoleAssignment(TenantModel):
    """That a user has a role."""

    role = TenantKey(Role)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant_id", "role", "user"], name="roleassignment_once")]


class Plan(models.Model):
    """What an organisation may use and what it costs a month [Tarif]; an empty limit is none. Money in minor units."""

    code = models.SlugField(unique=True)
    name = models.TextField()
    currency = models.TextField(default="EUR")
    price = models.BigIntegerField(default=0)
    members_max = models.IntegerField(null=True)
    upload_only_members_max = models.IntegerField(null=True)
    dashboard_seats = models.IntegerField(null=True)
    dashboard_seat_price = models.BigIntegerField(null=True)
    dashboard_level = models.TextField(default="")
    receipts_max = models.IntegerField(null=True)
    bytes_max = models.BigIntegerField(null=True)
    bytes_unit = models.BigIntegerField(null=True)
    bytes_unit_price = models.BigIntegerField(null=True)
    features = models.JSONField(default=list)
    trial_of = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    is_offered = models.BooleanField(default=True)
    place = models.IntegerField(default=0)

    def __str__(self) -> str:
        return self.name


class Subscription(models.Model):
    """The plan of an organisation with what it has added, and its trial; `trial_until` is exclusive."""

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="subscription")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+")
    extra_dashboard_seats = models.IntegerField(default=0)
    extra_storage_units = models.IntegerField(default=0)
    trial_plan = models.ForeignKey(Plan, null=True, on_delete=models.PROTECT, related_name="+")
    trial_until = models.DateField(null=True)
    since = models.DateField()


class UsageMeter(models.Model):
    """The last measure of what one set of books uses: receipts, bytes."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    kind = models.TextField()
    amount = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "kind"], name="usagemeter_once")]


class ActivationCode(models.Model):
    """A code of the installation's operator that lets one organisation be created; only its digest is kept."""

    digest = models.TextField(unique=True)
    note = models.TextField(default="")
    plan = models.ForeignKey(Plan, null=True, on_delete=models.PROTECT, related_name="+")
    valid_until = models.DateField()
    created_at = models.DateTimeField(auto_now_add=True)
    used_at = models.DateTimeField(null=True)
    used_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.SET_NULL, related_name="+")


class CodeAttempt(models.Model):
    """A wrong code that somebody typed; too many of them are refused."""

    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="+")
    address = models.TextField()
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["user", "at"], name="codeattempt_user"),
            models.Index(fields=["address", "at"], name="codeattempt_address"),
        ]
