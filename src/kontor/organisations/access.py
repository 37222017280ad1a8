"""The door of every tenant page: sign-in, tenant, right, one transaction, refusals.

`@permit("ledger.view")` is the only way a view gets into a tenant. The view runs and its template renders
inside the transaction; a refusal rolls it back and is shown from a second, fresh block.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from django.core.exceptions import ObjectDoesNotExist
from django.db import Error
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.response import SimpleTemplateResponse
from django.utils.translation import get_language

from kontor.core.preparing import prepared
from kontor.core.refinement import NotKeepable, is_worth_retrying, refined
from kontor.core.refusal import NotAllowed, Refusal
from kontor.core.rights import declared
from kontor.core.tenancy import tenant
from kontor.organisations.factor_first import second_factor_first
from kontor.organisations.models import Organisation, Tenant, User
from kontor.organisations.once import answered_once
from kontor.organisations.queries import Books, administered_organisation, entrance, rights_of
from kontor.organisations.signing_in import sign_in_first

TRIES = 3
_READING = ("GET", "HEAD")


class TenantRequest(HttpRequest):
    """A request inside a tenant."""

    user: User
    tenant: Tenant
    rights: frozenset[str]
    has_second_factor: bool
    books: Books
    organisation: Organisation | None


type TenantView[**P] = Callable[Concatenate[TenantRequest, P], HttpResponseBase]


def permit[**P](
    right: str, *, fresh: bool = False, fresh_reading: bool = False
) -> Callable[[TenantView[P]], Callable[..., HttpResponseBase]]:
    """Let people with `right` pass; `fresh` asks for the password or passkey anew before a dangerous step.

    What the form held goes on afterwards. `fresh_reading` asks also before a file that moves money is handed out.
    """

    def decorate(view: TenantView[P]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return sign_in_first(request)
            inside = _inside(request, kwargs.pop("tenant"))
            if _lacks_second_factor(inside):
                return second_factor_first(request, inside.tenant.organisation)
            if fresh_reading or (fresh and request.method == "POST"):
                raise_if_reauthentication_required(request, app="")
            return _answer(inside, right, view, args, kwargs)

        door.right = right  # type: ignore[attr-defined]  # the start-up check reads it
        return door

    return decorate


def _inside(request: HttpRequest, code: str) -> TenantRequest:
    inside: TenantRequest = request  # type: ignore[assignment]  # from here on it is one
    user: Any = getattr(request, "_cached_user", request.user)  # the person, no longer a promise of one
    inside.user = user
    with prepared():
        found = entrance(user, code)
    if found is None:
        raise Http404
    inside.tenant, inside.has_second_factor = found.tenant, found.has_second_factor
    inside.books = Books(user)
    return inside


def _lacks_second_factor(request: TenantRequest) -> bool:
    return request.tenant.organisation.demands_second_factor and not request.has_second_factor


def _answer(
    request: TenantRequest, right: str, view: Callable[..., HttpResponseBase], args: Any, kwargs: Any
) -> HttpResponseBase:
    refusal: Refusal | None = None
    for attempt in range(1, TRIES + 1):
        try:
            with (
                prepared(when=request.method in _READING),
                tenant(request.tenant.id, by=request.user, request_id=request.headers.get("X-Request-Id", "")),
            ):
                return _run(request, right, view, args, kwargs)
        except Refusal as no:
            refusal = no
        except ObjectDoesNotExist as nowhere:  # an id of other books, or of none
            raise Http404 from nowhere
        except OverflowError:
            refusal = NotKeepable()
        except Error as error:
            if is_worth_retrying(error) and attempt < TRIES:
                continue
            refusal = refined(error)
            if refusal is None:
                raise
        break
    assert refusal is not None
    return _refuse(request, refusal)


def _run(
    request: TenantRequest, right: str, view: Callable[..., HttpResponseBase], args: Any, kwargs: Any
) -> HttpResponseBase:
    vars(request).pop("shell", None)  # what an attempt before drew is no longer true
    request.rights = rights_of(request.user)
    if right not in request.rights:
        raise NotAllowed(right=right_label(right))
    response = answered_once(request, lambda: view(request, *args, **kwargs))
    if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
        response.render()
    return response


def _refuse(request: TenantRequest, refusal: Refusal) -> HttpResponseBase:
    with tenant(request.tenant.id, by=request.user):
        vars(request).pop("shell", None)
        request.rights = rights_of(request.user)
        if getattr(refusal, "leads_to_plan", False):  # the page shows the way to the plan to those who may order it
            request.organisation = administered_organisation(request.user, request.tenant.organisation_id)
        if request.headers.get("HX-Request"):
            response = render(request, "ui/refusal.html#toast", {"refusal": refusal}, status=refusal.status)
            response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#toasts", "beforeend"
            return response
        return render(request, "ui/refusal.html", {"refusal": refusal}, status=refusal.status)


def right_label(right: str) -> str:
    """Return a right as people read it."""
    known = declared()[right]
    return known.label_de if (get_language() or "de").startswith("de") else known.label_en
