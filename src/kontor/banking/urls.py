"""Addresses of banking below a tenant."""

from django.urls import path

from kontor.banking.views import accounts, columns, importing, overview

urlpatterns = [
    path("", overview.overview, name="bank"),
    path("import", importing.take_files, name="bank_import"),
    path("imports/", importing.import_list, name="bank_imports"),
    path("imports/<int:import_id>/", importing.import_detail, name="bank_import_detail"),
    path("imports/<int:import_id>/account", importing.answer_account, name="bank_import_account"),
    path("imports/<int:import_id>/again", importing.take_again, name="bank_import_again"),
    path("imports/<int:import_id>/columns", columns.columns, name="bank_import_columns"),
    path("relevance", overview.relevance, name="bank_relevance"),
    path("accounts/new", accounts.new_account, name="bank_account_new"),
    path("accounts/<int:account_id>/", accounts.account_detail, name="bank_account"),
    path("accounts/<int:account_id>/profiles/<int:profile_id>", accounts.change_profile, name="bank_profile"),
    path(
        "accounts/<int:account_id>/profiles/<int:profile_id>/delete",
        accounts.remove_profile,
        name="bank_profile_delete",
    ),
    path("transactions/<int:transaction_id>/", overview.transaction_detail, name="bank_transaction"),
]
