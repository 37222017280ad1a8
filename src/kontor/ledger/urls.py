"""Addresses of this context below a tenant."""

from django.urls import include, path

from kontor.ledger.views import accounts, booking, check, entry, journal, loans, periods, recurring, sheet

urlpatterns = [
    path("", journal.journal, name="journal"),
    path("sheet/", sheet.account_sheet, name="account_sheet"),
    path("sheet/<str:number>/", sheet.account_sheet, name="account_sheet"),
    path("accounts/", accounts.accounts, name="accounts"),
    path("accounts/options", accounts.options, name="account_options"),
    path("balances/", accounts.trial_balance, name="trial_balance"),
    path("taxes/", accounts.tax_codes, name="tax_codes"),
    path("new", booking.new, name="entry_new"),
    path("templates/<int:template_id>/delete", booking.forget_template, name="entry_template_delete"),
    path("entries/<int:entry_id>/", entry.entry, name="entry"),
    path("entries/<int:entry_id>/reverse", entry.reverse, name="entry_reverse"),
    path("entries/<int:entry_id>/text", entry.text, name="entry_text"),
    path("entries/<int:entry_id>/post", entry.post, name="entry_post"),
    path("entries/<int:entry_id>/delete", entry.delete, name="entry_delete"),
    path("periods/", periods.periods, name="periods"),
    path("periods/<int:period_id>/close", periods.close, name="period_close"),
    path("periods/<int:period_id>/reopen", periods.reopen, name="period_reopen"),
    path("periods/<int:period_id>/commit", periods.commit, name="period_commit"),
    path("years/<int:year_id>/carry", periods.carry, name="year_carry"),
    path("recurring/", recurring.recurring, name="recurring"),
    path("recurring/new", recurring.recurring_entry, name="recurring_new"),
    path("recurring/<int:plan_id>/", recurring.recurring_entry, name="recurring_entry"),
    path("recurring/<int:plan_id>/step", recurring.step, name="recurring_step"),
    path("loans/", loans.loans, name="loans"),
    path("loans/new", loans.loan, name="loan_new"),
    path("loans/<int:plan_id>/", loans.loan, name="loan"),
    path("check/", check.check_books, name="check_books"),
    path("setup/", include("kontor.ledger.setup_urls")),
]
