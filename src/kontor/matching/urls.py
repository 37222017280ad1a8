"""Addresses of this context below a tenant."""

from django.urls import path

from kontor.matching.views import bench, lookups, runs

urlpatterns = [
    path("", bench.workbench, name="match"),
    path("confirm", bench.confirm_one, name="match_confirm"),
    path("direct", bench.post_directly, name="match_direct"),
    path("return", bench.take_return, name="match_return"),
    path("list", bench.take_list, name="match_list"),
    path("preview", bench.show_outcome, name="match_preview"),
    path("items", bench.search_items, name="match_items"),
    path("accounts", lookups.accounts, name="match_accounts"),
    path("steps/<int:entry_id>/undo", bench.undo, name="match_undo"),
    path("assignments/<int:allocation_id>/cancel", bench.cancel, name="match_cancel"),
    path("run", runs.run, name="match_run"),
    path("certain/", runs.safe, name="match_safe"),
    path("certain/post", runs.confirm_safe, name="match_safe_post"),
    path("protocols/<str:run_key>/", runs.protocol, name="match_protocol"),
    path("protocols/<str:run_key>/pdf", runs.protocol_file, name="match_protocol_pdf"),
    path("protocols/<str:run_key>/undo", runs.undo_whole_run, name="match_undo_run"),
]
