"""Addresses of approvals, below /t/<tenant>/approvals/."""

from __future__ import annotations

from django.urls import path

from kontor.approvals.views import bench, clean, files, policies, substitutes

app_name = "approvals"
ONE = "<int:request_id>/"

urlpatterns = [
    path("", bench.bench, name="bench"),
    path("undo", bench.undo, name="undo"),
    path(f"{ONE}answer", bench.give, name="give"),
    path(f"{ONE}message", bench.say, name="say"),
    path(f"{ONE}pictures/<int:picture_id>", files.picture, name="picture"),
    path(f"{ONE}files/<int:file_id>", files.original, name="file"),
    path("clean/", clean.clean, name="clean"),
    path("clean/approve", clean.approve_clean, name="approve_clean"),
    path("policies/", policies.listing, name="policies"),
    path("policies/new", policies.new, name="new_policy"),
    path("policies/<int:policy_id>/", policies.edit, name="policy"),
    path("policies/<int:policy_id>/move", policies.move, name="move_policy"),
    path("policies/<int:policy_id>/retire", policies.retire, name="retire_policy"),
    path("substitutes/", substitutes.substitutes, name="substitutes"),
    path("substitutes/<int:substitute_id>/remove", substitutes.remove, name="remove_substitute"),
]
