"""Addresses of contacts below a tenant."""

from django.urls import path

from kontor.contacts.views import importing, parties, terms

app_name = "contacts"
urlpatterns = [
    path("", parties.parties, name="list"),
    path("options", parties.options, name="options"),
    path("new", parties.new, name="new"),
    path("import", importing.upload, name="import"),
    path("import/confirm", importing.confirm, name="import_confirm"),
    path("terms/", terms.terms, name="terms"),
    path("terms/new", terms.new, name="new_term"),
    path("terms/<int:term_id>/", terms.term, name="term"),
    path("<int:party_id>/", parties.party, name="party"),
    path("<int:party_id>/archive", parties.archive, name="archive"),
    path("<int:party_id>/remove-account", parties.remove_account, name="remove_account"),
]
