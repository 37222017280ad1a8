"""Addresses of receipts, below /t/<tenant>/receipts/."""

from __future__ import annotations

from django.urls import path

from kontor.receipts import own_urls, setup_urls
from kontor.receipts.desk.urls import urlpatterns as desk_patterns
from kontor.receipts.views import mailbox

app_name = "receipts"
urlpatterns = [
    *own_urls.urlpatterns,
    *setup_urls.urlpatterns,
    path("letters/", mailbox.letters, name="letters"),
    path("letters/<int:letter_id>/assign", mailbox.assign, name="letter_assign"),
    path("letters/<int:letter_id>/ignore", mailbox.ignore, name="letter_ignore"),
    path("mailboxes/", mailbox.boxes, name="mailboxes"),
    path("mailboxes/new", mailbox.box, name="mailbox_new"),
    path("mailboxes/<int:mailbox_id>/", mailbox.box, name="mailbox"),
    path("mailboxes/<int:mailbox_id>/check", mailbox.check, name="mailbox_check"),
    path("mailboxes/<int:mailbox_id>/switch", mailbox.switch, name="mailbox_switch"),
    *desk_patterns,
]
