"""The doors of pages outside of books: one transaction that says who acts, and organisations for their administrators."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, Concatenate

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from django.core.exceptions import ObjectDoesNotExist
from django.db import Error, connection
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django_subatomic import db

from kontor.core.refinement import NotKeepable, refined
from kontor.core.refusal import Refusal
from kontor.core.tenancy import Actor
from kontor.organisations.factor_first import second_factor_first
from kontor.organisations.models import Organisation, User
from kontor.organisations.queries import administered_organisation
from kontor.organisations.signing_in import sign_in_first


class PersonalRequest(HttpRequest):
    """A request of somebody who is signed in."""

    user: User


class OrganisationRequest(PersonalRequest):
    """A request of an administrator of `organisation`."""

    organisation: Organisation


type PersonalView[**P] = Callable[Concatenate[PersonalRequest, P], HttpResponseBase]
type OrganisationView[**P] = Callable[Concatenate[OrganisationRequest, P], HttpResponseBase]


@contextmanager
def acting(*, by: Actor | None) -> Iterator[None]:
    """Open one transaction over global tables and tell the platform's record who acts."""
    with db.transaction():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.actor', %s, true)", [str(by.pk) if by is not None else ""])
        yield


def personal[**P](view: PersonalView[P]) -> Callable[..., HttpResponseBase]:
    """Let people pass who are signed in; what is refused is shown as a page."""

    @wraps(view)
    def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return sign_in_first(request)
        return _answered(request, view, args, kwargs)

    return door


def administering[**P](
    *, fresh: bool = False, needs_factor: bool = True
) -> Callable[[OrganisationView[P]], Callable[..., HttpResponseBase]]:
    """Let administrators of the organisation in the address pass; for all others it does not exist.

    `fresh` asks for the password or passkey anew before a dangerous step; without `needs_factor` the page is shown
    before the second factor is set up, where the organisation demands one.
    """

    def decorate(view: OrganisationView[P]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return sign_in_first(request)
            organisation = administered_organisation(request.user, kwargs.pop("organisation_id"))
            if organisation is None:
                raise Http404
            if needs_factor and lacks_second_factor(request.user, organisation):
                return second_factor_first(request, organisation)
            if fresh and request.method == "POST":
                raise_if_reauthentication_required(request, app="")
            request.organisation = organisation  # type: ignore[attr-defined]
            return _answered(request, view, args, kwargs)

        return door

    return decorate


def lacks_second_factor(user: User, organisation: Organisation) -> bool:
    """Tell whether the organisation demands a second factor that the person has not set up."""
    if not organisation.demands_second_factor:
        return False
    return not user.authenticator_set.exists()  # type: ignore[attr-defined]  # allauth.mfa


def _answered(request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: Any) -> HttpResponseBase:
    try:
        return view(request, *args, **kwargs)
    except Refusal as no:
        refusal = no
    except ObjectDoesNotExist as nowhere:  # an id of another organisation, or of none
        raise Http404 from nowhere
    except OverflowError:
        refusal = NotKeepable()
    except Error as error:
        known = refined(error)
        if known is None:
            raise
        refusal = known
    return render(request, "ui/refusal.html", {"refusal": refusal}, status=refusal.status)
