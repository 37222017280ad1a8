"""Addresses of the bookkeeper's desk and the archive."""

from django.urls import path

from kontor.receipts.views import advances_desk, archive, desk, inbox, invoices, pages_desk, turns, waivers

urlpatterns = [
    path("desk/", inbox.inbox, name="inbox"),
    path("desk/assign", inbox.assign_many, name="assign_many"),
    path("desk/categorise", inbox.categorise_many, name="categorise_many"),
    path("desk/book", inbox.book_many, name="book_many"),
    path("desk/to-payment", inbox.to_payment, name="to_payment"),
    path("desk/invoice", invoices.enter, name="invoice_new"),
    path("desk/advances/", advances_desk.advances, name="desk_advances"),
    path("desk/advances/new", advances_desk.record, name="desk_advance_new"),
    path("desk/advances/<int:advance_id>/pay", advances_desk.pay, name="desk_advance_pay"),
    path("desk/advances/<int:advance_id>/repaid", advances_desk.repaid, name="desk_advance_repaid"),
    path("desk/advances/<int:advance_id>/decline", advances_desk.decline, name="desk_advance_decline"),
    path("desk/waivers/", waivers.waivers, name="waivers"),
    path("desk/waivers/<int:waiver_id>/", waivers.waiver, name="waiver"),
    path("desk/<int:document_id>/", inbox.document, name="desk_document"),
    path("desk/<int:document_id>/save", desk.save_one, name="desk_save"),
    path("desk/<int:document_id>/preview", desk.preview, name="desk_preview"),
    path("desk/<int:document_id>/book", desk.book_one, name="desk_book"),
    path("desk/<int:document_id>/unlock", desk.unlock, name="desk_unlock"),
    path("desk/<int:document_id>/turn", pages_desk.turn, name="desk_turn"),
    path("desk/<int:document_id>/attach", pages_desk.attach_files, name="desk_attach"),
    path("desk/<int:document_id>/ask", turns.ask, name="desk_ask"),
    path("desk/<int:document_id>/message", turns.message, name="desk_message"),
    path("desk/<int:document_id>/note", turns.note, name="desk_note"),
    path("desk/<int:document_id>/reject", turns.reject_one, name="desk_reject"),
    path("desk/<int:document_id>/unbook", turns.unbook_one, name="desk_unbook"),
    path("desk/<int:document_id>/cancel", turns.cancel_one, name="desk_cancel"),
    path("desk/<int:document_id>/paid", turns.paid, name="desk_paid"),
    path("desk/<int:document_id>/link", turns.link, name="desk_link"),
    path("archive/", archive.archive, name="archive"),
    path("archive/<int:document_id>/", archive.filed, name="archived"),
]
