"""Addresses for those who hand receipts in."""

from __future__ import annotations

from django.urls import path

from kontor.receipts.views import arranging, capturing, mine, own_advances, pictures, uploading

DRAFT = "drafts/<int:document_id>/"
FILE = "files/<int:attachment_id>/"
OWN = "mine/<int:document_id>/"

urlpatterns = [
    path("new/", capturing.capture, name="capture"),
    path("upload/", uploading.upload, name="upload"),
    path(DRAFT, capturing.draft, name="draft"),
    path(f"{DRAFT}reading/", capturing.reading, name="reading"),
    path(f"{DRAFT}delete/", capturing.throw_away, name="throw_away"),
    path(f"{DRAFT}pages/", arranging.show_all, name="show_all_pages"),
    path(f"{DRAFT}join/", arranging.join, name="join"),
    path(f"{DRAFT}<slug:step>/", capturing.draft, name="draft_step"),
    path(f"{FILE}original/", pictures.own_file, name="own_file"),
    path(f"{FILE}crop/", pictures.crop, name="crop"),
    path(f"{FILE}remove/", pictures.take_off, name="take_off"),
    path(f"{FILE}move/", arranging.move, name="move_page"),
    path(f"{FILE}leave-out/", arranging.take_out, name="leave_out"),
    path(f"{FILE}split/", arranging.split, name="split_receipt"),
    path(f"{FILE}pictures/<int:picture_id>/", pictures.own_picture, name="own_picture"),
    path("mine/", mine.mine, name="mine"),
    path("mine/advances/", own_advances.own_advances, name="own_advances"),
    path(OWN, mine.own, name="own"),
    path(f"{OWN}answer/", mine.answer, name="own_answer"),
    path(f"{OWN}withdraw/", mine.draw_back, name="own_withdraw"),
]
