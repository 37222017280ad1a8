"""Addresses outside a tenant."""

from django.urls import path

from kontor.organisations.views import (
    founding,
    joining,
    members,
    organisations,
    plans,
    preferences,
    prices,
    profile,
    registration,
)

ORGANISATION = "organisations/<int:organisation_id>/"
MEMBER = f"{ORGANISATION}users/<int:membership_id>/"

urlpatterns = [
    path("", joining.start, name="home"),
    path("join/", joining.join, name="join"),
    path("join/demo/<int:tenant_id>", joining.look_around, name="look_around"),
    path("plans/", prices.prices, name="prices"),
    path("terms/", registration.terms, name="terms"),
    path("accounts/confirmed/", registration.confirmed, name="address_confirmed"),
    path("accounts/resend/", registration.resend, name="resend_confirmation"),
    path("accounts/typed/", registration.typed_before, name="typed_before"),
    path("preferences/", preferences.preferences, name="preferences"),
    path("preferences/notifications", profile.notifications, name="notifications"),
    path("preferences/delete", profile.delete, name="delete_account"),
    path("organisations/", organisations.organisations, name="organisations"),
    path("organisations/add", founding.add, name="add_organisation"),
    path("organisations/new", founding.new, name="new_organisation"),
    path("organisations/new/plan", founding.choose_plan, name="new_organisation_plan"),
    path(ORGANISATION, organisations.organisation_settings, name="organisation_settings"),
    path(f"{ORGANISATION}invitation", organisations.invitation, name="organisation_invitation"),
    path(f"{ORGANISATION}invitation.svg", organisations.invitation_image, name="organisation_invitation_image"),
    path(f"{ORGANISATION}invitation/renew", organisations.renew_invitation, name="organisation_renew_invitation"),
    path(f"{ORGANISATION}tenants/new", organisations.new_tenant, name="organisation_new_tenant"),
    path(f"{ORGANISATION}history", organisations.history, name="organisation_history"),
    path(f"{ORGANISATION}plan", plans.plan, name="organisation_plan"),
    path(f"{ORGANISATION}users/", members.users, name="organisation_users"),
    path(f"{MEMBER}accept", members.accept, name="organisation_accept"),
    path(f"{MEMBER}decline", members.decline, name="organisation_decline"),
    path(f"{MEMBER}end", members.end, name="organisation_end"),
    path(f"{MEMBER}admin", members.admin, name="organisation_admin"),
    path(f"{MEMBER}access", members.access, name="organisation_access"),
]
