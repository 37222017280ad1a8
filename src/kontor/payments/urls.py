"""Addresses of payments, below /t/<tenant>/payments/."""

from django.urls import path

from kontor.payments.views import batch, lists

app_name = "payments"
urlpatterns = [
    path("", lists.lists, name="list"),
    path("new", lists.new, name="new"),
    path("choose", lists.choose, name="choose"),
    path("<int:batch_id>/", batch.batch, name="batch"),
    path("<int:batch_id>/change", batch.change, name="change"),
    path("<int:batch_id>/export", batch.export, name="export"),
    path("<int:batch_id>/file", batch.file, name="file"),
    path("<int:batch_id>/settle", batch.settle, name="settle"),
    path("<int:batch_id>/cancel", batch.cancel, name="cancel"),
    path("<int:batch_id>/orders/<int:order_id>/remove", batch.remove, name="remove"),
    path("<int:batch_id>/orders/<int:order_id>/reject", batch.reject, name="reject"),
]
