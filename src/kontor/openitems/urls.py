"""Addresses of open items below a tenant."""

from django.urls import path

from kontor.openitems.views import importing, item, lists, new

app_name = "openitems"
urlpatterns = [
    path("", lists.receivables, name="list"),
    path("payables", lists.payables, name="payables"),
    path("assign", lists.assign, name="assign"),
    path("set-off", lists.set_off_items, name="set_off"),
    path("write-off", lists.write_off_items, name="write_off"),
    path("new", new.new, name="new"),
    path("import", importing.upload, name="import"),
    path("import/confirm", importing.confirm, name="import_confirm"),
    path("party/<int:party_id>/", lists.party, name="party"),
    path("<int:item_id>/", item.item, name="item"),
    path("<int:item_id>/terms", item.terms, name="terms"),
    path("<int:item_id>/write-off", item.write_item_off, name="write_item_off"),
    path("<int:item_id>/cancel", item.cancel, name="cancel"),
    path("<int:item_id>/take-back/<int:allocation_id>", item.take_back, name="take_back"),
]
