"""Addresses of banking below a tenant."""

from django.urls import path

from kontor.banking import views

urlpatterns = [
    path("", views.overview, name="bank"),
    path("import", views.take_files, name="bank_import"),
    path("imports/", views.import_list, name="bank_imports"),
    path("imports/<int:import_id>/", views.import_detail, name="bank_import_detail"),
    path("imports/<int:import_id>/account", views.answer_account, name="bank_import_account"),
    path("relevance", views.relevance, name="bank_relevance"),
    path("accounts/new", views.new_account, name="bank_account_new"),
    path("transactions/<int:transaction_id>/", views.transaction_detail, name="bank_transaction"),
]
