"""Addresses of the ledger's set-up rooms."""

from django.urls import path

from kontor.ledger.views.setup import accounts, opening, overview, rates, regimes, roles, taxes, types

urlpatterns = [
    path("", overview.overview, name="ledger_setup"),
    path("accounts/", accounts.accounts, name="ledger_setup_accounts"),
    path("accounts/new", accounts.new, name="ledger_setup_account_new"),
    path("accounts/<int:account_id>/", accounts.account, name="ledger_setup_account"),
    path("accounts/<int:account_id>/switch", accounts.switch, name="ledger_setup_account_switch"),
    path("roles/", roles.roles, name="ledger_setup_roles"),
    path("roles/<int:role_id>/", roles.role, name="ledger_setup_role"),
    path("taxes/", taxes.taxes, name="ledger_setup_taxes"),
    path("taxes/<int:version_id>/", taxes.tax, name="ledger_setup_tax"),
    path("taxes/<int:version_id>/version", taxes.version, name="ledger_setup_tax_version"),
    path("taxes/<int:version_id>/copy", taxes.copy, name="ledger_setup_tax_copy"),
    path("taxes/<int:version_id>/end", taxes.end, name="ledger_setup_tax_end"),
    path("taxes/<int:version_id>/remove", taxes.remove, name="ledger_setup_tax_remove"),
    path("regimes/", regimes.regimes, name="ledger_setup_regimes"),
    path("regimes/add", regimes.add, name="ledger_setup_regime_add"),
    path("regimes/<int:regime_id>/remove", regimes.remove, name="ledger_setup_regime_remove"),
    path("rates/", rates.rates, name="ledger_setup_rates"),
    path("rates/add", rates.add, name="ledger_setup_rate_add"),
    path("rates/upload", rates.upload, name="ledger_setup_rates_upload"),
    path("rates/confirm", rates.confirm, name="ledger_setup_rates_confirm"),
    path("rates/<int:rate_id>/remove", rates.remove, name="ledger_setup_rate_remove"),
    path("types/", types.types, name="ledger_setup_types"),
    path("types/new", types.new, name="ledger_setup_type_new"),
    path("types/<int:type_id>/", types.change, name="ledger_setup_type"),
    path("opening/", opening.opening, name="ledger_setup_opening"),
    path("opening/save", opening.save, name="ledger_setup_opening_save"),
    path("opening/read", opening.read, name="ledger_setup_opening_read"),
    path("numbers/", overview.numbers, name="ledger_setup_numbers"),
]
