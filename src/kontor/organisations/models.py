"""Users, organisations, tenants and roles."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from kontor.core.tenancy import TenantKey, TenantModel


class UserManager(BaseUserManager["User"]):
    """Make users by their e-mail address."""

    def create_user(self, email: str, *, name: str, password: str | None = None) -> User:
        """Create a user; without a password they sign in by a one-time link first."""
        user = self.model(email=self.normalize_email(email).lower(), name=name)
        user.set_password(password)
        user.save()
        return user


class Theme(models.TextChoices):
    """Light, dark, or as the device has it."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class User(AbstractBaseUser):
    """A person who signs in [Benutzer]; may belong to several organisations."""

    email = models.EmailField()
    name = models.TextField()
    language = models.TextField(default="de")
    theme = models.TextField(choices=Theme.choices, default=Theme.SYSTEM)
    single_keys = models.BooleanField(default=True)
    is_active = models.BooleanField(default=True)
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


class Organisation(models.Model):
    """An association, church, agency or company [Organisation]."""

    name = models.TextField()
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

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "organisation"], name="membership_once")]


class TenantAccess(models.Model):
    """That a user may enter a tenant; what they may do there is said by roles."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="accesses")
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="accesses")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "tenant"], name="tenantaccess_once")]


class Role(TenantModel):
    """A named bundle of rights [Rolle] within a tenant."""

    preset = models.TextField(default="")
    name = models.TextField()
    rights = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant_id", "name"], name="role_name")]


class RoleAssignment(TenantModel):
    """That a user has a role."""

    role = TenantKey(Role)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant_id", "role", "user"], name="roleassignment_once")]
