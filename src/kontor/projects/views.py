"""Pages of projects."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_subatomic import db

from kontor.core.refusal import Refusal
from kontor.organisations.access import TenantRequest, permit
from kontor.organisations.history import moments_of
from kontor.projects.actions import (
    ProjectCodeTaken,
    activate_project,
    create_project,
    deactivate_project,
    move_project,
    rename_project,
)
from kontor.projects.forms import KINDS, ProjectForm
from kontor.projects.models import Project
from kontor.projects.queries import choices, tree
from kontor.projects.rules import TooDeep, WouldBeItsOwnParent, WrongProjectCode
from kontor.ui.refusals import translated

_FIELDS: dict[type[Refusal], str] = {
    ProjectCodeTaken: "code", WrongProjectCode: "code", TooDeep: "parent", WouldBeItsOwnParent: "parent",
}  # fmt: skip


@require_safe
@permit("projects.view")
def projects(request: TenantRequest) -> HttpResponse:
    """Show the tree."""
    words = {str(kind): word for kind, word in KINDS}
    shown_all = request.GET.get("shown") == "all"
    branches = [(branch, words[branch.project.kind], "x" * branch.depth) for branch in tree(with_inactive=shown_all)]
    context = {"branches": branches, "shown_all": shown_all, "may_edit": "projects.edit" in request.rights}
    return render(request, "projects/list.html", context)


@permit("projects.edit")
def new(request: TenantRequest) -> HttpResponse:
    """Create a project."""
    form = ProjectForm(request.POST or None, places=choices(), initial={"parent": request.GET.get("below", "")})
    if request.method == "POST" and form.is_valid():
        try:
            with db.savepoint():
                made = create_project(**_typed(form), parent=_place(form), by=request.user)
            messages.success(request, _("%(name)s created") % {"name": made.name})
            return redirect("projects:list", tenant=request.tenant.code)
        except Refusal as refusal:
            form.add_error(_FIELDS.get(type(refusal)), translated(refusal))
    return render(request, "projects/project.html", {"form": form}, status=422 if form.is_bound else 200)


@permit("projects.edit")
def project(request: TenantRequest, project_id: int) -> HttpResponse:
    """Rename a project or move it."""
    found = _found(project_id)
    initial = {"name": found.name, "code": found.code, "kind": found.kind, "parent": str(found.parent_id or "")}
    form = ProjectForm(request.POST or None, places=choices(), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            with db.savepoint():
                rename_project(found, **_typed(form), by=request.user)
                if str(found.parent_id or "") != form.cleaned_data["parent"]:
                    move_project(found, parent=_place(form), by=request.user)
            messages.success(request, _("%(name)s saved") % {"name": form.cleaned_data["name"]})
            return redirect("projects:list", tenant=request.tenant.code)
        except Refusal as refusal:
            form.add_error(_FIELDS.get(type(refusal)), translated(refusal))
    context = {"form": form, "project": found, "moments": moments_of("projects.project", found.id)}
    return render(request, "projects/project.html", context, status=422 if form.is_bound else 200)


@require_POST
@permit("projects.edit")
def switch(request: TenantRequest, project_id: int) -> HttpResponse:
    """Deactivate a branch, or activate a project again."""
    found = _found(project_id)
    if found.is_active:
        deactivate_project(found, by=request.user)
        messages.success(request, _("%(name)s is no longer offered") % {"name": found.name})
    else:
        activate_project(found, by=request.user)
        messages.success(request, _("%(name)s is offered again") % {"name": found.name})
    return redirect("projects:list", tenant=request.tenant.code)


def _found(project_id: int) -> Project:
    found = Project.objects.filter(id=project_id).first()
    if found is None:
        raise Http404
    return found


def _typed(form: ProjectForm) -> dict[str, str]:
    return {name: form.cleaned_data[name] for name in ("code", "name", "kind")}


def _place(form: ProjectForm) -> Project | None:
    place = form.cleaned_data["parent"]
    return Project.objects.get(id=int(place)) if place else None
